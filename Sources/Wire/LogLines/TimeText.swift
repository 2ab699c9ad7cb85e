import GantryBase

/// Times as logs write them: ISO 8601 and RFC 3339 with their usual liberties, and numbers since 1970.
enum TimeText {
    /// Reads a member of a structured line.
    static func time(_ value: JSONValue, zone: Int64?) -> Timestamp? {
        switch value {
        case .integer(let number): epoch(number)
        case .number(let number): epoch(number)
        case .string(var text):
            text.withUTF8 { bytes in
                guard let (time, length) = prefix(of: bytes, zone: zone), length == bytes.count else {
                    return epoch(String(decoding: bytes, as: UTF8.self))
                }
                return time
            }
        default: nil
        }
    }

    /// Takes seconds, milliseconds, microseconds or nanoseconds, by their size: from 1973 to 2262 they differ.
    static func epoch(_ number: Int64) -> Timestamp? {
        switch number {
        case 100_000_000..<100_000_000_000: seconds(number, 1_000_000_000)
        case 100_000_000_000..<100_000_000_000_000: seconds(number, 1_000_000)
        case 100_000_000_000_000..<100_000_000_000_000_000: seconds(number, 1000)
        case 100_000_000_000_000_000...: seconds(number, 1)
        default: nil
        }
    }

    private static func seconds(_ number: Int64, _ unit: Int64) -> Timestamp? {
        let (nanoseconds, overflow) = number.multipliedReportingOverflow(by: unit)
        return overflow ? nil : Timestamp(nanoseconds: nanoseconds)
    }

    /// Takes a number with a fraction, as zap writes seconds; a Double keeps a microsecond of today.
    private static func epoch(_ number: Double) -> Timestamp? {
        guard let whole = Int64(exactly: number.rounded(.down)), let time = epoch(whole) else { return nil }
        let fraction = number - Double(whole)
        let unit: Double =
            whole < 100_000_000_000 ? 1_000_000_000 : whole < 100_000_000_000_000 ? 1_000_000 : 1
        let micro = (fraction * unit / 1000).rounded() * 1000
        let (sum, overflow) = time.nanoseconds.addingReportingOverflow(Int64(micro))
        return overflow ? nil : Timestamp(nanoseconds: sum)
    }

    private static func epoch(_ text: String) -> Timestamp? {
        guard text.utf8.count <= 32, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }) else {
            return nil
        }
        return Int64(text).flatMap { epoch($0) } ?? Double(text).flatMap { epoch($0) }
    }

    /// Reads a date and time at the start of a line; the time is nil when it has no zone and none is given. Forms:
    /// `2024-05-06T07:08:09.123Z`, `2024-05-06 07:08:09,123`, `2024/05/06 07:08:09 +0800`, in brackets or not.
    static func prefix(of text: UnsafeBufferPointer<UInt8>, zone: Int64?) -> (time: Timestamp?, length: Int)?
    {
        var cursor = Cursor(text: text)
        if text.first == UInt8(ascii: "[") { cursor.at = 1 }
        guard let days = cursor.date(), cursor.take(0x54, 0x74, 0x20), let clock = cursor.clock() else {
            return nil
        }
        let fraction = cursor.fraction()
        let offset = cursor.offset()
        guard cursor.isAtWordEnd else { return nil }
        guard let offset = offset ?? zone else { return (nil, cursor.at) }
        return (
            Timestamp(nanoseconds: (days * 86_400 + clock - offset) * 1_000_000_000 + fraction), cursor.at
        )
    }
}

/// Walks the parts of a written time.
private struct Cursor {
    let text: UnsafeBufferPointer<UInt8>
    var at = 0

    private func byte(_ offset: Int = 0) -> UInt8? { at + offset < text.count ? text[at + offset] : nil }

    mutating func take(_ wanted: UInt8...) -> Bool {
        guard let byte = byte(), wanted.contains(byte) else { return false }
        at += 1
        return true
    }

    private mutating func number(_ digits: Int) -> Int64? {
        guard at + digits <= text.count else { return nil }
        var value: Int64 = 0
        for byte in text[at..<at + digits] {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        at += digits
        return value
    }

    /// Days since 1970.
    mutating func date() -> Int64? {
        guard let year = number(4), (1678...2261).contains(year), take(0x2D, 0x2F), let month = number(2),
            (1...12).contains(month), take(0x2D, 0x2F), let day = number(2), day >= 1
        else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= days[Int(month) - 1] else { return nil }
        return Timestamp.days(year: year, month: month, day: day)
    }

    /// Seconds since midnight.
    mutating func clock() -> Int64? {
        guard let hour = number(2), hour < 24, take(0x3A), let minute = number(2), minute < 60, take(0x3A),
            let second = number(2), second < 61
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    /// Nanoseconds after a point or comma; digits beyond the ninth are dropped.
    mutating func fraction() -> Int64 {
        guard byte() == 0x2E || byte() == 0x2C, let first = byte(1), (0x30...0x39).contains(first) else {
            return 0
        }
        at += 1
        var (value, scale): (Int64, Int64) = (0, 100_000_000)
        while let digit = byte(), (0x30...0x39).contains(digit) {
            value += Int64(digit - 0x30) * scale
            scale /= 10
            at += 1
        }
        return value
    }

    /// Seconds east of Greenwich: `Z`, `+08:00`, `+0800`, `+08`; the first three also after a space.
    mutating func offset() -> Int64? {
        let start = at
        let isApart = take(0x20)
        if take(0x5A, 0x7A) { return 0 }
        let sign: Int64 = byte() == 0x2D ? -1 : 1
        guard take(0x2B, 0x2D), let hours = number(2), hours < 24 else {
            at = start
            return nil
        }
        let afterHours = at
        _ = take(0x3A)
        guard let minutes = number(2), minutes < 60 else {
            // ` -10 items` after a time is no zone.
            at = isApart ? start : afterHours
            return isApart ? nil : sign * hours * 3600
        }
        return sign * (hours * 3600 + minutes * 60)
    }

    /// Says whether the time ends here, and does not go on as a word or number.
    var isAtWordEnd: Bool {
        guard let byte = byte() else { return true }
        return !(0x30...0x39).contains(byte) && !(0x61...0x7A).contains(byte | 0x20)
    }
}
