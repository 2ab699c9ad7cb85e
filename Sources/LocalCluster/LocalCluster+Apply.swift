package import Clusters
import GantryBase
package import Model
import Supervision

// What the contract asks for, workload by workload.
extension LocalCluster {
    package func apply(_ target: WorkloadTarget) async throws {
        try checkOpen()
        try TargetCheck.check(target)
        var workload = workloads[target.name] ?? LocalWorkload()
        let isNews = workload.target.map(Self.accepted) != Self.accepted(target)
        (workload.target, workload.isRemoved) = (target, false)
        lastRevision += 1
        workload.revision = lastRevision
        workloads[target.name] = workload
        try await route(target, revision: workload.revision)
        if isNews { feed.tell(target.name) }
        await reconcile(target.name)
    }

    package func remove(_ name: WorkloadName) async throws {
        try checkOpen()
        guard workloads[name] != nil else { return }
        workloads[name]?.target = nil
        workloads[name]?.isRemoved = true
        feed.tell(name)
        await reconcile(name)
    }

    package func observe(_ name: WorkloadName) async throws -> WorkloadStatus? {
        guard let workload = workloads[name] else { return nil }
        for index in workload.ended.indices { workloads[name]?.ended[index].isSeen = true }
        let live = live(name).map(\.status)
        let ended = workload.ended.filter { !$0.isSeen }.map(\.status)
        return WorkloadStatus(
            instances: (live + ended).sorted { ($0.startedAt, $0.name) < ($1.startedAt, $1.name) },
            problem: workload.problem ?? routeProblem(name),
            accepted: workload.target.map(Self.accepted))
    }

    private static func accepted(_ target: WorkloadTarget) -> AcceptedTarget {
        AcceptedTarget(release: target.release, replicas: target.replicas, generation: target.generation)
    }

    func live(_ name: WorkloadName) -> [LocalInstance] {
        workloads[name]?.ids.compactMap { instances[$0] } ?? []
    }

    package func frontDoor(_ environment: EnvironmentName, _ region: RegionName) async throws -> String? {
        regions[region]?.book.door(environment).map { "\(PortBook.host):\($0)" }
    }

    package nonisolated func output(
        of instance: InstanceName, lines: Int, follow: Bool
    ) -> AsyncThrowingStream<String, any Error> {
        let reader = OutputSource(cluster: self, instance: instance, lines: lines, follows: follow)
        return AsyncThrowingStream { try await reader.next() }
    }

    func checkOpen() throws(GantryError) {
        guard isOpen else { throw GantryError(.unavailable, "the cluster is being shut down") }
    }
}

/// The state behind one stream of output.
private actor OutputSource {
    private let cluster: LocalCluster
    private let instance: InstanceName
    private let lines: Int
    private let follows: Bool
    private var reader: OutputReader?

    init(cluster: LocalCluster, instance: InstanceName, lines: Int, follows: Bool) {
        (self.cluster, self.instance) = (cluster, instance)
        (self.lines, self.follows) = (lines, follows)
    }

    func next() async throws -> String? {
        if let reader { return try await reader.next() }
        let reader = try await cluster.outputReader(instance, lines: lines, follows: follows)
        self.reader = reader
        return try await reader.next()
    }
}

extension LocalCluster {
    fileprivate func outputReader(
        _ name: InstanceName, lines: Int, follows: Bool
    ) throws(GantryError) -> OutputReader {
        let isKept = workloads[name.workload]?.ended.contains { $0.status.name == name } ?? false
        let live = instances[name.id]
        guard live?.record.name == name || isKept else {
            throw GantryError(
                .notFound, "no output of instance \(name) is kept",
                hint: "list the instances of the workload; of ended ones the last \(Self.keptEnded) are kept")
        }
        return OutputReader(
            folder: folders.instance(name.id), files: live?.record.plan.files.logFiles ?? 3, lines: lines,
            follows: follows, isOver: { [weak self] in await self?.isGone(name.id) ?? true })
    }

    private func isGone(_ id: String) -> Bool {
        guard isOpen || !instances.isEmpty else { return true }
        guard let phase = instances[id]?.status.phase else { return true }
        return phase == .stopped || phase == .lost
    }
}
