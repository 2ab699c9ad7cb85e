import Access
import Crypto
import Foundation
package import GantryBase
import Wire

/// What a browser carries from the start of a sign-in at a provider to its end, sealed: whoever comes back with another
/// state, or without the ticket, did not begin it here.
package struct SignInTicket: Codable, Sendable, Hashable {
    /// For a person to sign in at the provider.
    package static let lifetime = Period.minutes(10)
    static let use = "sign-in at a provider"
    private static let secretLength = 43

    package var state: String
    var nonce: String
    /// The secret of PKCE (RFC 7636): the code is worth nothing without it.
    var verifier: String
    /// Where the person wanted to go.
    package var to: String
    var issuer: String
    var redirect: String
    var madeAt: Timestamp

    static func make(
        to: String, issuer: String, redirect: String, now: Timestamp, random: RandomSource = .system
    ) -> SignInTicket {
        func secret() -> String { RandomName.make(length: secretLength, from: random) }
        return SignInTicket(
            state: secret(), nonce: secret(), verifier: secret(), to: to, issuer: issuer, redirect: redirect,
            madeAt: now)
    }

    /// S256 of the verifier.
    var challenge: String { Base64URL.text(SHA256.hash(data: Array(verifier.utf8))) }

    func sealed(by secrets: SecretStore) throws -> String {
        try secrets.seal(try JSON.encode(self), for: Self.use)
    }

    /// Nil for whatever is no ticket of this installation, or too old.
    static func open(_ text: String, _ secrets: SecretStore, now: Timestamp) -> SignInTicket? {
        guard let bytes = secrets.open(text, for: use), let ticket = try? JSON.decode(Self.self, from: bytes),
            now <= ticket.madeAt + lifetime, ticket.madeAt <= now + IdentityClaims.skew
        else { return nil }
        return ticket
    }
}
