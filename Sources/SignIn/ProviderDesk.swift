package import Access
import Foundation
package import GantryBase
package import Model
import Wire

/// Signs people in at a provider that speaks OpenID Connect: authorisation code with PKCE, bound to the browser that
/// began.
package struct ProviderDesk: Sendable {
    private let secrets: SecretStore
    private let time: TimeSource
    private let book: ProviderBook
    private let clientSecret: @Sendable () async throws -> SecretText?

    /// - Parameter clientSecret: what the installation proves itself with at the provider; nil for a public client.
    package init(
        secrets: SecretStore, time: TimeSource,
        clientSecret: @escaping @Sendable () async throws -> SecretText?
    ) {
        (self.secrets, self.time, self.clientSecret) = (secrets, time, clientSecret)
        book = ProviderBook(time: time)
    }

    /// Where to send the browser, and the ticket that it has to bring back.
    ///
    /// - Parameter server: the address that the browser knows this server by, which the provider leads back to.
    package func begin(
        at spec: OIDCSpec, to: String, server: String
    ) async throws -> (location: String, ticket: String) {
        guard ProviderDocument.isSafe(spec.issuer, beside: spec.issuer) else {
            throw GantryError(
                .invalid, "the issuer \(spec.issuer) is no safe address", hint: "it must begin with https://")
        }
        let document = try await book.document(of: spec.issuer)
        let ticket = SignInTicket.make(
            to: to, issuer: spec.issuer, redirect: server + Self.returnPath, now: time.now())
        let query = ProviderFetch.encoded([
            ("response_type", "code"), ("client_id", spec.clientID), ("redirect_uri", ticket.redirect),
            ("scope", spec.scopes.joined(separator: " ")), ("state", ticket.state), ("nonce", ticket.nonce),
            ("code_challenge", ticket.challenge), ("code_challenge_method", "S256"),
        ])
        let separator = document.authorization.contains("?") ? "&" : "?"
        return (document.authorization + separator + query, try ticket.sealed(by: secrets))
    }

    package static let returnPath = "/sign-in/oidc/return"

    /// What the provider sent the browser back with.
    package struct Return: Sendable {
        package var state: String?
        package var code: String?
        package var error: String?
        package var issuer: String?
        package init(state: String?, code: String?, error: String?, issuer: String?) {
            (self.state, self.code, self.error, self.issuer) = (state, code, error, issuer)
        }
    }

    /// Who came back.
    ///
    /// - Parameter ticket: the one that `begin` gave to this browser.
    package func finish(
        _ back: Return, ticket sealed: String?, at spec: OIDCSpec
    ) async throws -> (claims: IdentityClaims, to: String) {
        guard let ticket = sealed.flatMap({ SignInTicket.open($0, secrets, now: time.now()) }),
            ticket.issuer == spec.issuer
        else {
            throw GantryError(
                .unauthenticated, "this browser did not begin to sign in, or too long ago",
                hint: "begin on the sign-in page; cookies must be allowed")
        }
        guard let state = back.state, IdentityClaims.same(state, ticket.state) else {
            throw TokenFault.error("it answers another sign-in (state)")
        }
        guard back.issuer == nil || back.issuer == spec.issuer else {
            throw TokenFault.error("it is of another issuer")
        }
        if let error = back.error {
            throw GantryError(
                .unauthenticated, "the identity provider refused: \(Self.word(error))",
                hint: "try again, or ask who runs it")
        }
        guard let code = back.code else { throw TokenFault.error("it has no code") }
        let text = try await exchange(code, ticket, spec)
        let token = try SignedToken(text)
        try await book.verify(token, of: spec.issuer)
        let claims = try IdentityClaims(token.claims, spec: spec, nonce: ticket.nonce, now: time.now())
        return (claims, ticket.to)
    }

    /// - Returns: the ID token that the code stands for.
    private func exchange(_ code: String, _ ticket: SignInTicket, _ spec: OIDCSpec) async throws -> String {
        let document = try await book.document(of: spec.issuer)
        var form = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", ticket.redirect),
            ("client_id", spec.clientID), ("code_verifier", ticket.verifier),
        ]
        var basic: String?
        if let secret = try await clientSecret() {
            if document.clientProofs.contains("client_secret_basic") {
                let pair = ProviderFetch.escaped(spec.clientID) + ":" + ProviderFetch.escaped(secret.reveal())
                basic = Data(pair.utf8).base64EncodedString()
            } else {
                form.append(("client_secret", secret.reveal()))
            }
        }
        let (status, answer) = try await ProviderFetch.post(document.token, form: form, basic: basic)
        guard status == 200, let text = answer["id_token"]?.stringValue else {
            let reason = answer["error"]?.stringValue.map(Self.word) ?? "status \(status)"
            throw GantryError(
                .unauthenticated, "the identity provider gave no token: \(reason)",
                hint: reason == "invalid_client"
                    ? "an admin sets the client's secret: gantry oidc secret" : "sign in again")
        }
        return text
    }

    /// A provider's error codes are words; anything else is not passed on.
    private static func word(_ text: String) -> String {
        let kept = text.utf8.prefix(60).filter { (97...122).contains($0 | 0x20) || $0 == 0x5F }
        return kept.isEmpty ? "without a reason" : String(decoding: kept, as: UTF8.self)
    }
}
