/// Finds numbers that identify people. Text without digits is passed eight bytes at a time.
struct NumberMatcher: Sendable, Hashable {
    private let phones: Bool
    private let identityCards: Bool
    private let bankCards: Bool

    typealias Text = UnsafeBufferPointer<UInt8>
    typealias Match = MaskingScanner.Match

    init(kinds: Set<MaskingScanner.Kind>) {
        phones = kinds.contains(.phone)
        identityCards = kinds.contains(.identityCard)
        bankCards = kinds.contains(.bankCard)
    }

    /// Finds the first match that begins at `start` or after, and looks at nothing before it.
    func next(in text: Text, from start: Int) -> Match? {
        guard phones || identityCards || bankCards else { return nil }
        var at = start
        while let first = Self.nextDigit(in: text, from: at) {
            let end = Self.endOfDigits(in: text, from: first)
            if end - first > 1 {
                let escape = EscapedCharacter(before: first, in: text, floor: start)
                if escape?.isCertain != true, let match = match(in: text, first..<end, floor: start) {
                    return match
                }
                if let own = escape?.end, own + 1 < end, let match = match(in: text, own..<end, floor: own) {
                    return match
                }
            }
            at = end
        }
        return nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    private static func endOfDigits(in text: Text, from start: Int) -> Int {
        var at = start
        while at < text.count, isDigit(text[at]) { at += 1 }
        return at
    }

    private static func nextDigit(in text: Text, from start: Int) -> Int? {
        guard let base = UnsafeRawPointer(text.baseAddress) else { return nil }
        var at = start
        let ones: UInt64 = 0x0101_0101_0101_0101
        while at + 8 <= text.count {
            // A byte is a digit when its high half is 3 and its low half plus 6 stays in 4 bits.
            let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            let high = (word & (ones &* 0xF0)) ^ (ones &* 0x30)
            let low = ((word & (ones &* 0x0F)) &+ (ones &* 0x06)) & (ones &* 0x10)
            let others = high | low
            // The high bit of each byte says whether the byte is not zero, that is, no digit.
            let digits = ~(((others & (ones &* 0x7F)) &+ (ones &* 0x7F)) | others) & (ones &* 0x80)
            if digits != 0 { return at + digits.trailingZeroBitCount / 8 }
            at += 8
        }
        while at < text.count {
            if isDigit(text[at]) { return at }
            at += 1
        }
        return nil
    }

    /// Says what a group of digits is, alone or with the groups that follow it after single spaces or dashes.
    private func match(in text: Text, _ group: Range<Int>, floor: Int) -> Match? {
        guard let kind = kind(in: text, group) else { return nil }
        if Self.isPartOfFraction(text, group.lowerBound, floor) || Self.isPartOfHexID(text, group, floor) {
            return nil
        }
        var range = group.lowerBound..<kind.end
        if kind.kind == .phone, range.lowerBound > floor,
            text[range.lowerBound - 1] == UInt8(ascii: "+")
        {
            range = range.lowerBound - 1..<range.upperBound
        }
        return Match(range: range, kind: kind.kind)
    }

    private func kind(in text: Text, _ group: Range<Int>) -> (kind: MaskingScanner.Kind, end: Int)? {
        let digits = text[group]
        switch group.count {
        case 11, 13, 15:
            if phones, MaskingRules.isPhone(digits) { return (.phone, group.upperBound) }
            if bankCards, MaskingRules.isBankCard(digits) { return (.bankCard, group.upperBound) }
        case 17, 18:
            if identityCards, let end = identityCard(in: text, group) { return (.identityCard, end) }
            if bankCards, MaskingRules.isBankCard(digits) { return (.bankCard, group.upperBound) }
        case 12, 14, 16, 19:
            if bankCards, MaskingRules.isBankCard(digits) { return (.bankCard, group.upperBound) }
        case 2, 3, 4, 6: return NumberGroups(text, first: group).flatMap { inGroups($0) }
        default: break
        }
        return nil
    }

    /// The end of an identity card that begins with these digits: 18, or 17 with an X that ends the word.
    private func identityCard(in text: Text, _ group: Range<Int>) -> Int? {
        if group.count == 18 {
            return MaskingRules.isIdentityCard(text[group]) ? group.upperBound : nil
        }
        let end = group.upperBound + 1
        guard end <= text.count, text[group.upperBound] | 0x20 == UInt8(ascii: "x"),
            end == text.count || !MaskingRules.isWordByte(text[end]),
            MaskingRules.isIdentityCard(text[group.lowerBound..<end])
        else { return nil }
        return end
    }

    private func inGroups(_ groups: NumberGroups) -> (kind: MaskingScanner.Kind, end: Int)? {
        if phones, let end = groups.phoneEnd { return (.phone, end) }
        if identityCards, let end = groups.identityCardEnd { return (.identityCard, end) }
        if bankCards, let end = groups.bankCardEnd { return (.bankCard, end) }
        return nil
    }

    /// Digits after a point after digits are a measured number.
    private static func isPartOfFraction(_ text: Text, _ start: Int, _ floor: Int) -> Bool {
        start >= floor + 2 && text[start - 1] == UInt8(ascii: ".") && isDigit(text[start - 2])
    }

    /// Digits within a trace or span id, a digest or the end of a UUID belong to that: a word of hex digits with at
    /// least one letter and of the length that such words have.
    private static func isPartOfHexID(_ text: Text, _ group: Range<Int>, _ floor: Int) -> Bool {
        var (first, end) = (group.lowerBound, group.upperBound)
        while first > floor, MaskingRules.isWordByte(text[first - 1]), end - first <= 64 { first -= 1 }
        while end < text.count, MaskingRules.isWordByte(text[end]), end - first <= 64 { end += 1 }
        let word = text[first..<end]
        guard word.count > group.count, word.allSatisfy({ Hex.digit($0) != nil }) else { return false }
        switch word.count {
        case 16, 32, 40, 64: return true
        case 12: return first > floor && text[first - 1] == UInt8(ascii: "-")
        default: return false
        }
    }
}
