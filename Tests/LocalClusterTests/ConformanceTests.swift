import Clusters
import GantryBase
import LocalCluster
import Model
import Testing

extension LocalClusterTests {
    @Suite struct ConformanceTests {
        @Test(arguments: ClusterConformance.cases)
        func theContractHolds(item: ClusterConformance.Case) async throws {
            try await Ground.with { ground, cluster in
                let subject = ClusterConformance.Subject(driver: cluster) {
                    word, release, behaviour, replicas in
                    let program =
                        switch behaviour {
                        case .good: Programs.web
                        case .neverReady: Programs.neverReady
                        }
                    return try await ground.target(
                        "yidian/\(word)", release: release, replicas: replicas, program: program)
                }
                try await ClusterConformance.run(item, on: subject)
            }
        }
    }
}

/// One after the other: each starts real processes, and measures none by itself if others run beside it.
@Suite(.serialized) struct LocalClusterTests {}
