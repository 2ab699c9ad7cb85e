/// A piece of text prepared for being looked for, letter case aside.
///
/// Where it begins or ends with a character of a word, the text beside it may not go on with one: `time` is not found
/// in `timeout`, and is in `用时time毫秒`.
struct Needle: Sendable {
    /// In small letters.
    let bytes: [UInt8]
    /// Whether letters beyond ASCII have a case, which takes a slower way.
    let hasWideCase: Bool
    private let boundaryBefore: Bool
    private let boundaryAfter: Bool
    /// For the first and the last byte: what to set in a byte of the text before comparing, 0x20 for ASCII letters.
    private let caseBits: (first: UInt8, last: UInt8)

    /// - Parameter isPrefix: the text may go on with the same word.
    init(_ text: String, isPrefix: Bool = false) {
        bytes = Letters.folded(text)
        hasWideCase = !Letters.hasOnlyASCIICase(text)
        boundaryBefore = text.unicodeScalars.first.map { Letters.kind($0) == .word } ?? false
        boundaryAfter = !isPrefix && text.unicodeScalars.last.map { Letters.kind($0) == .word } ?? false
        func bit(_ byte: UInt8?) -> UInt8 { byte.map { $0 &- 97 < 26 ? 0x20 : 0 } ?? 0 }
        caseBits = (bit(bytes.first), bit(bytes.last))
    }

    /// Whether `text` has it as a word or phrase.
    func isFound(in text: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.withUnsafeBufferPointer { needle in
            guard !needle.isEmpty else { return true }
            guard text.count >= needle.count else { return false }
            if hasWideCase { return isFoundSlowly(needle, in: text) }
            return isFound(needle, in: text)
        }
    }

    /// Whether `text` is it.
    func equals(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        text.count == bytes.count && bytes.withUnsafeBufferPointer { matches($0, at: 0, in: text) }
    }

    /// Whether `text` begins with it, wherever words end.
    func begins(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        text.count >= bytes.count && bytes.withUnsafeBufferPointer { matches($0, at: 0, in: text) }
    }

    /// Looks for places whose first and last byte fit, 16 at a time ("generic SIMD" of Wojciech Muła), then compares.
    private func isFound(_ needle: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>) -> Bool {
        let count = text.count - needle.count + 1
        let span = needle.count - 1
        var at = 0
        if count >= 16, let base = text.baseAddress.map(UnsafeRawPointer.init) {
            let first = SIMD16<UInt8>(repeating: needle[0])
            let last = SIMD16<UInt8>(repeating: needle[span])
            let firstBits = SIMD16<UInt8>(repeating: caseBits.first)
            let lastBits = SIMD16<UInt8>(repeating: caseBits.last)
            while at < count {
                // The last block goes back over what was seen rather than beyond the text.
                if at + 16 > count { at = count - 16 }
                let a = base.loadUnaligned(fromByteOffset: at, as: SIMD16<UInt8>.self) | firstBits
                let b = base.loadUnaligned(fromByteOffset: at + span, as: SIMD16<UInt8>.self) | lastBits
                // Zero where both bytes fit.
                let differences = (a ^ first) | (b ^ last)
                if Self.hasZero(differences) {
                    for lane in 0..<16 where differences[lane] == 0 {
                        if matches(needle, at: at + lane, in: text), isBounded(at + lane, in: text) {
                            return true
                        }
                    }
                }
                at += 16
            }
            return false
        }
        while at < count {
            if text[at] | caseBits.first == needle[0], text[at + span] | caseBits.last == needle[span],
                matches(needle, at: at, in: text), isBounded(at, in: text)
            {
                return true
            }
            at += 1
        }
        return false
    }

    @inline(__always)
    private static func hasZero(_ block: SIMD16<UInt8>) -> Bool {
        let halves = unsafeBitCast(block .== SIMD16(repeating: 0), to: SIMD2<UInt64>.self)
        return halves[0] | halves[1] != 0
    }

    @inline(__always)
    private func matches(
        _ needle: UnsafeBufferPointer<UInt8>, at place: Int, in text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        if hasWideCase { return matchesSlowly(needle, at: place, in: text) }
        for index in 0..<needle.count where Letters.folded(text[place + index]) != needle[index] {
            return false
        }
        return true
    }

    private func isBounded(_ place: Int, in text: UnsafeBufferPointer<UInt8>) -> Bool {
        if boundaryBefore, place > 0 {
            let before = text[place - 1]
            if before < 0x80 {
                if Letters.isWordByte(before) { return false }
            } else if let scalar = Scalars.before(place, in: text), Letters.kind(scalar) == .word {
                return false
            }
        }
        let end = place + bytes.count
        if boundaryAfter, end < text.count {
            if text[end] < 0x80 { return !Letters.isWordByte(text[end]) }
            if let scalar = Scalars.at(end, in: text).scalar, Letters.kind(scalar) == .word { return false }
        }
        return true
    }

    private func isFoundSlowly(
        _ needle: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        for place in 0...(text.count - needle.count)
        where text[place] & 0xC0 != 0x80 && matchesSlowly(needle, at: place, in: text)
            && isBounded(place, in: text)
        {
            return true
        }
        return false
    }

    private func matchesSlowly(
        _ needle: UnsafeBufferPointer<UInt8>, at place: Int, in text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        var offset = 0
        while offset < needle.count {
            let (wanted, length) = Scalars.at(offset, in: needle)
            let (found, foundLength) = Scalars.at(place + offset, in: text)
            guard let found, let wanted, foundLength == length, Letters.folded(found) == wanted else {
                return false
            }
            offset += length
        }
        return true
    }
}
