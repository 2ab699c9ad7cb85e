import API
import Access
import ArgumentParser
import Foundation
import GantryBase
import Logging
import ServiceLifecycle
import UnixSignals

struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Run the server: control plane, API, git and local cluster, until Ctrl-C.",
        discussion: """
            Everything is kept in one data directory; no other server is needed. Instances are processes of their \
            own: when the server is killed they go on, and the next `gantry up` takes them over. Ctrl-C stops them \
            by their stop policy, unless --keep is given.
            """)
    @Option(help: "The data directory; else GANTRY_DATA, else \(DataDirectory.standard).") var data: String?
    @Option(help: "Address to listen on.") var host = "127.0.0.1"
    @Option(help: "Port to listen on; 0 takes a free one.") var port = APIServer.standardPort
    @Flag(help: "Listen on other addresses than loopback although the connection is not encrypted.")
    var allowPlainHTTP = false
    @Option(
        help:
            "Speak TLS with this certificate: a file in PEM with the whole chain, read anew when it changes.")
    var tlsCertificate: String?
    @Option(help: "The certificate's private key, in PEM.") var tlsKey: String?
    @Flag(help: "Leave instances running on Ctrl-C.") var keep = false
    @Option(help: "How much to log: debug, info, notice, warning or error.") var logLevel = LogLevel.notice

    @Option(
        help:
            "How to write the log: text for people, json for programs; else text on a terminal and json elsewhere."
    )
    var logFormat: LogForm?

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port takes 0 to 65535") }
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("give --tls-certificate and --tls-key together")
        }
    }

    func run() async throws {
        let form = logFormat ?? .standard
        LoggingSystem.bootstrap { ServerLog(label: $0, form: form) }
        var logger = Logger(label: "gantry")
        logger.logLevel = logLevel.level
        let installation = try await Installation.open(
            DataDirectory(data ?? DataDirectory.standard),
            options: .init(host: host, port: port, allowPlainHTTP: allowPlainHTTP, tls: tls),
            logger: logger)
        if let token = try await installation.tokens.ensureAdmin() {
            print("The admin's token, shown this once:\n\n  \(token)\n\nKeep it with: gantry login --token")
        }
        let server = ServerService(installation: installation)
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: server, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        let result: Result<Void, any Error>
        do { result = .success(try await group.run()) } catch { result = .failure(error) }
        print(keep ? "stopping: instances go on" : "stopping: instances leave by their stop policy …")
        fflush(nil)
        await installation.close(keepingInstances: keep)
        try result.get()
    }
}

extension UpCommand {
    private var tls: ServerCertificate.Files? {
        guard let tlsCertificate, let tlsKey else { return nil }
        return .init(certificate: tlsCertificate, key: tlsKey)
    }
}

/// The server as swift-service-lifecycle runs it: ends on the signals of a graceful shutdown.
struct ServerService: Service {
    let installation: Installation

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await installation.run() }
                group.addTask {
                    let address = try await installation.listening()
                    print("Gantry listens at \(address)")
                    fflush(nil)
                }
                try await group.waitForAll()
            }
        }
    }
}

enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case debug, info, notice, warning, error

    var level: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        }
    }
}
