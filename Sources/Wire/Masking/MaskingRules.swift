/// What makes a run of digits a number of a kind.
enum MaskingRules {
    static func isWordByte(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26
    }

    /// A Chinese mobile number of 11 digits, with 86 or 0086 before it or not.
    static func isPhone(_ digits: some RandomAccessCollection<UInt8>) -> Bool {
        var rest = digits[...]
        switch rest.count {
        case 11: break
        case 13 where rest.starts(with: "86".utf8): rest = rest.dropFirst(2)
        case 15 where rest.starts(with: "0086".utf8): rest = rest.dropFirst(4)
        default: return false
        }
        guard rest.first == UInt8(ascii: "1"), let second = rest.dropFirst().first else { return false }
        return second >= UInt8(ascii: "3")
    }

    /// An identity-card number by GB 11643: region, date of birth, serial number, check digit.
    static func isIdentityCard(_ text: some RandomAccessCollection<UInt8>) -> Bool {
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
        let checks = Array("10X98765432".utf8)
        guard text.count == 18, let region = text.first, (0x31...0x39).contains(region) else { return false }
        let digits = text.prefix(17).map { Int($0) - 0x30 }
        let year = digits[6] * 1000 + digits[7] * 100 + digits[8] * 10 + digits[9]
        let month = digits[10] * 10 + digits[11]
        let day = digits[12] * 10 + digits[13]
        guard (1850...2199).contains(year), (1...12).contains(month), (1...31).contains(day) else {
            return false
        }
        let sum = zip(digits, weights).reduce(0) { $0 + $1.0 * $1.1 }
        let wanted = checks[sum % 11]
        guard let last = text.last else { return false }
        return last == wanted || (wanted == UInt8(ascii: "X") && last == UInt8(ascii: "x"))
    }

    /// A card number by ISO 7812: 13 to 19 digits with a right Luhn digit. None begins with 0, and none with 1 is
    /// paid with, while every time in milliseconds or nanoseconds does.
    static func isBankCard(_ digits: some RandomAccessCollection<UInt8>) -> Bool {
        guard (13...19).contains(digits.count), let first = digits.first, first > UInt8(ascii: "1") else {
            return false
        }
        var sum = 0
        var isDoubled = false
        for digit in digits.reversed() {
            let value = Int(digit) - 0x30
            sum += isDoubled ? (value > 4 ? value * 2 - 9 : value * 2) : value
            isDoubled.toggle()
        }
        return sum % 10 == 0
    }
}
