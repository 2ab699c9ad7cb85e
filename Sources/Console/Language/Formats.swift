package import GantryBase

/// Writes numbers, lengths of time, sizes and times for people, in the language of the page.
package struct Formats: Sendable {
    package var language: ReaderLanguage
    /// Minutes east of UTC of the reader's clock.
    package var zoneMinutes: Int

    package init(_ language: ReaderLanguage, zoneMinutes: Int = 0) {
        (self.language, self.zoneMinutes) = (language, zoneMinutes)
    }

    /// `1,234,567`, in both languages.
    package static func grouped(_ number: Int) -> String {
        let digits = Array(String(number.magnitude).utf8)
        var bytes: [UInt8] = number < 0 ? [0x2D] : []
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { bytes.append(0x2C) }
            bytes.append(digit)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    package func number(_ value: Double, places: Int = 1) -> String {
        let text = Decimal.text(value, places: places)
        let parts = text.split(separator: ".", maxSplits: 1)
        guard let whole = parts.first.flatMap({ Int($0) }), abs(whole) >= 1000 else { return text }
        return Self.grouped(whole) + (parts.count > 1 ? "." + parts[1] : "")
    }

    /// Three digits at most: `12.3k`, `4.5M`; in Chinese by ten thousands: `1.2 万`, `3.4 亿`.
    package func compact(_ value: Double) -> String {
        let steps: [(Double, String)] =
            language == .chinese ? [(1e8, " 亿"), (1e4, " 万")] : [(1e9, "G"), (1e6, "M"), (1e3, "k")]
        guard value.isFinite else { return "–" }
        for (size, unit) in steps where abs(value) >= size { return short(value / size) + unit }
        return short(value)
    }

    /// `12.5%`; below a hundredth of a percent it says so instead of 0.
    package func percent(_ fraction: Double) -> String {
        let value = fraction * 100
        if value > 0, value < 0.01 { return "<0.01%" }
        return Decimal.text(value, places: value < 1 ? 2 : 1) + "%"
    }

    /// `840 µs`, `12.4 ms`, `1.24 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`.
    package func duration(milliseconds value: Double) -> String {
        let units =
            language == .chinese ? ("毫秒", "秒", "分", "时", "天") : ("ms", "s", "min", "h", "d")
        guard value.isFinite, value >= 0 else { return "–" }
        if value == 0 { return "0 \(units.0)" }
        if value < 1 { return "\(short(value * 1000)) \(language == .chinese ? "微秒" : "µs")" }
        if value < 1000 { return "\(short(value)) \(units.0)" }
        if value < 60_000 {
            return "\(Decimal.text(value / 1000, places: value < 10_000 ? 2 : 1)) \(units.1)"
        }
        let seconds = Int(value / 1000)
        if seconds < 3600 { return pair(seconds / 60, units.2, seconds % 60, units.1) }
        if seconds < 86_400 { return pair(seconds / 3600, units.3, seconds / 60 % 60, units.2) }
        return pair(seconds / 86_400, units.4, seconds / 3600 % 24, units.3)
    }

    package func duration(_ period: Period) -> String { duration(milliseconds: Double(period.milliseconds)) }

    /// `1.5 MiB`: binary units, as `ByteCount` has them.
    package func bytes(_ count: Int64) -> String {
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB"]
        if abs(count) < 1024 { return "\(count) B" }
        var value = Double(count) / 1024
        var unit = 0
        while abs(value) >= 1024, unit + 1 < units.count {
            value /= 1024
            unit += 1
        }
        return "\(short(value)) \(units[unit])"
    }

    private func short(_ value: Double) -> String {
        Decimal.text(value, places: abs(value) < 10 ? 2 : abs(value) < 100 ? 1 : 0)
    }

    private func pair(_ big: Int, _ bigUnit: String, _ small: Int, _ smallUnit: String) -> String {
        small == 0 ? "\(big) \(bigUnit)" : "\(big) \(bigUnit) \(small) \(smallUnit)"
    }
}
