import Crypto
import Foundation
import GantryBase

/// Texts that leave the server and come back, or lie in the store, and that nobody else can read or make.
extension SecretStore {
    /// - Parameter use: what opens under another use does not open.
    package func seal(_ bytes: [UInt8], for use: String) throws -> String {
        let box = try AES.GCM.seal(bytes, using: key.tickets, authenticating: Array("ticket/\(use)".utf8))
        guard let sealed = box.combined else { throw GantryError(.internal, "a ticket cannot be sealed") }
        return sealed.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
            "=", with: "")
    }

    /// Nil for whatever was not sealed here for this use.
    package func open(_ text: String, for use: String) -> [UInt8]? {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        let plain = text.replacing("-", with: "+").replacing("_", with: "/") + padding
        guard let data = Data(base64Encoded: plain), let box = try? AES.GCM.SealedBox(combined: data) else {
            return nil
        }
        return (try? AES.GCM.open(box, using: key.tickets, authenticating: Array("ticket/\(use)".utf8)))
            .map { Array($0) }
    }
}
