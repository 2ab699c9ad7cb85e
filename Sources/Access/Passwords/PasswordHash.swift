import Crypto
import CryptoExtras
import Foundation
import GantryBase

/// A password as it is kept: what scrypt made of it, with the salt and the cost that it was made with.
///
/// The cost is part of the record, so that it can rise without anybody choosing a new password: a record with another
/// cost than today's is made anew at the next sign-in.
package struct PasswordHash: Codable, Sendable, Hashable {
    package struct Cost: Codable, Sendable, Hashable {
        /// N of RFC 7914: 128 × N × blockSize bytes of memory are filled.
        package var rounds: Int
        package var blockSize: Int
        package var parallelism: Int

        package init(rounds: Int, blockSize: Int, parallelism: Int) {
            (self.rounds, self.blockSize, self.parallelism) = (rounds, blockSize, parallelism)
        }

        /// 32 MiB filled three times over: one of the equivalent settings that OWASP names for scrypt, chosen for its
        /// memory, since two derivations may run at once.
        package static let standard = Cost(rounds: 1 << 15, blockSize: 8, parallelism: 3)
    }
    package static let algorithm = "scrypt"
    /// In bytes.
    static let saltLength = 16
    static let keyLength = 32

    package var algorithm: String
    package var cost: Cost
    /// Base64.
    package var salt: String
    package var key: String

    /// Derives a new record. Takes long on purpose: never call it on an event loop.
    static func make(
        of password: SecretText, cost: Cost = .standard, random: RandomSource = .system
    ) throws(GantryError) -> PasswordHash {
        let salt = (0..<saltLength).map { _ in UInt8(truncatingIfNeeded: random.next() >> 16) }
        let key = try derive(password, salt: salt, cost: cost)
        return PasswordHash(
            algorithm: algorithm, cost: cost, salt: Data(salt).base64EncodedString(),
            key: Data(key).base64EncodedString())
    }

    /// Of no password that anybody knows.
    static func fitsNothing(cost: Cost) -> PasswordHash {
        PasswordHash(
            algorithm: algorithm, cost: cost, salt: Data(count: saltLength).base64EncodedString(),
            key: Data(count: keyLength).base64EncodedString())
    }

    /// Whether it is the password; takes the same time wherever a difference is.
    func matches(_ password: SecretText) throws(GantryError) -> Bool {
        guard algorithm == Self.algorithm, let salt = Data(base64Encoded: salt),
            let kept = Data(base64Encoded: key), kept.count == Self.keyLength
        else {
            throw GantryError(
                .unsupported, "a password is kept in a form that this Gantry does not know",
                hint: "set it anew: gantry user password NAME")
        }
        let key = try Self.derive(password, salt: Array(salt), cost: cost)
        return zip(key, kept).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// The same text typed on two systems may come composed or in parts: both are one password.
    private static func derive(
        _ password: SecretText, salt: [UInt8], cost: Cost
    ) throws(GantryError) -> [UInt8] {
        let text = password.reveal().precomposedStringWithCanonicalMapping
        do {
            let key = try KDF.Scrypt.deriveKey(
                from: Array(text.utf8), salt: salt, outputByteCount: keyLength, rounds: cost.rounds,
                blockSize: cost.blockSize, parallelism: cost.parallelism)
            return key.withUnsafeBytes { Array($0) }
        } catch {
            throw GantryError(.internal, "a password cannot be derived", cause: error)
        }
    }
}
