import ControlPlane
package import GantryBase
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import Synchronization

/// Serves the HTTP API, git and the health pages on one port until its task is cancelled.
package final class APIServer: Sendable {
    /// The port where there is no reason for another; the command line asks there, too.
    package static let standardPort = 7180

    package struct Configuration: Sendable {
        package var host = "127.0.0.1"
        /// 0 lets the system choose; `boundPort` tells.
        package var port = standardPort
        /// Whether tokens may cross a network in clear: where something in front of Gantry speaks TLS.
        package var allowPlainHTTP = false
        /// Nil means plain HTTP.
        package var tls: ServerCertificate.Files?
        package var limits = APILimits()
        package init() {}
    }

    private let configuration: Configuration
    private let responder: Responder
    private let certificate: ServerCertificate?
    private let logger: Logger
    private let port = Mutex<PortState>(.waited([]))

    private enum PortState {
        case waited([CheckedContinuation<Int, any Error>])
        case bound(Int)
        case failed(GantryError)
    }

    /// - Throws: `.invalid` for an address beyond this machine with neither a certificate nor `allowPlainHTTP`, and for
    ///   a certificate that cannot be used.
    package init(_ configuration: Configuration, parts: APIParts, logger: Logger) throws(GantryError) {
        certificate = try configuration.tls.map { files throws(GantryError) in try ServerCertificate(files) }
        guard certificate != nil || configuration.allowPlainHTTP || Self.isLoopback(configuration.host) else {
            throw GantryError(
                .invalid,
                "plain HTTP on \(configuration.host) would send tokens over the network in clear",
                hint:
                    "give a certificate (--tls-certificate, --tls-key), listen on 127.0.0.1 behind a proxy that "
                    + "speaks TLS, or allow it: --allow-plain-http")
        }
        self.configuration = configuration
        self.logger = logger
        let limits = configuration.limits
        let isEncrypted = certificate != nil
        let routes = Routes(parts: parts, limits: limits, isEncrypted: isEncrypted)
        responder = Responder(
            table: routes.table, authentication: Authentication(gate: parts.operations.gate),
            desk: routes.desk, limits: limits,
            seats: Seats(limits.requests), logger: logger, isEncrypted: isEncrypted)
    }

    static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Listens and answers until the task is cancelled; open streams end then.
    ///
    /// - Throws: `.unavailable` when the address cannot be had.
    package func run() async throws {
        var quiet = logger
        // It calls every connection that is open at the end an error. What people need to know is thrown, or stands in
        // the access log.
        quiet.logLevel = .critical
        let limits = configuration.limits
        let channel = HTTP1Channel.Configuration(
            idleTimeout: .milliseconds(limits.idlePeriod.milliseconds),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes,
                maxHeaderFieldCount: limits.headerFields))
        let application = Application(
            responder: responder, server: builder(channel),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: MaximumAvailableConnections(limits.connections, logger: quiet)),
            onServerRunning: { [self] in settle(.bound($0.localAddress?.port ?? configuration.port)) },
            logger: quiet)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await application.run() }
                if let certificate { group.addTask { [logger] in await certificate.watch(logger) } }
                try await group.next()
                group.cancelAll()
            }
            settle(.failed(GantryError(.unavailable, "the server has stopped")))
        } catch {
            if Task.isCancelled || error is CancellationError {
                settle(.failed(GantryError(.unavailable, "the server has stopped")))
                return
            }
            let refusal = GantryError(
                .unavailable, "cannot listen on \(configuration.host):\(configuration.port)",
                hint: "stop what listens there, or choose another --port", cause: error)
            settle(.failed(refusal))
            throw refusal
        }
    }

    private func builder(_ configuration: HTTP1Channel.Configuration) -> HTTPServerBuilder {
        guard let certificate else { return .http1(configuration: configuration) }
        return HTTPServerBuilder { responder in
            TLSChannel(
                base: HTTP1Channel(responder: responder, configuration: configuration),
                certificate: certificate)
        }
    }

    /// The port that the server listens on; waits until it does.
    package func boundPort() async throws -> Int {
        try await withCheckedThrowingContinuation { continuation in
            let known: Result<Int, any Error>? = port.withLock { state in
                switch state {
                case .waited(let others):
                    state = .waited(others + [continuation])
                    return nil
                case .bound(let port): return .success(port)
                case .failed(let error): return .failure(error)
                }
            }
            if let known { continuation.resume(with: known) }
        }
    }

    private func settle(_ new: PortState) {
        let waiting = port.withLock { state in
            defer { state = new }
            if case .waited(let continuations) = state { return continuations }
            return []
        }
        for continuation in waiting {
            switch new {
            case .bound(let port): continuation.resume(returning: port)
            case .failed(let error): continuation.resume(throwing: error)
            case .waited: break
            }
        }
    }
}
