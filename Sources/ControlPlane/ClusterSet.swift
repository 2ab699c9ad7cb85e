package import Clusters
package import GantryBase
package import Model

/// The clusters of this installation, each behind its driver.
package struct ClusterSet: Sendable {
    private let drivers: [ClusterName: any ClusterDriver]

    package init(_ drivers: [ClusterName: any ClusterDriver]) { self.drivers = drivers }

    package func driver(_ name: ClusterName) throws(GantryError) -> any ClusterDriver {
        if let driver = drivers[name] { return driver }
        throw GantryError(
            .notFound, "there is no cluster \(name)", hint: "name it under clusters: in platform.yaml")
    }

    func remove(_ workload: WorkloadName) async throws {
        for driver in drivers.values { try await driver.remove(workload) }
    }

    /// Names of workloads that may have changed, from all clusters.
    func changes() -> AsyncStream<String> {
        let (names, continuation) = AsyncStream<String>.makeStream(
            bufferingPolicy: .bufferingNewest(Self.hintLimit))
        // Safe: ends when the stream that it feeds is let go of.
        let task = Task {
            await withDiscardingTaskGroup { group in
                for driver in drivers.values {
                    group.addTask { for await name in driver.changes() { continuation.yield(name.path) } }
                }
            }
        }
        continuation.onTermination = { _ in task.cancel() }
        return names
    }

    /// Hints kept for a slow reader; what falls out is found by the next look at everything.
    static let hintLimit = 10_000

    package func shutdown(stoppingInstances: Bool) async {
        await withDiscardingTaskGroup { group in
            for driver in drivers.values {
                group.addTask { await driver.shutdown(stoppingInstances: stoppingInstances) }
            }
        }
    }
}
