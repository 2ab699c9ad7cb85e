import Crypto
package import GantryBase

/// What a form carries to prove that a page of the same session made it.
///
/// Differs at each page though it signs the same, so that a compressed answer's length tells nothing of it.
package enum FormSignature {
    private static let nonceLength = 16

    package static func make(key: String, random: RandomSource = .system) -> String {
        sign(RandomName.make(length: nonceLength, from: random), key)
    }

    package static func isValid(_ text: String, key: String) -> Bool {
        let nonce = String(text.prefix { $0 != "." })
        guard nonce.utf8.count == nonceLength else { return false }
        let (expected, given) = (Array(sign(nonce, key).utf8), Array(text.utf8))
        guard expected.count == given.count else { return false }
        return zip(expected, given).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func sign(_ nonce: String, _ key: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array(nonce.utf8), using: SymmetricKey(data: Array(key.utf8)))
        return nonce + "." + Hexadecimal.text(of: code)
    }
}
