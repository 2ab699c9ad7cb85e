package import GantryBase
package import Model

/// A person who is signed in with a browser; named by its id. The text in the cookie is never stored.
package enum StoredSession: StoredKind {
    package struct Spec: Codable, Sendable, Hashable {
        package var user: UserName
        package var scopes: [Scope]
        /// SHA-256 of the cookie's text, in hexadecimal.
        package var hash: String
        /// Of the text before, which other tabs may still send for a moment.
        package var previousHash: String?
        /// When the text was made.
        package var renewedAt: Timestamp
        package var createdAt: Timestamp
        /// What its forms are signed with. Whoever has only this can sign in nowhere.
        package var formKey: String
        /// The token that was signed in with: the session ends with it. Nil for other ways in.
        package var tokenID: String?
        /// Where it began, for the person to recognise: address and browser.
        package var place: String

        package init(
            user: UserName, scopes: [Scope], hash: String, createdAt: Timestamp, formKey: String,
            tokenID: String?, place: String
        ) {
            (self.user, self.scopes, self.hash, self.createdAt) = (user, scopes, hash, createdAt)
            (self.renewedAt, self.formKey, self.tokenID, self.place) = (createdAt, formKey, tokenID, place)
        }
    }
    package typealias Status = NoStatus
    package static let kind = "session"
    package static let schemaVersion = 1
    package static let initialStatus = NoStatus()
}
