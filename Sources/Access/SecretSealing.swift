import Crypto
import Foundation
import GantryBase
import Model

/// Encrypts and decrypts one secret. The name goes in as associated data: a ciphertext opens under its own name only.
extension SecretKey {
    func seal(_ value: SecretText, as name: SecretName, by user: UserName, at now: Timestamp) throws
        -> StoredSecret.Spec
    {
        let bytes = Array(value.reveal().utf8)
        guard let sealed = try AES.GCM.seal(bytes, using: encryption, authenticating: context(name)).combined
        else { throw GantryError(.internal, "secret \(name) cannot be encrypted") }
        return StoredSecret.Spec(
            key: id, sealed: sealed.base64EncodedString(), fingerprint: fingerprint(of: bytes, name),
            setBy: user, setAt: now)
    }

    func open(_ spec: StoredSecret.Spec, as name: SecretName) throws(GantryError) -> SecretText {
        guard spec.key == id else {
            throw GantryError(
                .unavailable,
                "secret \(name) was encrypted with key \(spec.key), and the key file has key \(id)",
                hint: "put the right key file back, or set the secret again")
        }
        do {
            guard let data = Data(base64Encoded: spec.sealed) else {
                throw CryptoKitError.incorrectParameterSize
            }
            let box = try AES.GCM.SealedBox(combined: data)
            let bytes = try AES.GCM.open(box, using: encryption, authenticating: context(name))
            return SecretText(String(decoding: bytes, as: UTF8.self))
        } catch {
            throw GantryError(
                .internal, "secret \(name) is damaged, or was put under a name that is not its own",
                hint: "set it again")
        }
    }

    private func fingerprint(of value: [UInt8], _ name: SecretName) -> String {
        var hash = HMAC<SHA256>(key: fingerprint)
        // The length parts name and value.
        hash.update(data: Array("\(context(name).count) ".utf8) + context(name))
        hash.update(data: value)
        return Hexadecimal.text(of: hash.finalize().prefix(16))
    }

    /// No part of a name has a slash, so that two names never give one text.
    private func context(_ name: SecretName) -> [UInt8] { Array("secret/\(name.path)".utf8) }
}
