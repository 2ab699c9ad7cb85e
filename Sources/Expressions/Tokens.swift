/// Cuts text into tokens, in the way in which words are matched.
///
/// A token is a run of letters, digits, marks and `_`, in small letters; every letter of a script without spaces is one
/// by itself. An index over these tokens may leave out what lacks a token of ``BooleanExpression/requiredTokens(schema:)``.
package enum Tokens {
    package static func of(_ text: String) -> [String] {
        var text = text
        return text.withUTF8 { bytes in
            var tokens: [String] = []
            each(in: bytes) { tokens.append(String(decoding: $0, as: UTF8.self)) }
            return tokens
        }
    }

    /// Calls `body` for each token from left to right. The bytes are valid within the call only, and are a part of
    /// `text` where that is in small letters already.
    package static func each(
        in text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        var start = -1
        var at = 0
        while at < text.count {
            let (kind, length) = kind(at, in: text)
            if kind == .word {
                if start < 0 { start = at }
            } else {
                if start >= 0 { emit(text, start, at, body) }
                start = -1
                if kind == .unspaced { emit(text, at, at + length, body) }
            }
            at += length
        }
        if start >= 0 { emit(text, start, at, body) }
    }

    private static func kind(_ at: Int, in text: UnsafeBufferPointer<UInt8>) -> (Letters.Class, Int) {
        if text[at] < 0x80 { return (Letters.isWordByte(text[at]) ? .word : .other, 1) }
        let (scalar, length) = Scalars.at(at, in: text)
        return (scalar.map(Letters.kind) ?? .other, length)
    }

    private static func emit(
        _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int,
        _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        let token = UnsafeBufferPointer(rebasing: text[start..<end])
        if token.allSatisfy({ $0 < 0x80 && $0 &- 65 >= 26 }) {
            body(token)
        } else if token.allSatisfy({ $0 < 0x80 }) {
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: token.count) { small in
                for index in token.indices {
                    small.initializeElement(at: index, to: Letters.folded(token[index]))
                }
                body(UnsafeBufferPointer(small))
            }
        } else {
            Letters.folded(String(decoding: token, as: UTF8.self)).withUnsafeBufferPointer(body)
        }
    }
}
