import GantryBase
import Model
import Planning
import State

/// Makes rollouts: for a stage of a run, and for a rollback by hand.
struct RolloutStarter {
    let store: any StateStore
    let time: TimeSource

    /// Creates the rollout and, in the same commit, ends those of the same service and environment that are under way.
    ///
    /// - Parameter yielding: a run that does not go where a newer one is. Two that were approved in their order may
    ///   come here in the other.
    func start(
        _ release: ReleaseName, in environment: EnvironmentName, cause: RolloutTarget.Cause,
        by author: String, yielding run: RunName? = nil
    ) async throws -> Stored<StoredRollout> {
        try await store.retryingConflicts {
            if let run { try await yield(run, in: environment) }
            return try await create(release, in: environment, cause: cause, by: author)
        }
    }

    private func yield(_ run: RunName, in environment: EnvironmentName) async throws {
        let present = try await Standings(store: store).wanted(of: run.service, in: environment)
        let overtaker = Supersession.overtaker(
            of: run, boundFor: [environment], present: [environment: present])
        guard let overtaker else { return }
        throw GantryError(
            .invalid, "superseded by run \(overtaker.run), which has gone on to \(environment)",
            hint: "to return on purpose: gantry rollback \(run.service) --environment \(environment)")
    }

    private func create(
        _ release: ReleaseName, in environment: EnvironmentName, cause: RolloutTarget.Cause, by author: String
    ) async throws -> Stored<StoredRollout> {
        let service = release.service
        let regions = try await regions(of: release, in: environment, cause)
        let active = try await store.activeRollouts(of: service).filter { $0.spec.environment == environment }
        let lastGood = try await lastGood(of: service, in: environment, regions)
        let (number, counted) = try await store.nextNumber(StoredRollout.kind, of: service)
        let target = RolloutTarget(
            name: RolloutName(service, number), environment: environment, release: release,
            regions: regions, lastGood: lastGood, cause: cause, createdAt: time.now())
        var changes = [counted]
        for rollout in active where rollout.status.cancelledBy == nil {
            var replaced = rollout
            replaced.status.cancelledBy = "rollout \(target.name)"
            changes.append(try .update(replaced))
        }
        changes.append(
            try .create(
                StoredRollout.self, target.name.path, spec: target, labels: target.labels(active: true)))
        let record = AuditRecord(
            at: time.now(), who: author, action: "rollout.create", object: target.name.path,
            after: "release \(release) to \(environment)")
        guard let made = try await store.commit(changes, audit: [record]).last else {
            throw GantryError(
                .internal, "the store answered a commit of \(changes.count) changes with nothing")
        }
        return try Stored(made)
    }

    private func lastGood(
        of service: ServiceName, in environment: EnvironmentName, _ regions: [RegionName]
    ) async throws -> [RegionName: ReleaseName] {
        let history = RolloutHistory(store: store, service: service, environment: environment)
        let earlier = try await history.read { rollouts in
            let known = LastGood.known(in: environment, by: rollouts.map { ($0.spec, $0.status) })
            return regions.allSatisfy { known[$0] != nil }
        }
        return LastGood.releases(in: environment, by: earlier.map { ($0.spec, $0.status) })
            .filter { regions.contains($0.key) }
    }

    /// The regions of the release that the platform binds now. A pipeline passes an environment that the service has
    /// left out, with nothing to update; a person who names one is told.
    private func regions(
        of release: ReleaseName, in environment: EnvironmentName, _ cause: RolloutTarget.Cause
    ) async throws -> [RegionName] {
        guard let bound = try await store.platform().environment(environment)?.regions else {
            throw GantryError(
                .notFound, "there is no environment \(environment)",
                hint: "name one of those under environments: in platform.yaml")
        }
        let definition = try await store.require(StoredRelease.self, release.path).spec.definition
        if definition.environments[environment] == nil, case .run = cause { return [] }
        return try await store.spec(of: release, in: environment).regions.filter { bound[$0] != nil }
    }
}
