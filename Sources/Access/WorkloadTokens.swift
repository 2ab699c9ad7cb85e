import Crypto
import Foundation
package import GantryBase
package import Model

/// Tokens with which an instance sends its own signals, and does nothing else.
///
/// A token names its instance and release and is signed with a key of the installation: the gateway checks thousands in a
/// second and asks no store. It holds for as long as its workload is known, and ends with the installation's key.
package struct WorkloadTokens: Sendable {
    /// Who holds a token: its signals are prepared already, or are not.
    package enum Holder: String, Sendable, Hashable {
        /// The instance's agent, which masks and counts.
        case agent = "a"
        /// The service itself, or whatever sends on its behalf.
        case service = "s"
    }

    /// What a valid token says.
    package struct Claim: Sendable, Hashable {
        package var source: SignalSource
        package var holder: Holder
    }

    package static let prefix = "gantryw_"
    /// In bytes: the longest names there may be, and the signature.
    static let longest = 1024

    private let key: SymmetricKey

    package init(key: SecretKey) { self.key = key.workloads }

    package func token(for source: SignalSource, holder: Holder) -> String {
        let claim = [holder.rawValue, source.instance.path, source.release?.path ?? ""].joined(separator: " ")
        let body = Self.base64(Array(claim.utf8))
        return Self.prefix + body + "." + Self.base64(Array(signature(of: body)))
    }

    /// - Throws: `.unauthenticated`, with one message for whatever is wrong.
    package func claim(of token: String) throws(GantryError) -> Claim {
        guard token.utf8.count <= Self.longest, token.hasPrefix(Self.prefix) else { throw Self.refusal }
        let parts = token.dropFirst(Self.prefix.count).split(
            separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let sent = Self.bytes(String(parts[1])),
            HMAC<SHA256>.isValidAuthenticationCode(
                sent, authenticating: Array(parts[0].utf8), using: key),
            let body = Self.bytes(String(parts[0])), let text = String(validating: body, as: UTF8.self)
        else { throw Self.refusal }
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 3, let holder = Holder(rawValue: words[0]),
            let instance = InstanceName(path: words[1])
        else { throw Self.refusal }
        return Claim(
            source: SignalSource(instance: instance, release: ReleaseName(path: words[2])), holder: holder)
    }

    private func signature(of body: String) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Array(body.utf8), using: key)
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
            "=", with: "")
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(
            base64Encoded: text.replacing("-", with: "+").replacing("_", with: "/") + padding
        ).map { Array($0) }
    }

    private static let refusal = GantryError(
        .unauthenticated, "the token is no workload's of this installation",
        hint: "signals are sent with the token that Gantry gives the instance's agent")
}
