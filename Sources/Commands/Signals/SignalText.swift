import GantryBase
import Wire

/// Numbers of signals as people read them.
enum SignalText {
    /// `850µs`, `12ms`, `1.25s`, `3m20s`; `–` for what is not known.
    static func seconds(_ seconds: Double?) -> String {
        guard let seconds, seconds.isFinite else { return "–" }
        switch seconds {
        case ..<0.0000005: return "0"
        case ..<0.001: return "\(Int((seconds * 1e6).rounded()))µs"
        case ..<0.01: return "\(fixed(seconds * 1000, 1))ms"
        case ..<1: return "\(Int((seconds * 1000).rounded()))ms"
        case ..<10: return "\(fixed(seconds, 2))s"
        case ..<60: return "\(fixed(seconds, 1))s"
        default: return Period.seconds(Int64(min(seconds, 1e9))).description
        }
    }

    static func nanoseconds(_ value: Int64) -> String { seconds(Double(value) / 1e9) }

    /// `0%`, `<0.1%`, `2.5%`, `31%`
    static func share(_ share: Double) -> String {
        switch share * 100 {
        case 0: "0%"
        case ..<0.1: "<0.1%"
        case ..<9.95: "\(fixed(share * 100, 1))%"
        default: "\(Int((share * 100).rounded()))%"
        }
    }

    /// A rate: `0.3`, `12`, `1,200`.
    static func rate(_ perSecond: Double) -> String {
        perSecond < 10 ? fixed(perSecond, 1) : "\(Int(perSecond.rounded()))"
    }

    /// `01-31 12:00:05.123`, in UTC, to the thousandth of a second.
    static func time(_ time: Timestamp) -> String {
        let text = time.description
        let thousandths = (time.nanoseconds % 1_000_000_000 + 1_000_000_000) % 1_000_000_000 / 1_000_000
        let digits = String(thousandths)
        return text.dropFirst(5).prefix(5) + " " + text.dropFirst(11).prefix(8) + "."
            + String(repeating: "0", count: 3 - digits.count) + digits
    }

    private static func fixed(_ value: Double, _ digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let whole = Int((value * scale).rounded())
        let rest = String(whole % Int(scale))
        return "\(whole / Int(scale))." + String(repeating: "0", count: digits - rest.count) + rest
    }
}
