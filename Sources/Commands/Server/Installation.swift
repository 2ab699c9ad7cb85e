import API
import Access
import Artifacts
import Clusters
import ControlPlane
import Foundation
import GantryBase
import Gateway
import GitHosting
import LocalCluster
import Logging
import Model
import Running
import State
import StateSQLite
import Supervision
import Synchronization

/// Everything that one `gantry up` holds. The one place where parts that know each other only by contract are put
/// together.
struct Installation: Sendable {
    let data: DataDirectory
    let store: SQLiteStateStore
    let tokens: TokenStore
    let clusters: ClusterSet
    let api: APIServer
    let address: ServerAddress
    let host: String
    let scheme: String
    private let controlPlane: ControlPlane
    private let desk: PushDesk
    private let keeping: SignalKeeping
    private let traces: OwnTraces
    private let hooks: HookServer
    private let logger: Logger
    private let lock: DataDirectoryLock

    struct Options: Sendable {
        var host: String
        var port: Int
        var allowPlainHTTP: Bool
        var tls: ServerCertificate.Files? = nil
    }

    /// Opens all parts; nothing runs yet. Throws `.conflict` while another server holds the data directory.
    static func open(_ data: DataDirectory, options: Options, logger: Logger) async throws -> Installation {
        try data.make()
        try data.requirePassable()
        let lock = try DataDirectoryLock(directory: data.path)
        let time = TimeSource.wall
        let programs = try Programs.find()
        let store = try SQLiteStateStore.open(directory: data.state, time: time)
        let users = BusinessUserBook(directory: data.path, store: store)
        let repositories = GitRepositories(
            root: data.repositories, hook: [programs.gantry, "hook"], hookSocket: data.hookSocket)
        try await repositories.prepare()
        let artifacts = try ArtifactStore(directory: data.artifacts)
        let executor = try ProcessStepExecutor(
            directory: data.path, agent: programs.agent,
            archive: { try repositories.archiveCommand(commit: $0, of: $1) },
            user: { try await users.users().user(for: $0) })
        let secrets = try await SecretStore.open(store: store, keyFile: data.secretKey, time: time)
        let workloadTokens = WorkloadTokens(
            key: try SecretKey.load(path: data.secretKey, mayCreate: false))
        let signals = SignalHome.of(data, tokens: workloadTokens, logger)
        let clusters = ClusterSet(store: store) { cluster in
            try await openCluster(
                cluster, data: data, programs: programs, artifacts: artifacts, users: users, signals: signals,
                logger: logger)
        }
        let tokens = TokenStore(store: store, time: time)
        let gate = AccessGate(store: store, tokens: tokens, time: time)
        let keeping = SignalKeeping.open(data, tokens: workloadTokens, time: time, logger: logger)
        let operations = Operations(
            store: store, gate: gate, repositories: repositories, time: time, telemetry: keeping.store)
        var configuration = APIServer.Configuration()
        (configuration.host, configuration.port) = (options.host, options.port)
        (configuration.allowPlainHTTP, configuration.tls) = (options.allowPlainHTTP, options.tls)
        let traces = OwnTraces(logger: logger) { batch, bytes, source in
            try await keeping.intake.gateway.take(batch, bytes: bytes, from: source, origin: .direct)
        }
        var parts = APIParts(
            store: store, operations: operations,
            sessions: SessionStore(store: store, tokens: tokens, time: time), secrets: secrets,
            git: GitBackend(repositories: repositories),
            executor: executor, clusters: clusters, time: time, intake: keeping.intake)
        parts.spans = { traces.queue.add($0) }
        let controlPlane = ControlPlane(
            store: store, executor: executor, clusters: clusters, repositories: repositories,
            artifacts: artifacts, secrets: secrets, time: time, logger: logger)
        ServerNumbers.add(to: parts.metrics, data: data, controlPlane: controlPlane)
        ServerNumbers.add(to: parts.metrics, signals: keeping.intake.gateway, store: keeping.store)
        traces.add(to: parts.metrics)
        let api = try APIServer(configuration, parts: parts, logger: logger)
        let address = ServerAddress()
        let desk = PushDesk(store: store, repositories: repositories, time: time) { run in
            address.known + "/v1/runs/\(run)"
        }
        return Installation(
            data: data, store: store, tokens: tokens, clusters: clusters, api: api,
            address: address, host: options.host, scheme: options.tls == nil ? "http" : "https",
            controlPlane: controlPlane, desk: desk, keeping: keeping, traces: traces,
            hooks: try HookServer(socket: data.hookSocket), logger: logger, lock: lock)
    }

    private static func openCluster(
        _ cluster: Cluster, data: DataDirectory, programs: Programs, artifacts: ArtifactStore,
        users: BusinessUserBook, signals: SignalHome, logger: Logger
    ) async throws -> any ClusterDriver {
        guard cluster.kind == .local else {
            throw GantryError(
                .unsupported,
                "cluster \(cluster.name) is of kind \(cluster.kind.rawValue), for which this version has no driver",
                hint: "bind its regions to a cluster of kind local")
        }
        let driver = try await LocalCluster.open(
            name: cluster.name, directory: data.path, agent: programs.agent, artifacts: artifacts,
            users: try await users.users(), isolation: await users.isolation(), signals: signals)
        for limitation in driver.limitations() {
            logger.notice("\(limitation)", metadata: ["cluster": "\(cluster.name)"])
        }
        return driver
    }

    /// Serves until the task is cancelled. What was pushed or ended while no server ran is found first.
    func run() async throws {
        if (try? await store.platform()) != nil {
            for (cluster, error) in try await clusters.openAll() {
                logger.error("cannot open cluster", metadata: ["cluster": "\(cluster)", "error": "\(error)"])
            }
            await desk.catchUp(logging: logger)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await api.run() }
            group.addTask { await hooks.run { await desk.answer($0) } }
            group.addTask { await desk.keepUp(logger) }
            group.addTask { await controlPlane.run() }
            group.addTask { await keeping.run() }
            group.addTask { await traces.run() }
            // The API ends when the server is told to; the rest only with it.
            try await group.next()
            group.cancelAll()
        }
    }

    /// Waits until the server listens.
    func listening() async throws -> String {
        let port = try await api.boundPort()
        // Agents speak no TLS: where the server does, they have a door of their own on loopback.
        let (agentPort, agentHost) = (try await api.boundAgentPort(), scheme == "https" ? "127.0.0.1" : host)
        GatewayAddress.publish(port: agentPort, host: agentHost, in: data, logger)
        return address.settle("\(scheme)://\(host):\(port)")
    }

    /// Lets go of everything, in the reverse order of use.
    func close(keepingInstances: Bool) async {
        GatewayAddress.withdraw(in: data)
        await clusters.shutdown(stoppingInstances: !keepingInstances)
        await keeping.close()
        do { try await store.close() } catch {
            logger.error("cannot close the store", metadata: ["error": "\(error)"])
        }
    }
}

/// Where people find the server; known once it listens.
final class ServerAddress: Sendable {
    private let text = Mutex("")
    var known: String { text.withLock { $0 } }

    func settle(_ address: String) -> String {
        text.withLock { $0 = address }
        return address
    }
}
