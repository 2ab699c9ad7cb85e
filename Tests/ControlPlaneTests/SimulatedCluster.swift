import Clusters
import GantryBase
import Model
import Synchronization

/// Runs no program: instances become ready after a while, crash or never do, as they are told to. What runs goes on
/// while there is no server.
final class SimulatedCluster: ClusterDriver {
    enum Behaviour: Sendable { case becomesReady, crashes(String), neverReady }

    private struct Workload {
        var accepted: AcceptedTarget
        /// The last release that became ready goes on until the next one does.
        var serving: AcceptedTarget?
        var readyAt: ContinuousClock.Instant
        var startedAt: Timestamp
    }

    private struct State {
        var workloads: [WorkloadName: Workload] = [:]
        var behaviours: [ReleaseName: [RegionName: Behaviour]] = [:]
        var listeners: [Int: AsyncStream<WorkloadName>.Continuation] = [:]
        var applies: [WorkloadTarget] = []
        var applied = 0
        var observed = 0
        var removed: [WorkloadName] = []
        var refusal: GantryError?
    }

    private let state = Mutex(State())
    private let delay: Mutex<Duration>
    /// Targets are remembered, secrets and all, unless there are many.
    let remembersTargets: Bool

    init(delay: Duration = .milliseconds(5), remembersTargets: Bool = true) {
        self.delay = Mutex(delay)
        self.remembersTargets = remembersTargets
    }

    func set(_ behaviour: Behaviour, of release: ReleaseName, in region: RegionName) {
        state.withLock { $0.behaviours[release, default: [:]][region] = behaviour }
    }
    func refuse(_ error: GantryError?) { state.withLock { $0.refusal = error } }
    func setDelay(_ delay: Duration) { self.delay.withLock { $0 = delay } }

    /// Targets that differed from the one before, in their order.
    var told: [WorkloadTarget] { state.withLock { $0.applies } }
    var applyCount: Int { state.withLock { $0.applied } }
    var observeCount: Int { state.withLock { $0.observed } }
    var removed: [WorkloadName] { state.withLock { $0.removed } }
    func accepted(_ name: WorkloadName) -> AcceptedTarget? {
        state.withLock { $0.workloads[name]?.accepted }
    }

    /// Puts a workload there that no server asked for.
    func plant(_ name: WorkloadName, _ release: ReleaseName) {
        let target = AcceptedTarget(release: release, replicas: 1, generation: "planted")
        state.withLock {
            $0.workloads[name] = Workload(
                accepted: target, serving: target, readyAt: .now, startedAt: TimeSource.wall.now())
        }
    }

    func apply(_ target: WorkloadTarget) async throws {
        let delay = delay.withLock { $0 }
        let isNew = try state.withLock { state in
            state.applied += 1
            if let refusal = state.refusal { throw refusal }
            let accepted = AcceptedTarget(
                release: target.release, replicas: target.replicas, generation: target.generation)
            let before = state.workloads[target.name]
            if before?.accepted == accepted { return false }
            if remembersTargets { state.applies.append(target) }
            var serving = before?.serving
            if let before, Self.isReady(before, target.name, state) { serving = before.accepted }
            state.workloads[target.name] = Workload(
                accepted: accepted, serving: serving, readyAt: .now + delay,
                startedAt: TimeSource.wall.now())
            return true
        }
        if isNew { announce(target.name, after: delay) }
    }

    func remove(_ workload: WorkloadName) async throws {
        state.withLock { state in
            if state.workloads.removeValue(forKey: workload) != nil { state.removed.append(workload) }
        }
    }

    private static func isReady(_ workload: Workload, _ name: WorkloadName, _ state: State) -> Bool {
        guard ContinuousClock.now >= workload.readyAt else { return false }
        if case .becomesReady = behaviour(workload, name, state) { return true }
        return false
    }

    private static func behaviour(_ workload: Workload, _ name: WorkloadName, _ state: State) -> Behaviour {
        state.behaviours[workload.accepted.release]?[name.region] ?? .becomesReady
    }

    func observe(_ name: WorkloadName) async throws -> WorkloadStatus? {
        state.withLock { state in
            state.observed += 1
            guard let workload = state.workloads[name] else { return nil }
            let accepted = workload.accepted
            var status = WorkloadStatus(accepted: accepted)
            let isReady = Self.isReady(workload, name, state)
            for number in 0..<accepted.replicas {
                var instance = InstanceStatus(
                    name: InstanceName(name, "\(accepted.release.number)-\(number)"),
                    release: accepted.release, phase: isReady ? .ready : .unready,
                    startedAt: workload.startedAt, changedAt: workload.startedAt,
                    generation: accepted.generation)
                if !isReady, case .crashes(let output) = Self.behaviour(workload, name, state) {
                    instance.phase = .crashing
                    instance.restarts = 3
                    instance.reason = output
                }
                status.instances.append(instance)
            }
            if !isReady, let old = workload.serving, old.release != accepted.release {
                for number in 0..<old.replicas {
                    status.instances.append(
                        InstanceStatus(
                            name: InstanceName(name, "\(old.release.number)-\(number)"),
                            release: old.release, phase: .ready, startedAt: workload.startedAt,
                            changedAt: workload.startedAt, generation: old.generation))
                }
            }
            return status
        }
    }

    func workloads() async throws -> [WorkloadName] { state.withLock { Array($0.workloads.keys) } }

    /// Says more than there is to say: hints may be many and mean nothing.
    func announce(_ name: WorkloadName, after delay: Duration = .zero) {
        Task {
            try? await Task.sleep(for: delay + .milliseconds(1))
            for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield(name) }
        }
    }

    func changes() -> AsyncStream<WorkloadName> {
        let (stream, continuation) = AsyncStream<WorkloadName>.makeStream()
        let key = Int.random(in: 0 ... .max)
        state.withLock { $0.listeners[key] = continuation }
        continuation.onTermination = { [weak self] _ in self?.state.withLock { $0.listeners[key] = nil } }
        return stream
    }

    func output(
        of instance: InstanceName, lines: Int, follow: Bool
    ) -> AsyncThrowingStream<String, any Error> { AsyncThrowingStream { $0.finish() } }
    func frontDoor(_ environment: EnvironmentName, _ region: RegionName) async throws -> String? { nil }
    func shutdown(stoppingInstances: Bool) async {}
}
