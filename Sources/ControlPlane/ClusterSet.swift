package import Clusters
import GantryBase
package import Model
package import State

/// The clusters of this installation, each opened when it is first needed: a platform may come, and grow, later.
package actor ClusterSet {
    private let store: any StateStore
    private let open: @Sendable (Cluster) async throws -> any ClusterDriver
    private var opening: [ClusterName: Task<any ClusterDriver, any Error>] = [:]
    private var opened: [ClusterName: any ClusterDriver] = [:]
    /// Why a cluster did not open, and until when it is not tried again.
    private var refusals: [ClusterName: (error: any Error, until: ContinuousClock.Instant)] = [:]
    private var forwarding: [Task<Void, Never>] = []
    private nonisolated let hints = AsyncStream<String>.makeStream(
        bufferingPolicy: .bufferingNewest(hintLimit))

    /// Hints kept for a slow reader; what falls out is found by the next look at everything.
    private static let hintLimit = 10_000
    /// A cluster that did not open is left alone for this long, however many workloads ask for it.
    private static let openPause = Duration.seconds(2)

    /// - Parameter open: makes the driver of a cluster; asked again when it threw.
    package init(store: any StateStore, open: @escaping @Sendable (Cluster) async throws -> any ClusterDriver)
    {
        (self.store, self.open) = (store, open)
    }

    package func driver(_ name: ClusterName) async throws -> any ClusterDriver {
        if let driver = opened[name] { return driver }
        if let task = opening[name] { return try await task.value }
        if let refusal = refusals[name], .now < refusal.until { throw refusal.error }
        guard let cluster = try await store.platform().cluster(name) else {
            throw GantryError(
                .notFound, "there is no cluster \(name)", hint: "name it under clusters: in platform.yaml")
        }
        // While the platform was read another call may have begun, or have come to its end.
        if let driver = opened[name] { return driver }
        if let task = opening[name] { return try await task.value }
        // Safe: waited for right here, and by everybody else who asks meanwhile.
        let task = Task { try await open(cluster) }
        opening[name] = task
        defer { opening[name] = nil }
        let driver: any ClusterDriver
        do {
            driver = try await task.value
        } catch {
            refusals[name] = (error, .now + Self.openPause)
            throw error
        }
        opened[name] = driver
        // Safe: cancelled by `shutdown`.
        forwarding.append(
            Task { [hints] in
                for await name in driver.changes() { hints.continuation.yield(name.path) }
            })
        return driver
    }

    /// Opens all clusters of the platform, so that what runs there is adopted at once; one that fails is left for
    /// later and returned.
    package func openAll() async throws -> [ClusterName: any Error] {
        var failures: [ClusterName: any Error] = [:]
        for cluster in try await store.platform().clusters {
            do { _ = try await driver(cluster.name) } catch { failures[cluster.name] = error }
        }
        return failures
    }

    /// Stops a workload wherever it runs, or everywhere but where it belongs now.
    func remove(_ workload: WorkloadName, except home: ClusterName? = nil) async throws {
        for (name, driver) in opened where name != home {
            if home != nil, try await driver.observe(workload) == nil { continue }
            try await driver.remove(workload)
        }
    }

    /// Names of all workloads that the clusters know. Of a cluster that cannot be asked now nothing is known.
    func workloads() async -> Set<String> {
        var names: Set<String> = []
        for cluster in (try? await store.platform().clusters) ?? [] {
            guard let known = try? await driver(cluster.name).workloads() else { continue }
            names.formUnion(known.map(\.path))
        }
        return names
    }

    /// Names of workloads that may have changed, from all clusters; for one reader.
    nonisolated func changes() -> AsyncStream<String> { hints.stream }

    package func shutdown(stoppingInstances: Bool) async {
        forwarding.forEach { $0.cancel() }
        hints.continuation.finish()
        let drivers = Array(opened.values)
        await withDiscardingTaskGroup { group in
            for driver in drivers {
                group.addTask { await driver.shutdown(stoppingInstances: stoppingInstances) }
            }
        }
    }
}
