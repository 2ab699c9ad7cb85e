import GantryBase
package import Model

/// The stop of one program as a value: leave, wait out discovery, TERM, drain, KILL, give up.
///
/// Whoever stops a program (a signal to the agent, a failed liveness probe, a drain port) makes one of these, carries
/// out the actions that `advance` returns and asks again at `deadline`. It ends early when the program does.
package struct StopSequence: Sendable, Hashable {
    package enum Action: Sendable, Hashable {
        /// TERM to the program alone: it knows best how its own processes end.
        case terminate
        /// KILL to the program and everything it started.
        case kill
        /// KILL did not help (a process hangs in the kernel); there is nothing left to try.
        case giveUp
    }

    package enum Step: Sendable, Hashable {
        /// Has left discovery and goes on serving those who cached the address.
        case waiting
        case draining
        case killed
        case over
    }

    package private(set) var step: Step
    private var terminateAt: Duration
    /// From TERM until KILL.
    private let drain: Duration
    private var killAt: Duration
    private var giveUpAt: Duration

    /// - Parameters:
    ///   - start: when the stop begins; its grace counts from here.
    ///   - leftAt: when callers could last learn the address; nil when they never could, which needs no wait.
    package init(_ spec: StopSpec, start: Duration, leftAt: Duration?) {
        let wait = leftAt.map { max(.zero, $0 + spec.wait.duration - start) } ?? .zero
        // A grace beyond the derived one is more time to drain.
        let spare = spec.grace.duration - StopSpec.supervisor.duration - StopSpec.margin.duration
        drain = max(spec.drain.duration, spare - spec.wait.duration)
        step = .waiting
        terminateAt = start + wait
        killAt = terminateAt + drain
        giveUpAt = killAt + StopSpec.supervisor.duration
    }

    /// When `advance` has something to do next; nil when it never will.
    package var deadline: Duration? {
        switch step {
        case .waiting: terminateAt
        case .draining: killAt
        case .killed: giveUpAt
        case .over: nil
        }
    }

    /// Says what is due. A late call, after a machine was suspended say, still gives the program its drain time.
    package mutating func advance(to now: Duration) -> Action? {
        guard let deadline, now >= deadline else { return nil }
        switch step {
        case .waiting:
            step = .draining
            killAt = now + drain
            giveUpAt = killAt + StopSpec.supervisor.duration
            return .terminate
        case .draining:
            step = .killed
            giveUpAt = now + StopSpec.supervisor.duration
            return .kill
        case .killed:
            step = .over
            return .giveUp
        case .over:
            return nil
        }
    }

    /// The program ended by itself or by our signal.
    package mutating func programEnded() { step = .over }
}
