/// A point in time, as nanoseconds since 1970-01-01T00:00:00Z; written as RFC 3339 in UTC.
///
/// Covers the years 1678 to 2262. The text form carries as many fractional digits as are not zero, in groups of three.
public struct Timestamp: Sendable, Hashable, Comparable {
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    public init(seconds: Int64) { nanoseconds = seconds * 1_000_000_000 }
    public init(milliseconds: Int64) { nanoseconds = milliseconds * 1_000_000 }

    public static let epoch = Timestamp(nanoseconds: 0)

    public var seconds: Int64 { nanoseconds / 1_000_000_000 }
    public var milliseconds: Int64 { nanoseconds / 1_000_000 }

    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.nanoseconds < b.nanoseconds }
    public static func + (time: Timestamp, period: Period) -> Timestamp {
        Timestamp(nanoseconds: time.nanoseconds + period.milliseconds * 1_000_000)
    }
    public static func - (time: Timestamp, period: Period) -> Timestamp {
        Timestamp(nanoseconds: time.nanoseconds - period.milliseconds * 1_000_000)
    }
    /// The time from `b` to `a`, rounded towards zero to milliseconds; negative when `a` comes first.
    public static func - (a: Timestamp, b: Timestamp) -> Period {
        Period(milliseconds: (a.nanoseconds - b.nanoseconds) / 1_000_000)
    }
}

extension Timestamp: CustomStringConvertible, LosslessStringConvertible {
    public var description: String {
        let second: Int64 = 1_000_000_000
        let days = (nanoseconds / (86_400 * second)) - (nanoseconds % (86_400 * second) < 0 ? 1 : 0)
        let within = nanoseconds - days * 86_400 * second
        let (year, month, day) = Self.civil(days: days)
        let clock = within / second
        var text = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))T"
        text +=
            "\(Self.padded(clock / 3600, 2)):\(Self.padded(clock / 60 % 60, 2)):\(Self.padded(clock % 60, 2))"
        var fraction = within % second
        if fraction != 0 {
            var digits: Int = 9
            while fraction % 1000 == 0 {
                fraction /= 1000
                digits -= 3
            }
            text += "." + Self.padded(fraction, digits)
        }
        return text + "Z"
    }

    /// The time as people read it, to the second and the same on every machine: `2030-01-31 12:00:05 UTC`.
    public var readable: String {
        var digits = description.prefix(19)
        if let mark = digits.firstIndex(of: "T") { digits.replaceSubrange(mark...mark, with: " ") }
        return digits + " UTC"
    }

    /// Reads `YYYY-MM-DDThh:mm:ss[.fraction](Z|±hh:mm)`; nil for anything else.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        func number(_ from: Int, _ count: Int) -> Int64? {
            guard from + count <= bytes.count else { return nil }
            var value: Int64 = 0
            for byte in bytes[from..<from + count] {
                guard byte >= 48, byte <= 57 else { return nil }
                value = value * 10 + Int64(byte - 48)
            }
            return value
        }
        guard bytes.count >= 20, bytes[4] == 45, bytes[7] == 45, bytes[10] | 32 == 116, bytes[13] == 58,
            bytes[16] == 58, let year = number(0, 4), let month = number(5, 2), let day = number(8, 2),
            let hour = number(11, 2), let minute = number(14, 2), let second = number(17, 2),
            (1678...2261).contains(year), (1...12).contains(month), (1...31).contains(day), hour < 24,
            minute < 60,
            second < 61
        else { return nil }
        var at = 19
        var fraction: Int64 = 0
        if bytes[at] == 46 {
            at += 1
            var scale: Int64 = 100_000_000
            let first = at
            while at < bytes.count, bytes[at] >= 48, bytes[at] <= 57 {
                fraction += Int64(bytes[at] - 48) * scale
                scale /= 10
                at += 1
            }
            if at == first { return nil }
        }
        var offset: Int64 = 0
        if at < bytes.count, bytes[at] | 32 == 122 {
            at += 1
        } else {
            guard at + 6 == bytes.count, bytes[at] == 43 || bytes[at] == 45, bytes[at + 3] == 58,
                let hours = number(at + 1, 2), let minutes = number(at + 4, 2)
            else { return nil }
            offset = (hours * 3600 + minutes * 60) * (bytes[at] == 45 ? -1 : 1)
            at += 6
        }
        guard at == bytes.count else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        nanoseconds = (days * 86_400 + hour * 3600 + minute * 60 + second - offset) * 1_000_000_000 + fraction
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }

    /// Proleptic Gregorian date of a day number since 1970-01-01 (Howard Hinnant, "chrono-compatible date algorithms").
    static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let z = days + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let day = dayOfYear - (153 * shifted + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    package static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

extension Timestamp: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Timestamp(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\(text) is no RFC 3339 time")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
