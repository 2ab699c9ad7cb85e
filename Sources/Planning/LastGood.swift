package import Model

/// Finds what a rollout's regions return to when they fail.
package enum LastGood {
    /// Returns the release that each region last ran well in an environment, by the rollouts of one service in any
    /// order.
    ///
    /// A region that was never moved, or was left half way by a cancelled rollout, proves nothing of that release: the
    /// rollout before it decides. A region that was sent back decides by what it went back to, and is absent when it
    /// was taken away.
    package static func releases(
        in environment: EnvironmentName, by rollouts: [(target: RolloutTarget, status: RolloutStatus)]
    ) -> [RegionName: ReleaseName] {
        known(in: environment, by: rollouts).compactMapValues { $0 }
    }

    /// The same with nil for regions that are known to have none. A region that is absent is decided by an earlier
    /// rollout, if by any.
    package static func known(
        in environment: EnvironmentName, by rollouts: [(target: RolloutTarget, status: RolloutStatus)]
    ) -> [RegionName: ReleaseName?] {
        var known: [RegionName: ReleaseName?] = [:]
        let newestFirst = rollouts.filter { $0.target.environment == environment }
            .sorted { $0.target.name.number > $1.target.name.number }
        for (target, status) in newestFirst {
            for progress in status.regions where known[progress.region] == nil {
                switch progress.phase {
                case .healthy: known.updateValue(target.release, forKey: progress.region)
                case .returned: known.updateValue(target.lastGood[progress.region], forKey: progress.region)
                case .waiting, .progressing, .returning: break
                }
            }
        }
        return known
    }
}
