import Crypto
package import GantryBase
package import Model
package import State

/// Keeps the secrets of services, encrypted. They go in through `set` and out to instances; nobody is shown one.
package struct SecretStore: Sendable {
    /// Of one value: a certificate chain fits.
    package static let valueBytes = 32 << 10
    /// Of one service in all its environments together.
    package static let secretsPerService = 100

    var store: any StateStore
    let key: SecretKey
    let time: TimeSource

    /// Opens the key file, and makes it if no secret is stored yet.
    package static func open(
        store: any StateStore, keyFile: String, time: TimeSource
    ) async throws -> SecretStore {
        let page = try await store.list(StateQuery(kind: StoredSecret.kind, limit: 1))
        let key = try SecretKey.load(path: keyFile, mayCreate: page.objects.isEmpty)
        return SecretStore(store: store, key: key, time: time)
    }

    package init(store: any StateStore, key: SecretKey, time: TimeSource) {
        (self.store, self.key, self.time) = (store, key, time)
    }

    /// The same secrets, written through another view of the store.
    package func acting(through store: any StateStore) -> SecretStore {
        var secrets = self
        secrets.store = store
        return secrets
    }

    /// Sets or replaces a secret. The audit log gets its name and the fingerprints before and after.
    package func set(_ name: SecretName, _ value: SecretText, by user: UserName) async throws {
        try check(value, of: name)
        for _ in 0..<StateLimits.conflictRetries {
            do {
                return try await write(name, value, by: user)
            } catch let error as GantryError where error.code == .conflict || error.code == .exists {
                continue
            }
        }
        throw GantryError(.conflict, "secret \(name) is being set by others", hint: "try again")
    }

    package func remove(_ name: SecretName, by user: UserName, detail: String? = nil) async throws {
        let stored = try await store.require(StoredSecret.self, name.path)
        var record = record("secret.remove", name, user, before: stored.spec.fingerprint, after: nil)
        record.detail = detail
        try await store.remove(stored, audit: [record])
    }

    /// What is set, by name; the values stay where they are.
    package func names(of service: ServiceName) async throws -> [SecretName] {
        try await all(of: service).map(\.name)
    }

    /// The values that instances of the service get in an environment: its own before those for all environments.
    package func values(
        for service: ServiceName, environment: EnvironmentName
    ) async throws -> [String: SecretText] {
        try await effective(for: service, environment).mapValues { try key.open($0.spec, as: $0.name) }
    }

    /// Changes whenever `values` would; says nothing about them.
    package func fingerprint(
        for service: ServiceName, environment: EnvironmentName
    ) async throws -> String {
        let secrets = try await effective(for: service, environment).sorted { $0.key < $1.key }
        let text = secrets.map { "\($0.key) \($0.value.spec.fingerprint)\n" }.joined()
        return Hexadecimal.text(of: SHA256.hash(data: Array(text.utf8)).prefix(16))
    }

    /// The values of the named secrets that are set, and a text that changes whenever these values do and says nothing
    /// about them; both of one moment, so that the one always tells of the other.
    package func given(
        _ names: Set<String>, to service: ServiceName, environment: EnvironmentName
    ) async throws -> (values: [String: SecretText], fingerprint: String) {
        guard !names.isEmpty else { return ([:], "") }
        let secrets = try await effective(for: service, environment).filter { names.contains($0.key) }
        let text = secrets.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.spec.fingerprint)\n" }
        let digest = SHA256.hash(data: Array(text.joined().utf8)).prefix(16)
        return (try secrets.mapValues { try key.open($0.spec, as: $0.name) }, Hexadecimal.text(of: digest))
    }

    private typealias Secret = (name: SecretName, spec: StoredSecret.Spec)

    private func all(of service: ServiceName) async throws -> [Secret] {
        try await store.all(StoredSecret.self, prefix: service.path + "/").compactMap { stored in
            SecretName(path: stored.name).map { ($0, stored.spec) }
        }
    }

    private func effective(
        for service: ServiceName, _ environment: EnvironmentName
    ) async throws -> [String: Secret] {
        var secrets: [String: Secret] = [:]
        let all = try await all(of: service)
        for secret in all where secret.name.environment == nil { secrets[secret.name.variable] = secret }
        for secret in all where secret.name.environment == environment {
            secrets[secret.name.variable] = secret
        }
        return secrets
    }

    private func write(_ name: SecretName, _ value: SecretText, by user: UserName) async throws {
        let spec = try key.seal(value, as: name, by: user, at: time.now())
        guard var stored = try await store.get(StoredSecret.self, name.path) else {
            guard try await all(of: name.service).count < Self.secretsPerService else {
                throw GantryError(
                    .limit, "\(name.service) has \(Self.secretsPerService) secrets, which is the limit",
                    hint: "remove those that are not used, or put several into one")
            }
            let record = record("secret.set", name, user, before: nil, after: spec.fingerprint)
            try await store.create(StoredSecret.self, name.path, spec: spec, audit: [record])
            return
        }
        let record = record(
            "secret.set", name, user, before: stored.spec.fingerprint, after: spec.fingerprint)
        stored.spec = spec
        try await store.update(stored, audit: [record])
    }

    private func check(_ value: SecretText, of name: SecretName) throws(GantryError) {
        let bytes = value.reveal().utf8
        guard !bytes.isEmpty, !bytes.contains(0) else {
            throw GantryError(
                .invalid, "secret \(name) would be empty or have a zero byte, which no variable can",
                hint: "remove it instead, or encode it")
        }
        guard bytes.count <= Self.valueBytes else {
            throw GantryError(
                .limit, "secret \(name) has \(bytes.count) bytes, at most \(Self.valueBytes) are kept",
                hint: "keep large files elsewhere and their key here")
        }
    }

    private func record(
        _ action: String, _ name: SecretName, _ user: UserName, before: String?, after: String?
    ) -> AuditRecord {
        AuditRecord(
            at: time.now(), who: user.text, action: action, object: "secret/\(name)",
            before: before.map { "{\"fingerprint\":\"\($0)\"}" },
            after: after.map { "{\"fingerprint\":\"\($0)\"}" })
    }
}
