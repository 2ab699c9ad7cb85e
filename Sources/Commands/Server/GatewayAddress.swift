import Access
import Clusters
import Foundation
import GantryBase
import Logging
import Supervision

/// The file from which agents learn where signals go. They outlive the server, and it may come back at another address.
enum GatewayAddress {
    /// Agents are on this machine, so they take the loopback address where the server listens on all.
    static func publish(port: Int, host: String, in data: DataDirectory, _ logger: Logger) {
        let reached = ["0.0.0.0", "::", ""].contains(host) ? "127.0.0.1" : host
        let written = reached.contains(":") ? "[\(reached)]" : reached
        do {
            try FileManager.default.createDirectory(
                atPath: data.clusters, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o711])
            try replaceFile(data.gatewayAddress, with: Array("http://\(written):\(port)".utf8), mode: 0o600)
        } catch {
            logger.error("agents cannot learn where to send signals", metadata: ["error": "\(error)"])
        }
    }

    /// Whoever listens at the address next is not this server.
    static func withdraw(in data: DataDirectory) { unlink(data.gatewayAddress) }
}

extension SignalHome {
    static func of(_ data: DataDirectory, tokens: WorkloadTokens, _ logger: Logger) -> SignalHome {
        SignalHome(
            gatewayFile: data.gatewayAddress, token: { tokens.token(for: $0, holder: .agent) },
            notice: { logger.warning("\($0)") })
    }
}
