/// An amount as people write it: `200`, `1.5`, `1e6`, `1%`, `300ms`, `1m30s`, `10MiB`.
package enum Quantity: Sendable, Hashable {
    case integer(Int64)
    case decimal(Double)
    /// As a ratio: 1 % is 0.01.
    case percent(Double)
    case duration(nanoseconds: Int64)
    case bytes(Int64)

    package init?(_ text: String) {
        var text = text
        let value = text.withUTF8 { Quantity($0) }
        guard let value else { return nil }
        self = value
    }

    /// Reads the whole of `text`; nil for anything else. Allocates nothing for amounts of up to 18 digits.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        // The first byte turns away most texts that are no amounts.
        guard let first = text.first, first == UInt8(ascii: "-") || first &- 48 < 10, text.count <= 64 else {
            return nil
        }
        guard let number = DecimalText(text, from: 0) else { return nil }
        if number.end == text.count {
            self = number.integer.map { .integer($0) } ?? .decimal(number.value)
            return
        }
        let unit = UnsafeBufferPointer(rebasing: text[number.end...])
        if unit.count == 1, unit[0] == UInt8(ascii: "%") {
            self = .percent(number.value / 100)
        } else if let size = Self.size(ofBytes: unit) {
            guard let bytes = Self.product(number, size) else { return nil }
            self = .bytes(bytes)
        } else {
            guard let nanoseconds = Self.nanoseconds(text) else { return nil }
            self = .duration(nanoseconds: nanoseconds)
        }
    }

    /// Reads one or more `NUMBER UNIT` with units from large to small, such as `1h30m`.
    private static func nanoseconds(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        var at = 0
        var total: Int64 = 0
        var last = Int64.max
        var negative = false
        while at < text.count {
            guard let number = DecimalText(text, from: at), at == 0 || !number.isNegative else { return nil }
            negative = negative || number.isNegative
            var end = number.end
            while end < text.count, text[end] &- 48 >= 10 { end += 1 }
            guard let size = size(ofTime: UnsafeBufferPointer(rebasing: text[number.end..<end])), size < last,
                let part = product(number, size)
            else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(negative && at > 0 ? -part : part)
            guard !overflow else { return nil }
            (total, last, at) = (sum, size, end)
        }
        return total
    }

    private static func product(_ number: DecimalText, _ size: Int64) -> Int64? {
        if let integer = number.integer {
            let (product, overflow) = integer.multipliedReportingOverflow(by: size)
            return overflow ? nil : product
        }
        let product = (number.value * Double(size)).rounded()
        return abs(product) < 9.2e18 ? Int64(product) : nil
    }

    private static func size(ofTime unit: UnsafeBufferPointer<UInt8>) -> Int64? {
        switch (unit.count, unit.first, unit.last) {
        case (1, UInt8(ascii: "s"), _): 1_000_000_000
        case (1, UInt8(ascii: "m"), _): 60_000_000_000
        case (1, UInt8(ascii: "h"), _): 3_600_000_000_000
        case (1, UInt8(ascii: "d"), _): 86_400_000_000_000
        case (1, UInt8(ascii: "w"), _): 604_800_000_000_000
        case (2, UInt8(ascii: "m"), UInt8(ascii: "s")): 1_000_000
        case (2, UInt8(ascii: "u"), UInt8(ascii: "s")): 1000
        // The micro sign, and the Greek letter that looks the same.
        case (3, 0xC2, UInt8(ascii: "s")) where unit[1] == 0xB5: 1000
        case (3, 0xCE, UInt8(ascii: "s")) where unit[1] == 0xBC: 1000
        case (2, UInt8(ascii: "n"), UInt8(ascii: "s")): 1
        default: nil
        }
    }

    /// `B`, `kB` and its like by thousands, `Ki` and `KiB` by 1024.
    private static func size(ofBytes unit: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard let first = unit.first else { return nil }
        if first == UInt8(ascii: "B") { return unit.count == 1 ? 1 : nil }
        let power: Int
        switch first {
        case UInt8(ascii: "k"), UInt8(ascii: "K"): power = 1
        case UInt8(ascii: "M"): power = 2
        case UInt8(ascii: "G"): power = 3
        case UInt8(ascii: "T"): power = 4
        default: return nil
        }
        let binary = unit.count > 1 && unit[1] == UInt8(ascii: "i")
        guard unit.count == (binary ? 3 : 2) && unit.last == UInt8(ascii: "B") || binary && unit.count == 2
        else {
            return nil
        }
        if binary { return 1 << (10 * Int64(power)) }
        return (0..<power).reduce(into: Int64(1)) { size, _ in size *= 1000 }
    }
}

/// The number at a place of a text, without an allocation where it has no more than 18 digits.
struct DecimalText {
    var value: Double
    /// Set when it was written without a fraction and fits.
    var integer: Int64?
    var isNegative: Bool
    var end: Int

    init?(_ text: UnsafeBufferPointer<UInt8>, from start: Int) {
        var at = start
        isNegative = text[at] == UInt8(ascii: "-")
        if isNegative { at += 1 }
        var mantissa: Int64 = 0
        var digits = 0
        var scale = 0
        let first = at
        while at < text.count, text[at] &- 48 < 10 {
            if digits < 18 { mantissa = mantissa * 10 + Int64(text[at] &- 48) }
            digits += 1
            at += 1
        }
        guard at > first else { return nil }
        var whole = true
        if at + 1 < text.count, text[at] == UInt8(ascii: "."), text[at + 1] &- 48 < 10 {
            whole = false
            at += 1
            while at < text.count, text[at] &- 48 < 10 {
                if digits < 18 {
                    mantissa = mantissa * 10 + Int64(text[at] &- 48)
                    scale -= 1
                }
                digits += 1
                at += 1
            }
        }
        if let (exponent, end) = Self.exponent(text, from: at) {
            whole = false
            scale += exponent
            at = end
        }
        end = at
        if digits <= 18, abs(scale) <= 22, mantissa < 1 << 53 {
            // Exact by IEEE 754: both factors are, so the one rounding is the right one.
            let power = Self.powers[abs(scale)]
            value = scale < 0 ? Double(mantissa) / power : Double(mantissa) * power
            if isNegative { value = -value }
            integer = whole ? (isNegative ? -mantissa : mantissa) : nil
        } else {
            let spelling = String(decoding: UnsafeBufferPointer(rebasing: text[start..<at]), as: UTF8.self)
            guard let parsed = Double(spelling), parsed.isFinite else { return nil }
            value = parsed
            integer = whole ? Int64(spelling) : nil
        }
    }

    private static func exponent(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> (Int, end: Int)? {
        guard start < text.count, text[start] | 32 == UInt8(ascii: "e") else { return nil }
        var at = start + 1
        let negative = at < text.count && text[at] == UInt8(ascii: "-")
        if at < text.count, negative || text[at] == UInt8(ascii: "+") { at += 1 }
        let first = at
        var value = 0
        while at < text.count, text[at] &- 48 < 10 {
            value = min(value * 10 + Int(text[at] &- 48), 9999)
            at += 1
        }
        return at > first ? (negative ? -value : value, at) : nil
    }

    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
        1e19,
        1e20, 1e21, 1e22,
    ]
}

extension Quantity {
    /// Orders two amounts; nil where they cannot be compared. A plain number beside a duration counts milliseconds,
    /// beside bytes bytes, beside a percentage the ratio.
    func order(to other: Quantity) -> Int? {
        switch (self, other) {
        case (.integer(let a), .integer(let b)), (.bytes(let a), .bytes(let b)),
            (.bytes(let a), .integer(let b)),
            (.integer(let a), .bytes(let b)), (.duration(let a), .duration(let b)):
            return a < b ? -1 : a > b ? 1 : 0
        case (.duration, .percent), (.duration, .bytes), (.percent, .duration), (.bytes, .duration),
            (.percent, .bytes), (.bytes, .percent):
            return nil
        case (.duration(let a), let plain):
            return Self.order(Double(a), plain.plainValue * 1_000_000)
        case (let plain, .duration(let b)):
            return Self.order(plain.plainValue * 1_000_000, Double(b))
        default:
            return Self.order(plainValue, other.plainValue)
        }
    }

    private static func order(_ a: Double, _ b: Double) -> Int? {
        a < b ? -1 : a > b ? 1 : a == b ? 0 : nil
    }

    private var plainValue: Double {
        switch self {
        case .integer(let value), .bytes(let value), .duration(let value): Double(value)
        case .decimal(let value), .percent(let value): value
        }
    }
}
