package import GantryBase
package import Model

/// One run as a row of a list.
package struct RunSummary: Sendable, Hashable {
    package var name: RunName
    package var subject: String
    package var branch: String
    package var author: UserName
    package var progress: Progress
    /// Why it failed or waits.
    package var reason: String?
    /// The stage that it is in, or failed in.
    package var stage: String?
    package var createdAt: Timestamp
    package var startedAt: Timestamp?
    package var finishedAt: Timestamp?

    package init(_ spec: RunSpec, _ status: RunStatus) {
        (name, subject, branch, author) = (spec.name, spec.subject, spec.branch, spec.author)
        (progress, createdAt) = (status.progress, spec.createdAt)
        (startedAt, finishedAt) = (status.startedAt, status.finishedAt)
        let current = status.stages.first { [.failed, .waiting, .running].contains($0.progress) }
        stage = current?.name
        reason = (status.reason ?? current?.reason).map { WorkloadStanding.firstLine($0) }
    }
}

/// One rollout as a row of a list.
package struct RolloutSummary: Sendable, Hashable {
    package var name: RolloutName
    package var environment: EnvironmentName
    package var release: ReleaseName
    package var phase: RolloutStatus.Phase
    package var regionsDone: Int
    package var regionsAll: Int
    package var cause: RolloutTarget.Cause
    /// Why it waits, failed or was cancelled.
    package var reason: String?
    package var createdAt: Timestamp
    package var finishedAt: Timestamp?

    package init(_ spec: RolloutTarget, _ status: RolloutStatus) {
        (name, environment, release, phase) = (spec.name, spec.environment, spec.release, status.phase)
        (cause, createdAt, finishedAt) = (spec.cause, spec.createdAt, status.finishedAt)
        regionsDone = status.regions.count { $0.phase == .healthy }
        regionsAll = spec.regions.count
        let said = status.reason ?? status.regions.first { $0.phase != .healthy && $0.reason != nil }?.reason
        reason = said.map { WorkloadStanding.firstLine($0) }
    }
}

/// One release as a row of a list.
package struct ReleaseSummary: Sendable, Hashable {
    package var name: ReleaseName
    package var commit: String
    package var run: RunName
    package var createdAt: Timestamp
    /// The environments that want it now.
    package var environments: [EnvironmentName]

    package init(_ release: Release, environments: [EnvironmentName] = []) {
        (name, commit, run) = (release.name, release.commit, release.run)
        (createdAt, self.environments) = (release.createdAt, environments)
    }
}

/// One service as a row of a list: all its workloads together.
package struct ServiceSummary: Sendable, Hashable {
    package var name: ServiceName
    package var workloads: Int
    package var readyWorkloads: Int
    /// The worst of its workloads; nil where it has none.
    package var condition: WorkloadStanding.Condition?
    /// Where it is that, and why.
    package var reason: String?
    package var release: ReleaseName?
    /// The last push to a protected branch.
    package var pushedAt: Timestamp?
    package var pushedBy: UserName?

    package init(
        _ name: ServiceName, _ workloads: [WorkloadStanding], pushedAt: Timestamp? = nil,
        pushedBy: UserName? = nil
    ) {
        (self.name, self.pushedAt, self.pushedBy) = (name, pushedAt, pushedBy)
        self.workloads = workloads.count
        readyWorkloads = workloads.count { $0.condition == .ready || $0.condition == .stopped }
        release = workloads.map(\.release).max()
        let worst = workloads.filter { $0.condition != .stopped }.min { $0.condition < $1.condition }
        condition = worst?.condition ?? workloads.first?.condition
        if let worst, worst.needsAttention || worst.condition == .progressing {
            let place = "\(worst.name.environment)/\(worst.name.region)"
            reason = worst.reason.map { "\(place): \($0)" } ?? place
        }
    }
}
