import Crypto
import GantryBase
import Model
import State
import Synchronization
import Wire

/// Releases as clusters need them, the last few kept: they never change, are large to read, and the regions of a
/// service ask for the same one after another.
final class ReleaseShelf: Sendable {
    /// Kept at most: more than reconcile at once, and little memory even with large configuration files.
    static let limit = 64

    struct Entry: Sendable {
        var artifact: String
        var spec: ServiceSpec
        var configuration: [ConfigurationFile]
        /// Of all that makes an instance: differs when instances must be replaced.
        var digest: String
    }

    private struct Key: Hashable {
        var release: ReleaseName
        var environment: EnvironmentName
    }

    private let store: any StateStore
    private let shelf = Mutex((entries: [Key: Entry](), order: [Key]()))

    init(store: any StateStore) { self.store = store }

    /// Throws `.notFound` when there is no such release, or it says nothing of the environment.
    func entry(_ name: ReleaseName, in environment: EnvironmentName) async throws -> Entry {
        let key = Key(release: name, environment: environment)
        if let known = shelf.withLock({ $0.entries[key] }) { return known }
        guard let release = try await store.get(StoredRelease.self, name.path)?.spec,
            let spec = release.definition.environments[environment]
        else {
            throw GantryError(
                .notFound, "release \(name) says nothing of environment \(environment)",
                hint: "roll out a release whose service.yaml runs there")
        }
        let entry = Entry(
            artifact: release.artifact, spec: spec, configuration: release.configuration,
            digest: try Self.digest(of: spec, release))
        shelf.withLock { shelf in
            if shelf.entries.updateValue(entry, forKey: key) == nil { shelf.order.append(key) }
            if shelf.order.count > Self.limit { shelf.entries[shelf.order.removeFirst()] = nil }
        }
        return entry
    }

    private static func digest(of spec: ServiceSpec, _ release: Release) throws -> String {
        var spec = spec
        // What may change without replacing instances.
        spec.scale = ScaleSpec()
        spec.rollout = RolloutSpec()
        spec.owner = []
        var hash = SHA256()
        hash.update(data: try JSON.encode(spec))
        hash.update(data: try JSON.encode(release.configuration))
        hash.update(data: Array("\(release.name) \(release.artifact)".utf8))
        return hexadecimal(hash.finalize().prefix(16))
    }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
