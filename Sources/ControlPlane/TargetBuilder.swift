import Access
import Clusters
import Crypto
import GantryBase
import Model
import State

/// Puts together everything that a cluster must know of a workload.
struct TargetBuilder {
    let releases: ReleaseShelf
    let secrets: SecretStore

    init(store: any StateStore, secrets: SecretStore) {
        releases = ReleaseShelf(store: store)
        self.secrets = secrets
    }

    func target(for spec: WorkloadSpec, of workload: WorkloadName) async throws -> WorkloadTarget {
        let release = try await releases.entry(spec.release, in: workload.environment)
        let names = release.spec.secrets
        let given = try await secrets.given(
            Set(names), to: workload.service, environment: workload.environment)
        let missing = names.filter { given.values[$0] == nil }
        guard missing.isEmpty else {
            let command = "gantry secret set \(workload.service) \(missing[0])"
            throw GantryError(
                .notFound, "\(workload) lacks the secret \(missing.joined(separator: ", "))",
                hint: "\(command) --environment \(workload.environment)")
        }
        // The fingerprint is a keyed digest of the values: the generation is stored and shown.
        let whole = SHA256.hash(data: Array("\(release.digest) \(given.fingerprint)".utf8))
        return WorkloadTarget(
            name: workload, release: spec.release, generation: ReleaseShelf.hexadecimal(whole.prefix(8)),
            artifact: release.artifact, spec: release.spec, replicas: spec.replicas,
            configuration: release.configuration, secrets: given.values.mapValues { $0.reveal() })
    }
}
