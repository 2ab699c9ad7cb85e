extension JSONParser {
    /// In bytes. The longest exact Double has 1,077 digits; longer ones only cost time.
    private static let longestNumber = 1100
    /// Powers of ten that a Double holds exactly.
    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
        1e18,
        1e19, 1e20, 1e21, 1e22,
    ]

    mutating func number() throws(JSONError) -> JSONValue {
        let first = at
        let negative = take(UInt8(ascii: "-"))
        var digits = Digits()
        if take(UInt8(ascii: "0")) {
            if at < bytes.count, (0x30...0x39).contains(bytes[at]) {
                throw fault(.syntax, "a number must not start with 0", at: at - 1)
            }
        } else {
            _ = try read(&digits)
        }
        var exponent = 0
        var integral = true
        if take(UInt8(ascii: ".")) {
            integral = false
            exponent -= try read(&digits)
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            integral = false
            exponent += try readExponent()
        }
        guard at - first <= Self.longestNumber else {
            throw fault(.numberOutOfRange, "a number of more than \(Self.longestNumber) bytes", at: first)
        }
        if integral, let value = digits.integer(negative: negative) { return .integer(value) }
        return .number(try double(first..<at, digits, exponent, negative: negative))
    }

    /// The digits so far as one integer, until they no longer fit.
    private struct Digits {
        var value: UInt64 = 0
        var overflow = false

        func integer(negative: Bool) -> Int64? {
            if overflow { return nil }
            return negative ? Int64(exactly: -Int128(value)) : Int64(exactly: value)
        }
    }

    /// Reads one digit or more and returns how many.
    private mutating func read(_ digits: inout Digits) throws(JSONError) -> Int {
        let first = at
        while at < bytes.count, (0x30...0x39).contains(bytes[at]) {
            if !digits.overflow {
                let (tens, carry) = digits.value.multipliedReportingOverflow(by: 10)
                let (sum, carryOn) = tens.addingReportingOverflow(UInt64(bytes[at] - 0x30))
                digits.value = sum
                digits.overflow = carry || carryOn
            }
            at += 1
        }
        guard at > first else { throw expected("a digit") }
        return at - first
    }

    private mutating func readExponent() throws(JSONError) -> Int {
        let negative = take(UInt8(ascii: "-"))
        if !negative { _ = take(UInt8(ascii: "+")) }
        var digits = Digits()
        _ = try read(&digits)
        // Far beyond any Double, and small enough to add to.
        let size = digits.overflow ? 1_000_000 : Int(min(digits.value, 1_000_000))
        return negative ? -size : size
    }

    /// Computes exactly where one rounding suffices (Clinger, "How to read floating point numbers accurately", 1990);
    /// leaves the rest to the standard library.
    private func double(
        _ range: Range<Int>, _ digits: Digits, _ exponent: Int, negative: Bool
    ) throws(JSONError) -> Double {
        if !digits.overflow, digits.value <= 1 << 53, abs(exponent) < Self.powers.count {
            let whole = Double(digits.value)
            let size = exponent < 0 ? whole / Self.powers[-exponent] : whole * Self.powers[exponent]
            return negative ? -size : size
        }
        let text = String(decoding: bytes[range], as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            throw fault(.numberOutOfRange, "a number beyond the range of a Double", at: range.lowerBound)
        }
        return value
    }
}
