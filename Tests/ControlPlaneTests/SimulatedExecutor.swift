import Foundation
import GantryBase
import Model
import Running
import Supervision
import Synchronization

/// Runs no process: steps end as they are told to, and go on while there is no server, as real ones do.
final class SimulatedExecutor: StepExecutor {
    enum Behaviour: Sendable {
        case succeeds
        case fails(exitCode: Int)
        case hangs
        /// Vanishes without a result.
        case isLost
        /// Cannot be started, for a reason that stays.
        case isRefused(String)
    }

    private struct Step {
        var behaviour: Behaviour
        var endsAt: ContinuousClock.Instant
        var startedAt: Timestamp
        var cancelled = false
    }

    private struct State {
        var steps: [StepID: Step] = [:]
        var started: [StepID] = []
        var plans: [StepKind: [Behaviour]] = [:]
        var listeners: [Int: AsyncStream<StepID>.Continuation] = [:]
        var removed: [RunName] = []
        var mistakes: [String] = []
    }

    private let state = Mutex(State())
    private let template: String
    private let delay: Mutex<Duration>

    /// - Parameter folder: where the archive that every build leaves is made.
    init(folder: String, delay: Duration = .milliseconds(5)) async throws {
        template = folder + "/build.tar.gz"
        self.delay = Mutex(delay)
        try FileManager.default.createDirectory(atPath: folder + "/app", withIntermediateDirectories: true)
        try "print(1)\n".write(toFile: folder + "/app/main.py", atomically: true, encoding: .utf8)
        _ = try await CommandRun(["tar", "-czf", template, "-C", folder + "/app", "."]).text()
    }

    /// The next starts of this kind behave so, one after the other; then all succeed.
    func next(_ kind: StepKind, _ behaviours: Behaviour...) {
        state.withLock { $0.plans[kind, default: []] += behaviours }
    }
    func setDelay(_ delay: Duration) { self.delay.withLock { $0 = delay } }

    var started: [StepID] { state.withLock { $0.started } }
    var removedWorkspaces: [RunName] { state.withLock { $0.removed } }
    /// What a correct caller never does.
    var mistakes: [String] { state.withLock { $0.mistakes } }

    func start(_ job: StepJob) async throws {
        let delay = delay.withLock { $0 }
        try state.withLock { state in
            if state.steps[job.id] != nil { return }
            if !state.plans[job.kind, default: []].isEmpty,
                case .isRefused(let why) = state.plans[job.kind, default: []][0]
            {
                state.plans[job.kind]?.removeFirst()
                throw GantryError(.invalid, why, hint: "mend it")
            }
            for (id, step) in state.steps
            where id.run == job.id.run && Self.isRunning(step) {
                state.mistakes.append("\(job.id) was started beside \(id)")
            }
            let plans = state.plans[job.kind] ?? []
            let behaviour = plans.first ?? .succeeds
            if !plans.isEmpty { state.plans[job.kind]?.removeFirst() }
            state.started.append(job.id)
            state.steps[job.id] = Step(
                behaviour: behaviour, endsAt: .now + delay, startedAt: TimeSource.wall.now())
        }
        announce(job.id, after: delay)
    }

    private static func isRunning(_ step: Step) -> Bool {
        if step.cancelled { return false }
        if case .hangs = step.behaviour { return true }
        return ContinuousClock.now < step.endsAt
    }

    func observe(_ id: StepID) async throws -> StepObservation {
        state.withLock { state in
            guard let step = state.steps[id] else { return .unknown }
            if Self.isRunning(step) { return .running }
            let now = TimeSource.wall.now()
            if step.cancelled {
                return .finished(
                    StepResult(signal: 15, startedAt: step.startedAt, finishedAt: now), tests: nil)
            }
            switch step.behaviour {
            case .succeeds, .hangs, .isRefused:
                return .finished(
                    StepResult(exitCode: 0, startedAt: step.startedAt, finishedAt: now), tests: nil)
            case .fails(let code):
                return .finished(
                    StepResult(exitCode: code, startedAt: step.startedAt, finishedAt: now),
                    tests: TestSummary(passed: 3, failed: 1, skipped: 0, failures: ["test_orders"]))
            case .isLost: return .lost
            }
        }
    }

    func cancel(_ id: StepID) async throws {
        state.withLock { state in
            if let step = state.steps[id], Self.isRunning(step) { state.steps[id]?.cancelled = true }
        }
        announce(id, after: .milliseconds(1))
    }

    /// Says that a step may have changed, also to a server that was not there when it began.
    private func announce(_ id: StepID, after delay: Duration) {
        Task {
            try? await Task.sleep(for: delay + .milliseconds(1))
            for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield(id) }
        }
    }

    func changes() -> AsyncStream<StepID> {
        let (stream, continuation) = AsyncStream<StepID>.makeStream()
        let key = Int.random(in: 0 ... .max)
        state.withLock { $0.listeners[key] = continuation }
        continuation.onTermination = { [weak self] _ in self?.state.withLock { $0.listeners[key] = nil } }
        return stream
    }

    func log(of id: StepID, follow: Bool) -> AsyncThrowingStream<[UInt8], any Error> {
        AsyncThrowingStream { $0.finish() }
    }

    func archive(of run: RunName) async throws -> String { template }

    func prune(_ service: ServiceName, active: Set<RunName>) async throws {}
    func removeWorkspace(of run: RunName) async throws { state.withLock { $0.removed.append(run) } }
}
