extension JSONParser {
    /// Reads a string from its opening quote. One without escapes is validated and copied once.
    mutating func string() throws(JSONError) -> String {
        at += 1
        let first = at
        try skipPlain()
        if bytes[at] == UInt8(ascii: "\"") {
            at += 1
            return try text(first..<at - 1)
        }
        var decoded: [UInt8] = []
        var runStart = first
        while bytes[at] == UInt8(ascii: "\\") {
            decoded.append(contentsOf: bytes[runStart..<at])
            at += 1
            try escape(into: &decoded)
            runStart = at
            try skipPlain()
        }
        decoded.append(contentsOf: bytes[runStart..<at])
        at += 1
        guard let text = String(validating: decoded, as: UTF8.self) else { throw invalidUTF8(first..<at - 1) }
        return text
    }

    /// Goes on to the next quote or backslash; `at` is below the end afterwards.
    private mutating func skipPlain() throws(JSONError) {
        skipPlainWords()
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
            guard byte >= 0x20 else {
                throw fault(.syntax, "\(hex(byte)) must be escaped in a string", at: at)
            }
            at += 1
        }
        throw expected("'\"' at the end of the string")
    }

    /// Skips eight bytes at a time while none of them is a quote, a backslash or below 0x20. A borrow from a lower byte
    /// can only report a byte too many above a true hit, and the bytewise loop decides then.
    private mutating func skipPlainWords() {
        guard let start = bytes.baseAddress else { return }
        let base = UnsafeRawPointer(start)
        let ones: UInt64 = 0x0101_0101_0101_0101
        while at + 8 <= bytes.count {
            let word = base.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            let quote = word ^ (ones &* 0x22)
            let slash = word ^ (ones &* 0x5C)
            var hits = (quote &- ones) & ~quote
            hits |= (slash &- ones) & ~slash
            hits |= (word &- ones &* 0x20) & ~word
            if hits & (ones &* 0x80) != 0 { return }
            at += 8
        }
    }

    private func text(_ range: Range<Int>) throws(JSONError) -> String {
        let part = UnsafeBufferPointer(rebasing: bytes[range])
        guard let text = String(validating: part, as: UTF8.self) else { throw invalidUTF8(range) }
        return text
    }

    /// Finds the first bad sequence. Escapes are ASCII, so the raw text is invalid exactly where the decoded one is.
    private func invalidUTF8(_ range: Range<Int>) -> JSONError {
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes[range].makeIterator()
        var offset = range.lowerBound
        while case .valid(let scalar) = parser.parseScalar(from: &iterator) { offset += scalar.count }
        let found = offset < range.upperBound ? hex(bytes[offset]) : "the end of the string"
        return fault(.invalidUTF8, "expected UTF-8, found \(found)", at: offset)
    }

    private mutating func escape(into decoded: inout [UInt8]) throws(JSONError) {
        guard at < bytes.count else { throw expected("an escape") }
        let byte = bytes[at]
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(byte)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "u"):
            decoded.append(contentsOf: UTF8.encode(try escapedScalar()) ?? UTF8.encodedReplacementCharacter)
            return
        default:
            throw fault(.invalidEscape, "expected one of \"\\/bfnrtu after the backslash", at: at)
        }
        at += 1
    }

    /// Reads `uXXXX`, and the second half when that is the first of a surrogate pair.
    private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
        let start = at - 1
        at += 1
        let unit = try hexUnit()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        let lone = fault(.invalidEscape, "a surrogate without the other half of its pair", at: start)
        guard UTF16.isLeadSurrogate(unit), take(UInt8(ascii: "\\")) else { throw lone }
        guard take(UInt8(ascii: "u")) else { throw lone }
        let trail = try hexUnit()
        guard UTF16.isTrailSurrogate(trail) else { throw lone }
        let code = 0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(trail) - 0xDC00)
        guard let scalar = Unicode.Scalar(code) else { throw lone }
        return scalar
    }

    private mutating func hexUnit() throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard at < bytes.count else { throw expected("four hexadecimal digits") }
            let byte = bytes[at]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw fault(.invalidEscape, "expected four hexadecimal digits", at: at)
            }
            unit = unit << 4 | UInt16(digit)
            at += 1
        }
        return unit
    }
}
