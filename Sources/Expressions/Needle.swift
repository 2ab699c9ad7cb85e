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

    /// Looks for places whose first and last byte fit, eight at a time in one word, then compares what is between.
    ///
    /// The idea is Wojciech Muła's ("SIMD-friendly algorithms for substring searching"); plain words stand in for
    /// vectors, whose generic code Swift leaves uninlined: it was ten times slower.
    private func isFound(_ needle: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>) -> Bool {
        let count = text.count - needle.count + 1
        let span = needle.count - 1
        if count >= 8, let base = text.baseAddress.map(UnsafeRawPointer.init) {
            let first = Self.ones &* UInt64(needle[0])
            let last = Self.ones &* UInt64(needle[span])
            let firstBits = Self.ones &* UInt64(caseBits.first)
            let lastBits = Self.ones &* UInt64(caseBits.last)
            var at = 0
            while at < count {
                // The last word goes back over what was seen rather than beyond the text.
                if at + 8 > count { at = count - 8 }
                let a = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: at, as: UInt64.self))
                let b = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: at + span, as: UInt64.self))
                // A zero byte where both fit.
                let differences = ((a | firstBits) ^ first) | ((b | lastBits) ^ last)
                var hits = Self.zeroBytes(differences)
                while hits != 0 {
                    let place = at + hits.trailingZeroBitCount / 8
                    if matches(needle, at: place, in: text), isBounded(place, in: text) { return true }
                    hits &= hits &- 1
                }
                at += 8
            }
            return false
        }
        return isFoundAtFew(count, needle, in: text)
    }

    /// Looks at fewer than eight places.
    private func isFoundAtFew(
        _ count: Int, _ needle: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard text.count >= 8, let base = text.baseAddress.map(UnsafeRawPointer.init) else {
            return (0..<count).contains { place in
                text[place] | caseBits.first == needle[0] && matches(needle, at: place, in: text)
                    && isBounded(place, in: text)
            }
        }
        let word = UInt64(littleEndian: base.loadUnaligned(as: UInt64.self))
        let differences = (word | Self.ones &* UInt64(caseBits.first)) ^ (Self.ones &* UInt64(needle[0]))
        var hits = Self.zeroBytes(differences) & ((1 << UInt64(8 * count)) &- 1)
        while hits != 0 {
            let place = hits.trailingZeroBitCount / 8
            if matches(needle, at: place, in: text), isBounded(place, in: text) { return true }
            hits &= hits &- 1
        }
        return false
    }

    /// The high bit of each zero byte, and sometimes of one above, which a comparison must turn away.
    @inline(__always)
    private static func zeroBytes(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & (ones << 7) }

    /// 1 in each byte.
    private static let ones: UInt64 = 0x0101_0101_0101_0101

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
        // A letter beyond ASCII folds to none within, and the other way round.
        let isASCII = needle[0] < 0x80
        for place in 0...(text.count - needle.count)
        where (text[place] < 0x80) == isASCII && text[place] & 0xC0 != 0x80
            && matchesSlowly(needle, at: place, in: text)
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
