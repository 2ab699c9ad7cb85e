package import GantryBase
package import Model
import State

/// What the installation proves itself with at its provider of identities, encrypted; one object named `oidc`.
package enum StoredClientSecret: StoredKind {
    package struct Spec: Codable, Sendable, Hashable {
        package var sealed: String
        package var setBy: UserName
        package var setAt: Timestamp
        package init(sealed: String, setBy: UserName, setAt: Timestamp) {
            (self.sealed, self.setBy, self.setAt) = (sealed, setBy, setAt)
        }
    }
    package typealias Status = NoStatus
    package static let kind = "client-secret"
    package static let schemaVersion = 1
    package static let initialStatus = NoStatus()
    package static let name = "oidc"
}

extension SecretStore {
    private static let clientUse = "client secret of OIDC"
    /// In bytes.
    private static let clientSecretBytes = 4096

    /// Sets the secret, or takes it away for a public client.
    package func setClientSecret(_ secret: SecretText?, by user: UserName) async throws {
        let name = StoredClientSecret.name
        let record = AuditRecord(
            at: time.now(), who: user.text, action: secret == nil ? "oidc.secret.remove" : "oidc.secret.set",
            object: "sign-in/oidc")
        let stored = try await store.get(StoredClientSecret.self, name)
        guard let secret else {
            if let stored { try await store.remove(stored, audit: [record]) }
            return
        }
        let bytes = Array(secret.reveal().utf8)
        guard (1...Self.clientSecretBytes).contains(bytes.count) else {
            throw GantryError(
                .invalid, "a client secret has 1 to \(Self.clientSecretBytes) bytes",
                hint: "copy it from the provider")
        }
        let spec = StoredClientSecret.Spec(
            sealed: try seal(bytes, for: Self.clientUse), setBy: user, setAt: time.now())
        if var stored {
            stored.spec = spec
            try await store.update(stored, audit: [record])
        } else {
            try await store.create(StoredClientSecret.self, name, spec: spec, audit: [record])
        }
    }

    package func clientSecret() async throws -> SecretText? {
        guard let stored = try await store.get(StoredClientSecret.self, StoredClientSecret.name) else {
            return nil
        }
        guard let bytes = open(stored.spec.sealed, for: Self.clientUse) else {
            throw GantryError(
                .unavailable, "the client secret of the identity provider was sealed with another key",
                hint: "set it again: gantry oidc secret")
        }
        return SecretText(String(decoding: bytes, as: UTF8.self))
    }
}
