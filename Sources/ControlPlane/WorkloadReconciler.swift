import Access
import Clusters
import Crypto
import GantryBase
import Model
import State
import Wire

/// Tells each cluster what its workloads are to be, and writes down what they are.
struct WorkloadReconciler: Reconciler {
    let title = "workload"
    let kinds: Set<String> = [StoredWorkload.kind, StoredSecret.kind]
    let store: any StateStore
    let clusters: ClusterSet
    let targets: TargetBuilder

    func names(concernedBy event: StateEvent) async throws -> [String] {
        guard event.object.kind == StoredSecret.kind else { return [event.object.name] }
        // A secret is named BUSINESS/SERVICE/ENVIRONMENT/NAME: every workload of the service is looked at.
        let service = event.object.name.split(separator: "/").prefix(2).joined(separator: "/")
        return try await store.all(StoredWorkload.self, prefix: service + "/").map(\.name)
    }

    func allNames() async throws -> [String] { try await store.all(StoredWorkload.self).map(\.name) }

    func hints() -> AsyncStream<String> { clusters.changes() }

    func reconcile(_ name: String) async throws -> Period? {
        guard let workload = WorkloadName(path: name) else { return nil }
        guard let stored = try await store.get(StoredWorkload.self, name) else {
            try await clusters.remove(workload)
            return nil
        }
        let driver = try await clusters.driver(stored.spec.cluster)
        var status = WorkloadStatus()
        do {
            try await driver.apply(try await targets.target(for: stored.spec, of: workload))
            if let observed = try await driver.observe(workload) { status = observed }
        } catch let error as GantryError {
            status = try await driver.observe(workload) ?? WorkloadStatus()
            status.problem = error.message
        }
        if status != stored.status {
            try await store.updateStatus(StoredWorkload.self, name, status, expecting: stored.version)
        }
        return nil
    }
}

/// Puts together everything that a cluster must know of a workload.
struct TargetBuilder {
    let store: any StateStore
    let secrets: SecretStore

    func target(for spec: WorkloadSpec, of workload: WorkloadName) async throws -> WorkloadTarget {
        guard let release = try await store.get(StoredRelease.self, spec.release.path)?.spec,
            let service = release.definition.environments[workload.environment]
        else {
            throw GantryError(
                .notFound, "release \(spec.release) says nothing of environment \(workload.environment)",
                hint: "roll out a release whose service.yaml runs there")
        }
        let values = try await secrets.values(for: workload.service, environment: workload.environment)
        let missing = service.secrets.filter { values[$0] == nil }
        guard missing.isEmpty else {
            throw GantryError(
                .notFound, "\(workload) lacks the secret \(missing.joined(separator: ", "))",
                hint:
                    "gantry secret set \(workload.service) \(missing[0]) --environment \(workload.environment)"
            )
        }
        let given = values.filter { service.secrets.contains($0.key) }
        var target = WorkloadTarget(
            name: workload, release: spec.release, generation: "", artifact: release.artifact, spec: service,
            replicas: spec.replicas, configuration: release.configuration,
            secrets: given.mapValues { $0.reveal() })
        target.generation = try generation(
            of: target,
            secrets: await secrets.fingerprint(for: workload.service, environment: workload.environment))
        return target
    }

    /// - Parameter secrets: a keyed digest of the values, since this one is stored.
    private func generation(of target: WorkloadTarget, secrets: String) throws -> String {
        var spec = target.spec
        // What may change without replacing instances.
        spec.scale = ScaleSpec()
        spec.rollout = RolloutSpec()
        spec.owner = []
        var hash = SHA256()
        hash.update(data: try JSON.encode(spec))
        hash.update(data: try JSON.encode(target.configuration))
        hash.update(data: Array("\(target.release) \(target.artifact) \(secrets)".utf8))
        let digits = Array("0123456789abcdef")
        return String(hash.finalize().prefix(8).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
