import AsyncHTTPClient
import GantryBase
import NIOCore
import NIOSSL
import Synchronization

/// HTTP clients by what they trust: one for the system's authorities, and one for each that was named.
enum TrustedClients {
    private static let clients = Mutex<[String: HTTPClient]>([:])

    /// - Parameter ca: a file in PEM; its authorities are trusted beside the system's.
    static func client(ca: String?) throws(GantryError) -> HTTPClient {
        if let known = clients.withLock({ $0[ca ?? ""] }) { return known }
        let made = try make(ca)
        return clients.withLock { clients in
            // Two tasks may have made one each; the one that is thrown away is never used.
            if let known = clients[ca ?? ""] {
                try? made.syncShutdown()
                return known
            }
            clients[ca ?? ""] = made
            return made
        }
    }

    /// Asks once: a server that is not there is said at once, not after a minute of trying.
    private static func make(_ ca: String?) throws(GantryError) -> HTTPClient {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.retryConnectionEstablishment = false
        if let ca {
            var tls = TLSConfiguration.makeClientConfiguration()
            do {
                tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(ca))]
            } catch {
                throw GantryError(
                    .invalid, "\(ca) holds no certificate in PEM",
                    hint: "give the certificate of the authority: --ca FILE", cause: error)
            }
            configuration.tlsConfiguration = tls
        }
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }

    /// Whether a connection failed since the server's certificate is not trusted.
    static func isDistrust(_ error: any Error) -> Bool {
        "\(error)".contains("CERTIFICATE_VERIFY_FAILED")
    }
}
