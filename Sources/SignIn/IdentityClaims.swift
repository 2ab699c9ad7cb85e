import GantryBase
import Model
import Wire

/// Who a provider says that somebody is, once its token is believed. Pure: token and time come in, a person or a refusal
/// comes out (OpenID Connect Core 1.0, 3.1.3.7).
package struct IdentityClaims: Sendable, Hashable {
    /// How far the two clocks may be apart.
    static let skew = Period.minutes(1)
    /// A token that was made longer ago was not made for this sign-in.
    static let oldest = Period.minutes(10)
    /// Of a person; more are not looked at.
    package static let groups = 500
    static let groupBytes = 200

    /// `ISSUER SUBJECT`.
    package var subject: String
    package var name: String
    package var groups: [String]

    init(
        _ claims: JSONValue, spec: OIDCSpec, nonce: String, now: Timestamp
    ) throws(GantryError) {
        try Self.checkAudience(claims, spec)
        try Self.checkTimes(claims, now)
        guard let given = claims["nonce"]?.stringValue, Self.same(given, nonce) else {
            throw TokenFault.error("it was made for another sign-in (nonce)")
        }
        guard let subject = claims["sub"]?.stringValue, (1...255).contains(subject.utf8.count) else {
            throw TokenFault.error("it names no subject")
        }
        guard let name = claims[spec.userClaim]?.stringValue, !name.isEmpty else {
            throw TokenFault.error("it has no claim \(spec.userClaim), by which people are called here")
        }
        // Whoever can write any address into a profile could be anybody.
        guard spec.userClaim != "email" || claims["email_verified"] == .bool(true) else {
            throw TokenFault.error("the provider has not verified the address \(name)")
        }
        self.subject = "\(spec.issuer) \(subject)"
        self.name = name
        let listed = claims[spec.groupsClaim]
        let texts = listed?.arrayValue?.compactMap(\.stringValue) ?? listed?.stringValue.map { [$0] } ?? []
        groups = Array(texts.filter { !$0.isEmpty && $0.utf8.count <= Self.groupBytes }.prefix(Self.groups))
    }

    private static func checkAudience(_ claims: JSONValue, _ spec: OIDCSpec) throws(GantryError) {
        guard claims["iss"]?.stringValue == spec.issuer else {
            throw TokenFault.error("it is of another issuer")
        }
        let audience = claims["aud"]
        let audiences =
            audience?.arrayValue?.compactMap(\.stringValue) ?? audience?.stringValue.map { [$0] } ?? []
        guard audiences.contains(spec.clientID) else { throw TokenFault.error("it is for another audience") }
        let party = claims["azp"]
        guard party == nil ? audiences.count == 1 : party?.stringValue == spec.clientID else {
            throw TokenFault.error("it was given to another party (azp)")
        }
    }

    private static func checkTimes(_ claims: JSONValue, _ now: Timestamp) throws(GantryError) {
        guard let end = time(claims["exp"]), let made = time(claims["iat"]) else {
            throw TokenFault.error("it does not say from when until when it holds")
        }
        guard end + skew > now else { throw TokenFault.error("it has expired") }
        guard made <= now + skew, time(claims["nbf"]) ?? made <= now + skew else {
            throw TokenFault.error("it does not hold yet: compare the clocks")
        }
        guard made + oldest > now else { throw TokenFault.error("it was made too long ago") }
    }

    /// Seconds since 1970, as a number within what a timestamp holds.
    private static func time(_ value: JSONValue?) -> Timestamp? {
        let seconds: Int64? =
            switch value {
            case .integer(let seconds): seconds
            case .number(let seconds) where seconds.magnitude < 1e10: Int64(seconds)
            default: nil
            }
        return seconds.flatMap { (0..<9_000_000_000).contains($0) ? Timestamp(seconds: $0) : nil }
    }

    /// Takes the same time wherever the difference is.
    static func same(_ a: String, _ b: String) -> Bool {
        let (a, b) = (Array(a.utf8), Array(b.utf8))
        return a.count == b.count && zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
