import GantryBase
import Wire

/// Times as a person says them. Everything that prints one for people comes here; JSON keeps full precision.
enum Age {
    /// How long ago, without the word: for a column that is called AGE.
    static func text(since time: Timestamp) -> String { text(TimeSource.wall.now() - time) }

    /// `2030-01-31 12:00:05 UTC (3m ago)`
    static func since(_ time: Timestamp, now: Timestamp = TimeSource.wall.now()) -> String {
        time > now ? until(time, now: now) : "\(time.readable) (\(text(now - time)) ago)"
    }

    /// `2030-01-31 12:00:05 UTC (in 2h)`
    static func until(_ time: Timestamp, now: Timestamp = TimeSource.wall.now()) -> String {
        time < now ? since(time, now: now) : "\(time.readable) (in \(text(time - now + tolerance)))"
    }

    /// Has passed since somebody asked for a round number: an hour from now is in 60m, not in 59m.
    private static let tolerance = Period.seconds(2)

    static func text(_ period: Period) -> String {
        let milliseconds = max(0, period.milliseconds)
        if milliseconds < 10_000 { return "\(milliseconds / 1000).\(milliseconds / 100 % 10)s" }
        let seconds = milliseconds / 1000
        if seconds < 120 { return "\(seconds)s" }
        if seconds < 7200 { return "\(seconds / 60)m" }
        return seconds < 172_800 ? "\(seconds / 3600)h" : "\(seconds / 86_400)d"
    }
}

extension JSONValue {
    /// The same document for people: each time in it as a person reads it.
    func withReadableTimes(now: Timestamp) -> JSONValue {
        switch self {
        case .string(let text): Timestamp(text).map { .string(Age.since($0, now: now)) } ?? self
        case .array(let values): .array(values.map { $0.withReadableTimes(now: now) })
        case .object(let members):
            .object(members.map { Member($0.name, $0.value.withReadableTimes(now: now)) })
        case .null, .bool, .integer, .number: self
        }
    }
}
