import GantryBase
import Synchronization
import Wire

/// What collection itself has to say to people: kept until it is written among the instance's own lines, each text once
/// a minute and only so many of all.
final class Notices: Sendable {
    private struct State {
        var waiting: [LogRecord] = []
        var said: [String: ContinuousClock.Instant] = [:]
        var minute: ContinuousClock.Instant
        var inMinute = 0
        var withheld = 0
    }
    private let perMinute: Int
    private let time: TimeSource
    private let state: Mutex<State>

    /// Texts that are remembered, so that each is said once a minute.
    private static let remembered = 200

    init(perMinute: Int, time: TimeSource) {
        (self.perMinute, self.time) = (perMinute, time)
        state = Mutex(State(minute: .now))
    }

    /// - Parameter key: What tells this notice from others where the text has numbers in it.
    func say(_ text: String, key: String? = nil, attributes: Attributes = [:], severity: Severity = .warn) {
        let now = ContinuousClock.now
        let wall = time.now()
        state.withLock { state in
            if now - state.minute >= .seconds(60) { (state.minute, state.inMinute) = (now, 0) }
            if let last = state.said[key ?? text], now - last < .seconds(60) { return }
            guard state.inMinute < perMinute else {
                state.withheld += 1
                return
            }
            if state.said.count >= Self.remembered { state.said = [:] }
            state.said[key ?? text] = now
            state.inMinute += 1
            var record = LogRecord(
                time: wall, observedTime: wall, severity: severity,
                severityText: severity.name.uppercased(), body: .string("gantry: " + text),
                attributes: attributes)
            record.attributes["gantry.notice"] = true
            if state.withheld > 0 { record.attributes["gantry.withheld"] = .int(Int64(state.withheld)) }
            state.withheld = 0
            state.waiting.append(record)
        }
    }

    func say(_ error: GantryError) {
        say(error.message + (error.hint.map { "; " + $0 } ?? ""))
    }

    func take() -> [LogRecord] {
        state.withLock { state in
            if state.waiting.isEmpty { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
    }
}
