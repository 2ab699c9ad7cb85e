package import Access
package import GantryBase
package import Model
package import State

extension Operations {
    /// Instances of one workload that may be asked for by hand.
    static let largestReplicas = 100

    /// Moves an environment back to an earlier release: the given one, else the last that was rolled out there with
    /// success before the one that runs now. It is a rollout like any other and recorded as new desired state.
    package func rollback(
        _ service: ServiceName, in environment: EnvironmentName, to number: Int?, by identity: Identity
    ) async throws -> Stored<StoredRollout> {
        try await require(.operate, on: service.business, by: identity, for: "rollout.rollback", service.path)
        let platform = try await store.platform()
        guard platform.environment(environment) != nil else {
            throw GantryError(
                .notFound, "the platform has no environment \(environment)",
                hint: "it has \(platform.environments.map(\.name.text).joined(separator: ", "))")
        }
        let release: ReleaseName
        if let number {
            release = ReleaseName(service, number)
            _ = try await store.require(StoredRelease.self, release.path)
        } else {
            release = try await releaseBefore(service, in: environment)
        }
        return try await RolloutStarter(store: store, time: time).start(
            release, in: environment, cause: .rollback(by: identity.user), by: identity.user.text)
    }

    /// The release that ran well before the one that is wanted now. Only an older one is gone back to: rolling back
    /// twice goes back twice, and never forward to what was fled from.
    private func releaseBefore(_ service: ServiceName, in environment: EnvironmentName) async throws
        -> ReleaseName
    {
        // Regions may differ, as after a rollout that stopped half way: then the newest is what is fled from.
        let current = try await store.all(StoredWorkload.self, prefix: "\(service)/\(environment)/")
            .map(\.spec.release).max()
        func isGood(_ rollout: Stored<StoredRollout>) -> Bool {
            rollout.status.phase == .succeeded && current.map { rollout.spec.release < $0 } ?? true
        }
        let history = RolloutHistory(store: store, service: service, environment: environment)
        let good = try await history.read { $0.contains(where: isGood) }.first(where: isGood)
        guard let release = good?.spec.release else {
            throw GantryError(
                .notFound, "\(service) has no earlier release that ran well in \(environment)",
                hint: "name one with --to; gantry get releases --service \(service) lists them")
        }
        return release
    }

    /// Sets the number of instances by hand until it is cleared or its time is over.
    package func setOverride(
        _ name: WorkloadName, replicas: Int, until: Timestamp?, by identity: Identity
    ) async throws -> Stored<StoredOverride> {
        try await require(.operate, on: name.service.business, by: identity, for: "workload.scale", name.path)
        guard (0...Self.largestReplicas).contains(replicas) else {
            throw GantryError(
                .invalid, "\(replicas) instances are out of range", hint: "give 0 to \(Self.largestReplicas)")
        }
        if let until, until <= time.now() {
            throw GantryError(
                .invalid, "\(until.readable) has passed", hint: "give a time to come, or a duration")
        }
        let workload = try await store.require(StoredWorkload.self, name.path)
        let override = WorkloadOverride(
            replicas: replicas, author: identity.user, createdAt: time.now(), until: until)
        let record = record(
            identity, "workload.scale", name.path, before: "\(workload.spec.replicas)", after: "\(replicas)")
        try await store.put(
            StoredOverride.self, name.path, spec: override, labels: name.labels, audit: [record])
        return try await store.require(StoredOverride.self, name.path)
    }

    package func clearOverride(_ name: WorkloadName, by identity: Identity) async throws {
        try await require(
            .operate, on: name.service.business, by: identity, for: "workload.unscale", name.path)
        let stored = try await store.require(StoredOverride.self, name.path)
        try await store.end(stored, audit: [record(identity, "workload.unscale", name.path)])
    }
}
