import Access
import ControlPlane
import Foundation
import GantryBase
import Gateway
import GitHosting
import Logging
import Model
import State
import StateSQLite
import Synchronization
import Telemetry
import TelemetrySQLite
import Wire

@testable import API

/// A server of one test's own, over a real store in a temporary directory.
struct TestServer: Sendable {
    let port: Int
    let directory: String
    let store: SQLiteStateStore
    let tokens: TokenStore
    let executor: ScriptedExecutor
    let clock: TestClock
    let log: LogLines
    let spans: SpanQueue
    let routes: [Route]
    let signals: SignalFaults
    let gateway: Gateway
    let workloadTokens: WorkloadTokens

    /// Runs the server for as long as the body does.
    static func with(
        limits: APILimits = APILimits(), gatewayLimits: GatewayLimits = GatewayLimits(),
        _ body: @escaping @Sendable (TestServer) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "api-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let clock = TestClock()
        let time = clock.source
        let store = try SQLiteStateStore.open(directory: directory, time: time)
        let tokens = TokenStore(store: store, time: time)
        let gate = AccessGate(store: store, tokens: tokens, time: time)
        let repositories = GitRepositories(
            root: directory + "/git", hook: ["/bin/true"], hookSocket: directory + "/hooks")
        try await repositories.prepare()
        let executor = ScriptedExecutor()
        let secrets = try await SecretStore.open(
            store: store, keyFile: directory + "/secrets.key", time: time)
        let signals = SignalFaults(try SQLiteTelemetryStore(directory: directory + "/telemetry"))
        let gateway = Gateway(name: "test", store: signals, time: time, limits: gatewayLimits)
        let workloadTokens = WorkloadTokens(
            key: try SecretKey.load(path: directory + "/secrets.key", mayCreate: false))
        let spans = SpanQueue()
        var parts = APIParts(
            store: store,
            operations: Operations(
                store: store, gate: gate, repositories: repositories, time: time, telemetry: signals),
            sessions: SessionStore(store: store, tokens: tokens, time: time), secrets: secrets,
            git: GitBackend(repositories: repositories), executor: executor,
            clusters: ClusterSet(store: store) { _ in ScriptedCluster() }, time: time,
            intake: SignalIntake(gateway: gateway, tokens: workloadTokens))
        parts.spans = { spans.add($0) }
        var configuration = APIServer.Configuration()
        (configuration.port, configuration.limits) = (0, limits)
        // A hundred sign-ins are to end.
        configuration.limits.passwordCost = .init(rounds: 16, blockSize: 1, parallelism: 1)
        let log = LogLines()
        let routes = Routes(parts: parts, limits: limits).all
        let api = try APIServer(
            configuration, parts: parts, logger: Logger(label: "api") { _ in LogRecorder(lines: log) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await api.run() }
            let server = TestServer(
                port: try await api.boundPort(), directory: directory, store: store, tokens: tokens,
                executor: executor, clock: clock, log: log, spans: spans, routes: routes, signals: signals,
                gateway: gateway, workloadTokens: workloadTokens)
            do {
                try await body(server)
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
            try await group.waitForAll()
        }
        try await signals.close()
        try await store.close()
    }

    func token(
        _ user: UserName, _ scopes: [Scope] = [.read, .write, .push], expiresAt: Timestamp? = nil
    ) async throws -> String {
        try await tokens.issue(user: user, scopes: scopes, expiresAt: expiresAt, by: "test").text
    }

    func admin() async throws -> String { try await token("root", [.admin]) }

    func call(
        _ method: String, _ target: String, token: String? = nil, body: String? = nil,
        headers: [String] = []
    ) async throws -> Reply {
        let client = try RawClient(port: port)
        try client.send(Self.head(method, target, token, headers, length: body?.utf8.count) + (body ?? ""))
        return try await client.reply()
    }

    static func head(
        _ method: String, _ target: String, _ token: String?, _ headers: [String] = [], length: Int? = nil
    ) -> String {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: gantry", "Connection: close"] + headers
        if let token { lines.append("Authorization: Bearer \(token)") }
        if let length { lines.append("Content-Length: \(length)") }
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }

    /// Two businesses: ana administers yidian, dev develops it, vic views it; doc develops yisheng.
    func applyPlatform() async throws {
        let platform = PlatformSpec(
            name: "clinic",
            businesses: [
                Business(
                    name: "yidian",
                    members: ["ana": .admin, "dev": .developer, "vic": .viewer, "pat": .approver]),
                Business(name: "yisheng", members: ["doc": .developer]),
            ],
            regions: [Region(name: "guangzhou"), Region(name: "nanjing")],
            clusters: [Cluster(name: "local", kind: .local)],
            environments: [
                EnvironmentSpec(
                    name: "production", regions: ["guangzhou": "local", "nanjing": "local"])
            ], pipelines: [:])
        try await store.create(StoredPlatform.self, StoredPlatform.name, spec: platform)
    }

    @discardableResult
    func workload(
        _ name: String, instances: [String] = [], labels: [String: String] = [:]
    ) async throws -> WorkloadName {
        guard let workload = WorkloadName(path: name) else { throw ClientFault(description: name) }
        let release = ReleaseName(workload.service, 1)
        let now = clock.now
        let status = WorkloadStatus(
            instances: instances.map {
                InstanceStatus(
                    name: InstanceName(workload, $0), release: release, phase: .ready, startedAt: now,
                    changedAt: now)
            })
        try await store.create(
            StoredWorkload.self, name, spec: WorkloadSpec(cluster: "local", release: release, replicas: 2),
            status: status, labels: labels)
        return workload
    }
}

/// A clock that tests set.
final class TestClock: Sendable {
    private let time = Mutex(Timestamp(seconds: 1_800_000_000))
    var now: Timestamp { time.withLock { $0 } }
    func set(_ now: Timestamp) { time.withLock { $0 = now } }
    func advance(_ period: Period) { time.withLock { $0 = $0 + period } }
    var source: TimeSource {
        TimeSource(now: { [self] in now }, sleep: { try await Task.sleep(for: $0.duration) })
    }
}

/// What the server logged.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func append(_ line: String) { lines.withLock { $0.append(line) } }
}

struct LogRecorder: LogHandler {
    let lines: LogLines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.append("\(event.message) \(event.metadata ?? [:])") }

    func log(
        level: Logger.Level, message: Logger.Message, metadata: Logger.Metadata?, source: String,
        file: String, function: String, line: UInt
    ) { lines.append("\(message) \(metadata ?? [:])") }
}

extension Reply {
    var names: [String] {
        (json["items"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
    }
    var title: String? { json["title"]?.stringValue }
    var detail: String { json["detail"]?.stringValue ?? "" }
}
