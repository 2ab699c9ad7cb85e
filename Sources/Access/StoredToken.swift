package import GantryBase
package import Model

/// A token of a person or program; named by its id. The text itself is never stored.
package enum StoredToken: StoredKind {
    package struct Spec: Codable, Sendable, Hashable {
        package var user: UserName
        package var scopes: [Scope]
        /// SHA-256 of the whole text, in hexadecimal. The text has 150 random bits, so that no salt is needed.
        package var hash: String
        package var createdAt: Timestamp
        /// Nil means never.
        package var expiresAt: Timestamp?
        package var description: String?

        package init(
            user: UserName, scopes: [Scope], hash: String, createdAt: Timestamp, expiresAt: Timestamp? = nil,
            description: String? = nil
        ) {
            (self.user, self.scopes, self.hash) = (user, scopes, hash)
            (self.createdAt, self.expiresAt, self.description) = (createdAt, expiresAt, description)
        }
    }
    package typealias Status = NoStatus
    package static let kind = "token"
    package static let schemaVersion = 1
    package static let initialStatus = NoStatus()
}

/// What a token may be used for, within what its user may do.
package enum Scope: String, Codable, Sendable, CaseIterable {
    case read, write, push
    /// Everything, everywhere, whatever the platform says of its user.
    case admin
}

/// Who asks, as a valid token says.
package struct Identity: Sendable, Hashable {
    package var user: UserName
    package var scopes: Set<Scope>
    package var tokenID: String
    /// What the user is given beside what platform.yaml says of the name.
    package var standing: Standing
    package var isAdmin: Bool { scopes.contains(.admin) }

    package init(user: UserName, scopes: Set<Scope>, tokenID: String, standing: Standing = Standing()) {
        (self.user, self.scopes, self.tokenID, self.standing) = (user, scopes, tokenID, standing)
    }

    package func has(_ scope: Scope) -> Bool { isAdmin || scopes.contains(scope) }
}
