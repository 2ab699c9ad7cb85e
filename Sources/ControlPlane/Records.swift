import GantryBase
package import Model
package import State

extension StateChange {
    /// Changes nothing and fails the commit unless the object is still as it was read: what else the commit holds was
    /// decided by it.
    static func guarding<Kind: StoredKind>(_ stored: Stored<Kind>) -> StateChange {
        StateChange(
            kind: Kind.kind, name: stored.name, schemaVersion: Kind.schemaVersion,
            operation: .update(spec: nil, status: nil, labels: nil, expecting: stored.version))
    }
}

extension Stored where Kind == StoredRepository {
    /// Takes the next number of a kind; it is taken once the repository is written.
    mutating func takeNumber(_ kind: String) -> Int {
        let number = (status.numbers[kind] ?? 0) + 1
        status.numbers[kind] = number
        return number
    }
}

extension GantryError {
    /// Asking again gives the same answer until a person changes something.
    var isLasting: Bool { [.invalid, .notFound, .limit, .unsupported, .forbidden].contains(code) }
    /// What happened and what to do, on one line.
    var sentence: String { [message, hint].compactMap { $0 }.joined(separator: "; ") }
}

/// What the reconcilers and the operations read and write again and again.
extension StateStore {
    package func platform() async throws -> PlatformSpec {
        guard let platform = try await get(StoredPlatform.self, StoredPlatform.name) else {
            throw GantryError(
                .notFound, "no platform has been applied yet", hint: "gantry apply platform.yaml")
        }
        return platform.spec
    }

    /// Names of all objects of a kind. What they say is not read: one that cannot be must not hide the others.
    func names<Kind: StoredKind>(
        of kind: Kind.Type, prefix: String = "", labels: [String: String] = [:]
    ) async throws -> [String] {
        var names: [String] = []
        var query = StateQuery(
            kind: Kind.kind, prefix: prefix, labels: labels, limit: StateLimits.largestPageSize)
        repeat {
            let page = try await list(query)
            names += page.objects.map(\.name)
            query.after = page.next
        } while query.after != nil
        return names
    }

    /// All runs, or those of a service, that have not ended and can be read; one that cannot be is reported when its
    /// own turn comes.
    func activeRuns(of service: ServiceName? = nil) async throws -> [Stored<StoredRun>] {
        var runs: [Stored<StoredRun>] = []
        var query = StateQuery(
            kind: StoredRun.kind, prefix: service.map { $0.path + "/" } ?? "",
            labels: [Label.active: "true"], limit: StateLimits.largestPageSize)
        repeat {
            let page = try await list(query)
            runs += page.objects.compactMap { try? Stored($0) }
            query.after = page.next
        } while query.after != nil
        return runs
    }

    func activeRollouts(of service: ServiceName) async throws -> [Stored<StoredRollout>] {
        try await all(StoredRollout.self, prefix: service.path + "/", labels: [Label.active: "true"])
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
        let number = repository.takeNumber(kind)
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

    /// Runs a read-and-commit again while others commit in between; for commits of several objects. A `Refusal` ends it.
    func retryingConflicts<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        var attempts = 0
        while true {
            attempts += 1
            do {
                return try await body()
            } catch let refusal as Refusal {
                throw refusal.error
            } catch let error as GantryError where error.code == .conflict || error.code == .exists {
                if attempts == StateLimits.conflictRetries { throw error }
                try await Task.sleep(for: .milliseconds(Int.random(in: 1...20)))
            }
        }
    }
}

/// A conflict with what a person asked for, which asking again does not mend, told from two writers that met.
struct Refusal: Error {
    var error: GantryError
    init(_ message: String, hint: String? = nil) { error = GantryError(.conflict, message, hint: hint) }
}
