/// A character written as digits, as encoders do with all that is not ASCII: `\u53f7`, `\xb7`, `\267`, `%B7`.
///
/// Its last digits are none of the number that follows it: in `\u53f713812345678` the phone number begins after `f7`.
struct EscapedCharacter {
    /// Behind its last digit.
    let end: Int
    /// Nothing else is written like that.
    let isCertain: Bool

    /// In bytes, before its last digit: of `\u53f7`.
    private static let longestBeginning = 5

    /// Finds the one that the digit at `digit` belongs to, looking at nothing before `floor`.
    init?(before digit: Int, in text: UnsafeBufferPointer<UInt8>, floor: Int) {
        var at = digit - 1
        while at >= floor, digit - at <= Self.longestBeginning {
            let byte = text[at]
            if byte == UInt8(ascii: "%") {
                self.init(text, digits: at + 1..<at + 3, digit, isCertain: false)
                return
            }
            if byte == UInt8(ascii: "\\") {
                switch text[at + 1] {
                case UInt8(ascii: "u"): self.init(text, digits: at + 2..<at + 6, digit, isCertain: true)
                case UInt8(ascii: "x"): self.init(text, digits: at + 2..<at + 4, digit, isCertain: true)
                case UInt8(ascii: "0")...UInt8(ascii: "3"):
                    self.init(text, digits: at + 1..<at + 4, digit, isCertain: false)
                default: return nil
                }
                return
            }
            guard Hex.digit(byte) != nil || byte == UInt8(ascii: "u") || byte == UInt8(ascii: "x") else {
                return nil
            }
            at -= 1
        }
        return nil
    }

    private init?(
        _ text: UnsafeBufferPointer<UInt8>, digits: Range<Int>, _ digit: Int, isCertain: Bool
    ) {
        guard digits.contains(digit), digits.upperBound <= text.count,
            digits.allSatisfy({ Hex.digit(text[$0]) != nil })
        else { return nil }
        (end, self.isCertain) = (digits.upperBound, isCertain)
    }
}
