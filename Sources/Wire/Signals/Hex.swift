/// Hexadecimal text of ids: written in lower case, read in both.
enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    static func write(_ values: UInt64...) -> String {
        String(unsafeUninitializedCapacity: values.count * 16) { buffer in
            var at = 0
            for value in values {
                for shift in stride(from: 60, through: 0, by: -4) {
                    buffer[at] = digits[Int(value >> UInt64(shift) & 15)]
                    at += 1
                }
            }
            return at
        }
    }

    static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Reads all of `text` as one number; nil when it is empty, holds anything else, or has more than 16 digits.
    static func read(_ text: some Collection<UInt8>) -> UInt64? {
        guard !text.isEmpty, text.count <= 16 else { return nil }
        var value: UInt64 = 0
        for byte in text {
            guard let digit = digit(byte) else { return nil }
            value = value << 4 | UInt64(digit)
        }
        return value
    }

    /// Reads as `read`, of lower-case digits only and of exactly `count` of them: the form that W3C headers have.
    static func readLower(_ text: some Collection<UInt8>, count: Int) -> UInt64? {
        guard text.count == count, !text.contains(where: { (0x41...0x46).contains($0) }) else { return nil }
        return read(text)
    }
}
