package import Access
import GantryBase
import Model
import Planning
import State

extension Operations {
    /// Removes a secret that nothing under way or running needs, or one that is needed when the asker says so.
    ///
    /// Without it the next instance of such a release could not be started: what runs goes on, and cannot be replaced.
    package func removeSecret(
        _ name: SecretName, isForced: Bool, from secrets: SecretStore, by identity: Identity
    ) async throws {
        try await require(
            .manageSecrets, on: name.service.business, by: identity, for: "secret.remove", name.path)
        let losing = SecretUse.losing(
            SecretUse.Value(name.variable, in: name.environment),
            declared: try await declared(by: name.service),
            values: try await store.secretValues(of: name.service))
        let places = losing.map(\.text).joined(separator: ", ")
        guard losing.isEmpty || isForced else {
            throw GantryError(
                .conflict,
                "releases of \(name.service) that run in \(places) need the secret \(name.variable)",
                hint: "take it out of secrets: in service.yaml and roll that out first; with --force it goes "
                    + "all the same, and no instance can be started there until it is set again")
        }
        try await secrets.remove(
            name, by: identity.user, detail: losing.isEmpty ? nil : "forced; needed in \(places)")
    }

    /// The secrets that releases name which run, or are being rolled out.
    private func declared(by service: ServiceName) async throws -> [EnvironmentName: Set<String>] {
        var places: Set<Place> = []
        for workload in try await store.all(StoredWorkload.self, prefix: service.path + "/") {
            guard let name = WorkloadName(path: workload.name) else { continue }
            places.insert(Place(release: workload.spec.release, environment: name.environment))
        }
        for rollout in try await store.activeRollouts(of: service) {
            places.insert(Place(release: rollout.spec.release, environment: rollout.spec.environment))
        }
        var declared: [EnvironmentName: Set<String>] = [:]
        for place in places {
            let release = try await store.get(StoredRelease.self, place.release.path)?.spec
            let spec = release?.definition.environments[place.environment]
            declared[place.environment, default: []].formUnion(spec?.secrets ?? [])
        }
        return declared
    }

    private struct Place: Hashable {
        var release: ReleaseName
        var environment: EnvironmentName
    }
}

extension StateStore {
    /// Which secrets of a service have a value; the values themselves are not looked at.
    func secretValues(of service: ServiceName) async throws -> Set<SecretUse.Value> {
        Set(
            try await names(of: StoredSecret.self, prefix: service.path + "/").compactMap { path in
                SecretName(path: path).map { SecretUse.Value($0.variable, in: $0.environment) }
            })
    }
}
