import Foundation
import GantryBase
import Wire

/// What a provider says about itself (OpenID Connect Discovery 1.0), as far as signing in needs it.
struct ProviderDocument: Sendable, Hashable {
    var authorization: String
    var token: String
    var keys: String
    /// How a client may prove itself at the token's address.
    var clientProofs: [String]

    init(_ document: JSONValue, issuer: String) throws(GantryError) {
        guard document["issuer"]?.stringValue == issuer else {
            throw GantryError(
                .unavailable, "the identity provider at \(issuer) calls itself by another name",
                hint: "write signIn.oidc.issuer as its discovery document does, letter by letter")
        }
        func address(_ name: String) throws(GantryError) -> String {
            guard let text = document[name]?.stringValue, Self.isSafe(text, beside: issuer) else {
                throw GantryError(
                    .unavailable, "the discovery document of \(issuer) has no safe \(name)",
                    hint: "a provider's addresses begin with https://")
            }
            return text
        }
        authorization = try address("authorization_endpoint")
        token = try address("token_endpoint")
        keys = try address("jwks_uri")
        clientProofs =
            document["token_endpoint_auth_methods_supported"]?.arrayValue?.compactMap(\.stringValue)
            ?? ["client_secret_basic"]
    }

    /// Encrypted, or on this very machine, as the issuer is.
    static func isSafe(_ address: String, beside issuer: String) -> Bool {
        guard let url = URL(string: address), url.host()?.isEmpty == false, url.fragment() == nil,
            url.user() == nil
        else { return false }
        if url.scheme == "https" { return true }
        return url.scheme == "http" && isLoopback(url)
            && (URL(string: issuer).map { $0.scheme == "http" && isLoopback($0) } ?? false)
    }

    private static func isLoopback(_ url: URL) -> Bool {
        ["127.0.0.1", "localhost", "::1"].contains(url.host() ?? "")
    }
}
