import Crypto
import CryptoExtras
import Foundation
import GantryBase
import Wire

/// An ID token as it came: a JSON Web Signature in its compact form (RFC 7515), taken apart and not yet believed.
struct SignedToken: Sendable {
    /// In bytes: people in hundreds of groups have large ones.
    static let longest = 64 << 10

    var algorithm: String
    /// Which key signed it, if it says so.
    var keyID: String?
    var claims: JSONValue
    /// What the signature is over, and the signature.
    private var signed: [UInt8]
    private var signature: [UInt8]

    init(_ text: String) throws(GantryError) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.longest, parts.count == 3, let head = Base64URL.bytes(parts[0]),
            let body = Base64URL.bytes(parts[1]), let signature = Base64URL.bytes(parts[2]),
            let header = try? JSON.parse(head), let claims = try? JSON.parse(body), claims.objectValue != nil,
            let algorithm = header["alg"]?.stringValue
        else { throw TokenFault.error("it has not the form of an ID token") }
        // Whatever must be understood and is not makes a token void.
        guard header["crit"] == nil else { throw TokenFault.error("it has critical extensions") }
        self.algorithm = algorithm
        keyID = header["kid"]?.stringValue
        self.claims = claims
        signed = Array("\(parts[0]).\(parts[1])".utf8)
        self.signature = signature
    }

    /// Whether this key made the signature, by the algorithm that the key is for: what the token says of itself only
    /// has to agree, so that neither `none` nor a shared secret made of a public key gets anywhere.
    func isSigned(by key: ProviderKey) -> Bool {
        guard algorithm == key.algorithm else { return false }
        switch key.material {
        case .rsa(let modulus, let exponent):
            guard let key = try? _RSA.Signing.PublicKey(n: modulus, e: exponent) else { return false }
            return key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature), for: SHA256.hash(data: signed),
                padding: .insecurePKCS1v1_5)
        case .p256(let point):
            guard let key = try? P256.Signing.PublicKey(rawRepresentation: point),
                let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return key.isValidSignature(signature, for: signed)
        }
    }
}

/// Why an ID token is not believed.
enum TokenFault {
    static func error(_ reason: String) -> GantryError {
        GantryError(
            .unauthenticated, "what the identity provider sent is not accepted: \(reason)",
            hint:
                "sign in again; if it stays so, compare signIn in platform.yaml with the provider's settings")
    }
}

enum Base64URL {
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
            "=", with: "")
    }

    /// Nil for whatever is not in this form; padding is not part of it.
    static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        guard
            text.utf8.allSatisfy({
                $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/")
            })
        else { return nil }
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        let plain = String(text).replacing("-", with: "+").replacing("_", with: "/") + padding
        return Data(base64Encoded: plain).map { Array($0) }
    }
}
