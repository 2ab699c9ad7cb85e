package import Access
package import Artifacts
package import GantryBase
package import GitHosting
package import Logging
package import Running
package import State

/// All reconcilers of one installation, running until the task is cancelled.
///
/// They know of each other only through State. Any number of processes may read the same State, one runs this.
package struct ControlPlane: Sendable {
    let loops: [ReconcileLoop]

    package init(
        store: any StateStore, executor: any StepExecutor, clusters: ClusterSet,
        repositories: GitRepositories,
        artifacts: ArtifactStore, secrets: SecretStore, time: TimeSource, logger: Logger
    ) {
        let releases = ReleaseMaker(
            store: store, repositories: repositories, artifacts: artifacts, executor: executor, time: time)
        let reconcilers: [any Reconciler] = [
            RunReconciler(
                store: store, executor: executor, releases: releases,
                rollouts: RolloutStarter(store: store, time: time), time: time),
            RolloutReconciler(
                store: store, clusters: clusters, time: time, watchingSince: time.now()),
            WorkloadReconciler(
                store: store, clusters: clusters, targets: TargetBuilder(store: store, secrets: secrets)),
            OverrideReconciler(store: store, time: time),
        ]
        loops = reconcilers.map { ReconcileLoop(reconciler: $0, store: store, logger: logger) }
    }

    /// What each loop has done so far.
    package func statistics() async -> [LoopFigures] {
        var figures: [LoopFigures] = []
        for loop in loops { figures.append(await loop.statistics.figures(loop.reconciler.title)) }
        return figures
    }

    package func run() async {
        await withDiscardingTaskGroup { group in
            for loop in loops { group.addTask { await loop.run() } }
        }
    }
}
