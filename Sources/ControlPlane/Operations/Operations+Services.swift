package import Access
import GantryBase
import GitHosting
package import Model
package import Planning
import Specification
package import State

extension Operations {
    /// Makes the repository of a new service; one that a crash left half made is finished.
    package func createService(_ name: ServiceName, by identity: Identity) async throws -> Stored<
        StoredRepository
    > {
        try await require(
            .createService, on: name.business, by: identity, for: "repository.create", name.path)
        let platform = try await store.platform()
        try NamingNorm.require(name, in: platform)
        if try await store.get(StoredRepository.self, name.path) != nil, try repositories.exists(name) {
            throw GantryError(
                .exists, "the repository \(name) exists", hint: "clone it, or choose another name")
        }
        try await repositories.create(name)
        if let known = try await store.get(StoredRepository.self, name.path) { return known }
        return try await store.create(
            StoredRepository.self, name.path, spec: .init(service: name), labels: name.labels,
            audit: [record(identity, "repository.create", name.path)])
    }

    /// All mistakes of a service.yaml; without a service only what needs no platform is looked at.
    package func validate(_ text: String, file: String, service: ServiceName?) async throws -> [Diagnostic] {
        guard let service else {
            return ServiceFile.read(text, file: file, service: nil, platform: nil).diagnostics
        }
        return try await read(text, file: file, service: service, on: try await store.platform()).diagnostics
    }

    /// Reads the file as a push of it would be judged.
    private func read(
        _ text: String, file: String, service: ServiceName, on platform: PlatformSpec
    ) async throws -> Reading<ServiceDefinition> {
        let neighbours = try await Neighbours.of(service, on: platform, in: store)
        return ServiceFile.read(
            text, file: file, service: service, platform: platform, knownServices: neighbours.services,
            exposed: neighbours.exposed)
    }

    package struct ServicePlan: Sendable {
        package var changes: [WorkloadChange]
        package var diagnostics: [Diagnostic]
    }

    /// What would change in each environment and region if the release in them had this service.yaml.
    package func plan(_ text: String, file: String, service: ServiceName) async throws -> ServicePlan {
        let platform = try await store.platform()
        let reading = try await read(text, file: file, service: service, on: platform)
        guard let definition = reading.value else {
            return ServicePlan(changes: [], diagnostics: reading.diagnostics)
        }
        let current = try await current(of: service)
        var wanted: [WorkloadName: PlannedWorkload] = [:]
        // A plan that counted environments which no stage rolls out to would promise too much.
        let reached = Expansion.environments(reachedFrom: service.business, on: platform)
        for workload in Expansion.workloads(of: definition, on: platform)
        where reached.contains(workload.name.environment) || current[workload.name] != nil {
            wanted[workload.name] = PlannedWorkload(
                cluster: workload.cluster, release: current[workload.name]?.release,
                replicas: workload.spec.scale.min, spec: workload.spec,
                override: current[workload.name]?.override)
        }
        return ServicePlan(
            changes: PlanDiff.changes(wanted: wanted, current: current), diagnostics: reading.diagnostics)
    }

    private func current(of service: ServiceName) async throws -> [WorkloadName: PlannedWorkload] {
        var current: [WorkloadName: PlannedWorkload] = [:]
        var releases: [ReleaseName: ServiceDefinition] = [:]
        for workload in try await store.all(StoredWorkload.self, prefix: service.path + "/") {
            guard let name = WorkloadName(path: workload.name) else { continue }
            let release = workload.spec.release
            if releases[release] == nil {
                releases[release] = try await store.get(StoredRelease.self, release.path)?.spec.definition
            }
            guard let spec = releases[release]?.environments[name.environment] else { continue }
            current[name] = PlannedWorkload(
                cluster: workload.spec.cluster, release: release.path, replicas: spec.scale.min, spec: spec,
                override: try await store.get(StoredOverride.self, workload.name)?.spec)
        }
        return current
    }

    /// The effective spec of one workload as YAML.
    package func render(_ name: WorkloadName) async throws -> String {
        let workload = try await store.require(StoredWorkload.self, name.path)
        return EffectiveYAML.render(try await store.spec(of: workload.spec.release, in: name.environment))
    }
}
