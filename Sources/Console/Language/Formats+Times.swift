package import GantryBase

/// Points in time, by the reader's clock.
extension Formats {
    /// `2026-11-24 17:43:08`: the form that sorts and that both languages read.
    package func dateTime(_ time: Timestamp) -> String {
        let text = local(time)
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))"
    }

    /// `17:43:08.123`, for lines of a log.
    package func clock(_ time: Timestamp, milliseconds: Bool = false) -> String {
        let seconds = String(local(time).dropFirst(11).prefix(8))
        guard milliseconds else { return seconds }
        let fraction = String(((time.milliseconds % 1000) + 1000) % 1000)
        return seconds + "." + String(repeating: "0", count: 3 - fraction.utf8.count) + fraction
    }

    /// `24 Nov 2026` or `2026年11月24日`.
    package func date(_ time: Timestamp) -> String {
        let text = local(time)
        let year = text.prefix(4)
        guard let month = Int(text.dropFirst(5).prefix(2)), let day = Int(text.dropFirst(8).prefix(2)),
            (1...12).contains(month)
        else { return String(text.prefix(10)) }
        if language == .chinese { return "\(year)年\(month)月\(day)日" }
        return "\(day) \(Self.months[month - 1]) \(year)"
    }

    /// `just now`, `5 min ago`, `in 2 h`; older than a month it is a date.
    package func relative(_ time: Timestamp, to now: Timestamp) -> String {
        let past = (now.milliseconds - time.milliseconds) / 1000
        let seconds = abs(past)
        if seconds < 10 { return language == .chinese ? "刚刚" : "just now" }
        if seconds >= Self.relativeLimitSeconds { return date(time) }
        let (count, english, chinese) =
            seconds < 60
            ? (seconds, "s", "秒")
            : seconds < 3600
                ? (seconds / 60, "min", "分钟")
                : seconds < 86_400 ? (seconds / 3600, "h", "小时") : (seconds / 86_400, "d", "天")
        if language == .chinese { return "\(count) \(chinese)\(past >= 0 ? "前" : "后")" }
        return past >= 0 ? "\(count) \(english) ago" : "in \(count) \(english)"
    }

    /// After 30 days a date says more than a number of days.
    private static let relativeLimitSeconds: Int64 = 30 * 86_400
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private func local(_ time: Timestamp) -> String {
        (Timestamp(seconds: time.seconds) + .minutes(Int64(zoneMinutes))).description
    }
}
