/// A value that people write as a number with a unit; coded as that text.
public protocol UnitText: Sendable, Hashable, Comparable, Codable, CustomStringConvertible,
    LosslessStringConvertible
{
    /// How it is written, for error messages: `a duration such as 500ms, 10s, 1m30s`.
    static var form: String { get }
}

extension UnitText {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Self(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\(text) is not \(Self.form)")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A length of time in milliseconds: `500ms`, `10s`, `1m30s`, `2h`, `7d`.
///
/// Swift's `Duration` has no text form and a coding of its own; this is what is written in files and stored.
public struct Period: UnitText {
    public var milliseconds: Int64
    public static let form = "a duration such as 500ms, 10s, 1m30s, 2h or 7d"
    public static let zero = Period(milliseconds: 0)

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }
    public static func milliseconds(_ value: Int64) -> Period { Period(milliseconds: value) }
    public static func seconds(_ value: Int64) -> Period { Period(milliseconds: value * 1000) }
    public static func minutes(_ value: Int64) -> Period { Period(milliseconds: value * 60_000) }

    public var duration: Duration { .milliseconds(milliseconds) }
    public var seconds: Double { Double(milliseconds) / 1000 }

    public static func < (a: Period, b: Period) -> Bool { a.milliseconds < b.milliseconds }
    public static func + (a: Period, b: Period) -> Period {
        Period(milliseconds: a.milliseconds + b.milliseconds)
    }
    public static func * (a: Period, count: Int) -> Period {
        Period(milliseconds: a.milliseconds * Int64(count))
    }

    private static let units: [(String, Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// Units go from large to small, each at most once; the value is never negative.
    public init?(_ text: String) {
        if text == "0" {
            self = .zero
            return
        }
        var total: Int64 = 0
        var rest = Substring(text)
        var nextUnit = 0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let value = Int64(digits), digits.utf8.count <= 12 else { return nil }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(letters.count)
            guard let at = Self.units[nextUnit...].firstIndex(where: { $0.0 == letters }) else { return nil }
            nextUnit = at + 1
            let (part, tooLong) = value.multipliedReportingOverflow(by: Self.units[at].1)
            let (sum, tooMuch) = total.addingReportingOverflow(part)
            guard !tooLong, !tooMuch else { return nil }
            total = sum
        }
        milliseconds = total
    }

    public var description: String {
        if milliseconds < 0 { return "-" + Period(milliseconds: -milliseconds).description }
        var text = ""
        var rest = milliseconds
        for (unit, size) in Self.units where rest >= size {
            text += "\(rest / size)\(unit)"
            rest %= size
        }
        return text.isEmpty ? "0s" : text
    }
}

/// A number of bytes: `512Ki`, `256Mi`, `2Gi`, or a plain number.
public struct ByteCount: UnitText {
    public var bytes: Int64
    public static let form = "a size in bytes such as 512Ki, 256Mi or 2Gi"
    private static let units: [(String, Int64)] = [
        ("Ti", 1 << 40), ("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10),
    ]

    public init(bytes: Int64) { self.bytes = bytes }
    public static func mebibytes(_ value: Int64) -> ByteCount { ByteCount(bytes: value << 20) }
    public static func < (a: ByteCount, b: ByteCount) -> Bool { a.bytes < b.bytes }

    public init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let value = Int64(digits) else { return nil }
        let unit = text.dropFirst(digits.count)
        if unit.isEmpty {
            bytes = value
        } else {
            guard let size = Self.units.first(where: { $0.0 == unit })?.1 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: size)
            guard !overflow else { return nil }
            bytes = product
        }
    }

    public var description: String {
        for (unit, size) in Self.units where bytes != 0 && bytes % size == 0 {
            return "\(bytes / size)\(unit)"
        }
        return "\(bytes)"
    }
}

/// Processor time per time, in thousandths of a core: `250m`, `1`, `1.5`.
public struct CPUAmount: UnitText {
    public var millicores: Int64
    public static let form = "an amount of processor such as 250m, 1 or 1.5"

    public init(millicores: Int64) { self.millicores = millicores }
    public static func < (a: CPUAmount, b: CPUAmount) -> Bool { a.millicores < b.millicores }

    public init?(_ text: String) {
        if text.hasSuffix("m") {
            guard let value = Int64(text.dropLast()), value >= 0 else { return nil }
            millicores = value
        } else {
            guard text.first?.isNumber == true, let value = Double(text), value <= 1_000_000 else {
                return nil
            }
            millicores = Int64((value * 1000).rounded())
        }
    }

    public var description: String {
        millicores % 1000 == 0 ? "\(millicores / 1000)" : "\(millicores)m"
    }
}

extension Period {
    /// The time from a moment until now.
    public static func since(_ start: ContinuousClock.Instant) -> Period {
        let parts = (ContinuousClock.now - start).components
        return .milliseconds(parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000)
    }
}
