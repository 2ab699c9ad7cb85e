/// Groups of digits with one space or dash between them, as people write long numbers.
struct NumberGroups {
    private let text: UnsafeBufferPointer<UInt8>
    private var groups: [Range<Int>]
    /// 19 digits in groups of four, or a country code and a phone number.
    private static let mostGroups = 5

    /// Takes the groups that follow `first`; nil when none does.
    init?(_ text: UnsafeBufferPointer<UInt8>, first: Range<Int>) {
        func startOfNext(after end: Int) -> Int? {
            guard end + 1 < text.count, text[end] == 0x20 || text[end] == UInt8(ascii: "-"),
                text[end + 1] &- 0x30 < 10
            else { return nil }
            return end + 1
        }
        guard var start = startOfNext(after: first.upperBound) else { return nil }
        (self.text, groups) = (text, [first])
        while groups.count < Self.mostGroups {
            var end = start
            while end < text.count, text[end] &- 0x30 < 10 { end += 1 }
            groups.append(start..<end)
            guard let next = startOfNext(after: end) else { break }
            start = next
        }
    }

    private func digits(_ range: Range<Int>) -> [UInt8] { groups[range].flatMap { text[$0] } }

    private func hasSizes(_ sizes: [Int], from first: Int = 0) -> Bool {
        guard groups.count >= first + sizes.count else { return false }
        return zip(groups[first...], sizes).allSatisfy { $0.count == $1 }
    }

    /// `138-1234-5678`, `86 138 1234 5678`, `0086 13812345678`.
    var phoneEnd: Int? {
        let code = digits(0..<1)
        let first = code == Array("86".utf8) || code == Array("0086".utf8) ? 1 : 0
        if first == 1, hasSizes([11], from: 1), MaskingRules.isPhone(text[groups[1]]) {
            return groups[1].upperBound
        }
        guard hasSizes([3, 4, 4], from: first), MaskingRules.isPhone(digits(first..<first + 3)[...]) else {
            return nil
        }
        return groups[first + 2].upperBound
    }

    /// `110101 19900307 1234`, the last of them perhaps with an X.
    var identityCardEnd: Int? {
        guard hasSizes([6, 8]), groups.count >= 3 else { return nil }
        let last = groups[2]
        if last.count == 4, MaskingRules.isIdentityCard(digits(0..<3)[...]) { return last.upperBound }
        let end = last.upperBound + 1
        guard last.count == 3, end <= text.count, text[last.upperBound] | 0x20 == UInt8(ascii: "x"),
            end == text.count || !MaskingRules.isWordByte(text[end]),
            MaskingRules.isIdentityCard((digits(0..<3) + [text[last.upperBound]])[...])
        else { return nil }
        return end
    }

    /// Groups of four with a shorter one at the end at most, or 4-6-5; the most digits that are a card.
    var bankCardEnd: Int? {
        if hasSizes([4, 6, 5]), MaskingRules.isBankCard(digits(0..<3)[...]) { return groups[2].upperBound }
        var count = groups.firstIndex { $0.count != 4 } ?? groups.count
        if count < groups.count, groups[count].count < 4 { count += 1 }
        while count >= 4 {
            if MaskingRules.isBankCard(digits(0..<count)[...]) { return groups[count - 1].upperBound }
            count -= 1
        }
        return nil
    }
}
