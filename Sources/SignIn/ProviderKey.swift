import GantryBase
import Wire

/// A public key of a provider that signs ID tokens (RFC 7517): RSA for RS256, or P-256 for ES256.
struct ProviderKey: Sendable, Hashable {
    enum Material: Sendable, Hashable {
        case rsa(modulus: [UInt8], exponent: [UInt8])
        case p256([UInt8])
    }
    /// In bytes, of a modulus: 2048 to 8192 bits. Less can be broken, and more costs whoever verifies.
    static let modulusLengths = 256...1024
    /// Keys of one provider that are looked at.
    static let most = 50

    var id: String?
    var algorithm: String
    var material: Material

    /// The keys of a set that can sign ID tokens here; others are passed over, as the standard has it.
    static func all(in document: JSONValue) throws(GantryError) -> [ProviderKey] {
        guard let keys = document["keys"]?.arrayValue else {
            throw TokenFault.error("its key set has no keys")
        }
        return keys.prefix(most).compactMap(ProviderKey.init)
    }

    private init?(_ key: JSONValue) {
        func number(_ name: String) -> [UInt8]? {
            key[name]?.stringValue.flatMap { Base64URL.bytes($0) }.map { Array($0.drop { $0 == 0 }) }
        }
        guard key["use"] == nil || key["use"]?.stringValue == "sig" else { return nil }
        id = key["kid"]?.stringValue
        switch key["kty"]?.stringValue {
        case "RSA":
            guard let modulus = number("n"), let exponent = number("e"),
                Self.modulusLengths.contains(modulus.count), (1...8).contains(exponent.count)
            else { return nil }
            (algorithm, material) = ("RS256", .rsa(modulus: modulus, exponent: exponent))
        case "EC":
            guard key["crv"]?.stringValue == "P-256",
                let x = key["x"]?.stringValue.flatMap({ Base64URL.bytes($0) }), x.count == 32,
                let y = key["y"]?.stringValue.flatMap({ Base64URL.bytes($0) }), y.count == 32
            else { return nil }
            (algorithm, material) = ("ES256", .p256(x + y))
        default: return nil
        }
        if let stated = key["alg"]?.stringValue, stated != algorithm { return nil }
    }
}
