import GantryBase
import Telemetry

/// How long signals are kept. Pure: says what may go.
struct Retention: Sendable {
    /// Lines are looked for in the days after they were written.
    static let logs = Period.minutes(7 * 24 * 60)
    /// Spans are the largest, and are looked at by their ids, from an alert or a line.
    static let spans = Period.minutes(3 * 24 * 60)
    /// Counts are small; a month shows how this Monday compares with the last ones.
    static let calls = Period.minutes(30 * 24 * 60)
    static let series = calls
    /// Of all signals together. The store is for one machine, whose disk has other uses.
    static let bytes: Int64 = 20 << 30
    /// Between two removals; each costs a walk over what is removed.
    static let pause = Period.minutes(10)
    /// When the room is full, parts of their periods that logs and spans are cut to, until there is room again.
    static let shares = [0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01]
    /// Of the room, what is made free at once, so that the next removal is not a few minutes later.
    static let freeShare = 0.1

    var bytes = Self.bytes

    /// - Parameter share: of their periods, what of logs, spans and series is kept. Calls are kept: alerts and trends are
    ///   made of them, and they take little.
    func bounds(now: Timestamp, share: Double = 1) -> RetentionBounds {
        func bound(_ period: Period) -> Timestamp {
            now - Period(milliseconds: Int64(Double(period.milliseconds) * share))
        }
        return RetentionBounds(
            logs: bound(Self.logs), spans: bound(Self.spans), calls: now - Self.calls,
            series: bound(Self.series))
    }

    /// What may stay: less once removing has begun.
    func bytes(isRemoving: Bool) -> Int64 {
        isRemoving ? Int64(Double(bytes) * (1 - Self.freeShare)) : bytes
    }
}
