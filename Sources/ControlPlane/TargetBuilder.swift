import Access
import Clusters
import Crypto
import GantryBase
import Model
import State
import Wire

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
        let given = try await secrets.given(
            Set(service.secrets), to: workload.service, environment: workload.environment)
        let missing = service.secrets.filter { given.values[$0] == nil }
        guard missing.isEmpty else {
            let command = "gantry secret set \(workload.service) \(missing[0])"
            throw GantryError(
                .notFound, "\(workload) lacks the secret \(missing.joined(separator: ", "))",
                hint: "\(command) --environment \(workload.environment)")
        }
        var target = WorkloadTarget(
            name: workload, release: spec.release, generation: "", artifact: release.artifact, spec: service,
            replicas: spec.replicas, configuration: release.configuration,
            secrets: given.values.mapValues { $0.reveal() })
        target.generation = try generation(of: target, secrets: given.fingerprint)
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
