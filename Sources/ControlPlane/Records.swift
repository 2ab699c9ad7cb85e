import GantryBase
package import Model
package import State

/// What the reconcilers and the operations read and write again and again.
extension StateStore {
    package func platform() async throws -> PlatformSpec {
        guard let platform = try await get(StoredPlatform.self, StoredPlatform.name) else {
            throw GantryError(
                .notFound, "no platform has been applied yet", hint: "gantry apply platform.yaml")
        }
        return platform.spec
    }

    func activeRuns() async throws -> [Stored<StoredRun>] {
        try await all(StoredRun.self, labels: [Label.active: "true"])
    }

    func activeRollouts(of service: ServiceName? = nil) async throws -> [Stored<StoredRollout>] {
        var labels = [Label.active: "true"]
        if let service { labels[Label.service] = service.path }
        return try await all(StoredRollout.self, labels: labels)
    }

    /// What the release says of the service in one environment.
    func spec(of release: ReleaseName, in environment: EnvironmentName) async throws -> ServiceSpec {
        let stored = try await require(StoredRelease.self, release.path)
        if let spec = stored.spec.definition.environments[environment] { return spec }
        throw GantryError(
            .notFound, "release \(release) does not run in \(environment)",
            hint: "bind a region to the environment in platform.yaml, or choose another environment")
    }

    /// The next number of a kind for a service, and the change that takes it: to be part of the commit that uses it.
    func nextNumber(_ kind: String, of service: ServiceName) async throws -> (Int, StateChange) {
        var repository = try await require(StoredRepository.self, service.path)
        let number = (repository.status.numbers[kind] ?? 0) + 1
        repository.status.numbers[kind] = number
        return (number, try .update(repository))
    }

    /// Creates the object, or sets the spec of the one that is there; writes nothing when it has that spec.
    func put<Kind: StoredKind>(
        _ kind: Kind.Type, _ name: String, spec: Kind.Spec, labels: [String: String],
        audit: [AuditRecord] = []
    ) async throws {
        if try await get(kind, name) == nil {
            do {
                try await create(kind, name, spec: spec, labels: labels, audit: audit)
                return
            } catch let error as GantryError where error.code == .exists {
                // Somebody else made it meanwhile: set the spec of theirs.
            }
        }
        try await mutate(kind, name, audit: audit) {
            $0.spec = spec
            $0.labels = labels
        }
    }

    /// Runs a read-and-commit again while others commit in between; for commits of several objects.
    func retryingConflicts<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        for _ in 1..<StateLimits.conflictRetries {
            do {
                return try await body()
            } catch let error as GantryError where error.code == .conflict || error.code == .exists {
                try await Task.sleep(for: .milliseconds(Int.random(in: 1...20)))
            }
        }
        return try await body()
    }
}
