import GantryBase
import Wire

/// How late signals come, over the last minute or two.
struct IngestLag: Sendable {
    private static let minute: Int64 = 60

    private var current = ExponentialHistogram()
    private var previous = ExponentialHistogram()
    private var minute: Int64 = 0

    /// - Parameter ended: When what the signal tells of was over. What lies ahead of this clock counts as no lag.
    mutating func add(_ now: Timestamp, _ ended: Timestamp) {
        turn(to: now)
        current.record(max(0, Double(now.nanoseconds - ended.nanoseconds) / 1e9))
    }

    func p99(_ now: Timestamp) -> Period? {
        var copy = self
        copy.turn(to: now)
        var both = copy.current
        both.merge(copy.previous)
        return both.quantile(0.99).map { .milliseconds(Int64($0 * 1000)) }
    }

    private mutating func turn(to now: Timestamp) {
        let this = now.seconds / Self.minute
        guard this > minute else { return }
        previous = this == minute + 1 ? current : ExponentialHistogram()
        current = ExponentialHistogram()
        minute = this
    }
}
