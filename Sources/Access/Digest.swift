import Crypto

/// Names bytes by their SHA-256, in hexadecimal.
package enum Digest {
    package static func sha256(_ bytes: [UInt8]) -> String { Hexadecimal.text(of: SHA256.hash(data: bytes)) }
}
