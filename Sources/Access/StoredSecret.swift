package import GantryBase
package import Model

/// A secret of a service; named `BUSINESS/SERVICE/ENVIRONMENT/VARIABLE`, with `*` for all environments.
package enum StoredSecret: StoredKind {
    package struct Spec: Codable, Sendable, Hashable {
        /// Which key it was encrypted with.
        package var key: String
        /// Nonce, ciphertext and tag of AES-256-GCM, in base64.
        package var sealed: String
        /// A keyed hash of name and value: equal when the value is, and worth nothing without the key.
        package var fingerprint: String
        package var setBy: UserName
        package var setAt: Timestamp

        package init(key: String, sealed: String, fingerprint: String, setBy: UserName, setAt: Timestamp) {
            (self.key, self.sealed, self.fingerprint) = (key, sealed, fingerprint)
            (self.setBy, self.setAt) = (setBy, setAt)
        }
    }
    package typealias Status = NoStatus
    package static let kind = "secret"
    package static let schemaVersion = 1
    package static let initialStatus = NoStatus()
}
