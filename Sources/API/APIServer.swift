import ControlPlane
package import GantryBase
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore

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
    private let port = BoundPort()
    /// Where the agents of this machine bring signals when the rest of the server speaks TLS: they do not, and what they
    /// send does not leave the machine.
    private let agentPort = BoundPort()

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
        let (seats, requests) = (Seats(limits.requests), RequestMetrics())
        responder = Responder(
            table: routes.table,
            authentication: Authentication(
                gate: parts.operations.gate, workloads: parts.intake?.tokens),
            desk: routes.desk, conduct: routes.conduct, limits: limits,
            seats: seats,
            observers: Observers(requests: requests, spans: parts.spans, time: parts.time), logger: logger,
            isEncrypted: isEncrypted)
        requests.add(to: parts.metrics)
        ProcessMetrics.add(to: parts.metrics)
        routes.add(to: parts.metrics, seats: seats)
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
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let (host, wanted) = (configuration.host, configuration.port)
                let main = application(responder, builder(), host, wanted, port)
                group.addTask { try await main.run() }
                if let certificate {
                    group.addTask { [logger] in await certificate.watch(logger) }
                    var signals = responder
                    signals.takesOnlySignals = true
                    let door = application(signals, .http1(configuration: channel), "127.0.0.1", 0, agentPort)
                    group.addTask { try await door.run() }
                }
                try await group.next()
                group.cancelAll()
            }
            fail(GantryError(.unavailable, "the server has stopped"))
        } catch {
            if Task.isCancelled || error is CancellationError {
                return fail(GantryError(.unavailable, "the server has stopped"))
            }
            let refusal = GantryError(
                .unavailable, "cannot listen on \(configuration.host):\(configuration.port)",
                hint: "stop what listens there, or choose another --port", cause: error)
            fail(refusal)
            throw refusal
        }
    }

    private var channel: HTTP1Channel.Configuration {
        let limits = configuration.limits
        return HTTP1Channel.Configuration(
            idleTimeout: .milliseconds(limits.idlePeriod.milliseconds),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes,
                maxHeaderFieldCount: limits.headerFields))
    }

    private func application(
        _ responder: Responder, _ builder: HTTPServerBuilder, _ host: String, _ wanted: Int,
        _ bound: BoundPort
    ) -> Application<Responder> {
        var quiet = logger
        // It calls every connection that is open at the end an error. What people need to know is thrown, or stands in
        // the access log.
        quiet.logLevel = .critical
        return Application(
            responder: responder, server: builder,
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: wanted),
                availableConnectionsDelegate: MaximumAvailableConnections(
                    configuration.limits.connections, logger: quiet)),
            onServerRunning: { bound.settle(.success($0.localAddress?.port ?? wanted)) }, logger: quiet)
    }

    private func builder() -> HTTPServerBuilder {
        guard let certificate else { return .http1(configuration: channel) }
        return HTTPServerBuilder { [channel] responder in
            TLSChannel(
                base: HTTP1Channel(responder: responder, configuration: channel), certificate: certificate)
        }
    }

    /// The port that the server listens on; waits until it does.
    package func boundPort() async throws -> Int { try await port.wait() }

    /// The port that takes signals of this machine's agents over plain HTTP.
    package func boundAgentPort() async throws -> Int {
        try await (certificate == nil ? port : agentPort).wait()
    }

    private func fail(_ error: GantryError) {
        port.settle(.failure(error))
        agentPort.settle(.failure(error))
    }
}
