import Access
import Artifacts
import Foundation
import GantryBase
import GitHosting
import Logging
import Model
import State
import StateSQLite
import Supervision
import Synchronization
import Testing

@testable import ControlPlane

/// One installation in a folder of its own: real state, repositories and artifacts, simulated steps and clusters.
final class World: Sendable {
    static let service: ServiceName = ServiceName("yidian", "article")
    static let admin = Identity(user: "wang", scopes: [.admin], tokenID: "t1")
    static let viewer = Identity(user: "lin", scopes: [.read, .write], tokenID: "t2")
    static let approver = Identity(user: "app", scopes: [.read, .write], tokenID: "t3")

    let folder: String
    let store: any StateStore
    let repositories: GitRepositories
    let artifacts: ArtifactStore
    let secrets: SecretStore
    let executor: SimulatedExecutor
    let cluster = SimulatedCluster()
    let second = SimulatedCluster()
    let operations: Operations
    let desk: PushDesk
    let time: TimeSource
    private let ahead: Shift

    final class Shift: Sendable {
        let period = Mutex(Period.zero)
    }

    private init(_ folder: String) async throws {
        self.folder = folder
        let ahead = Shift()
        self.ahead = ahead
        time = TimeSource(
            now: { TimeSource.wall.now() + ahead.period.withLock { $0 } },
            sleep: { try await Task.sleep(for: $0.duration) })
        store = try SQLiteStateStore.open(directory: folder + "/state", time: time)
        repositories = GitRepositories(
            root: folder + "/repositories", hook: ["/bin/true"], hookSocket: folder + "/none.sock")
        try await repositories.prepare()
        artifacts = try ArtifactStore(directory: folder + "/artifacts")
        secrets = try await SecretStore.open(store: store, keyFile: folder + "/state/key", time: time)
        executor = try await SimulatedExecutor(folder: folder)
        let gate = AccessGate(store: store, tokens: TokenStore(store: store, time: time), time: time)
        operations = Operations(store: store, gate: gate, repositories: repositories, time: time)
        desk = PushDesk(store: store, repositories: repositories, time: time) { "http://here/\($0)" }
    }

    /// Runs a test in a world with the platform applied and leaves nothing behind.
    static func with(
        platform: String = World.platform(), _ test: @escaping @Sendable (World) async throws -> Void
    ) async throws {
        let folder = "/tmp/gantry-plane-\(RandomName.make(length: 10))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let world = try await World(folder)
        do {
            try await world.apply(platform)
            try await test(world)
        } catch {
            try? await world.store.close()
            throw error
        }
        #expect(world.executor.mistakes == [])
        try await world.store.close()
    }

    func move(by period: Period) { ahead.period.withLock { $0 = $0 + period } }

    func apply(_ platform: String) async throws {
        let change = try await operations.applyPlatform(
            platform, file: "platform.yaml", dryRun: false, by: Self.admin)
        try #require(change.diagnostics.isEmpty, "\(change.diagnostics)")
    }

    /// What a process of the product makes anew at each start.
    func server() -> ControlPlane {
        let clusters = ClusterSet(store: store) { [cluster, second] in
            $0.name == "second" ? second : cluster
        }
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return ControlPlane(
            store: store, executor: executor, clusters: clusters, repositories: repositories,
            artifacts: artifacts, secrets: secrets, time: time, logger: logger)
    }

    /// Runs a server beside the body.
    func serving<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let server = server()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.run() }
            defer { group.cancelAll() }
            return try await body()
        }
    }
}

// Files.
extension World {
    static func platform(
        regions: [String] = ["guangzhou", "nanjing", "tianjin"],
        stages: String = """
        - {name: verify, steps: [checkout, lint, test]}
            - {name: package, steps: [build, release]}
            - {name: development, rollout: development}
            - {name: approve, approval: {role: approver}}
            - {name: production, rollout: production}
        """,
        clusters: [String: String] = [:], more: String = ""
    ) -> String {
        func bindings(_ names: [String]) -> String {
            names.map { "\($0): \(clusters[$0] ?? "local")" }.joined(separator: ", ")
        }
        let second = clusters.values.contains("second") ? ", {name: second, kind: local}" : ""
        return """
            apiVersion: gantry/v1
            kind: Platform
            name: clinic
            businesses: [{name: yidian, members: {lin: viewer, app: approver}}, {name: yiyao}]
            regions: [\(regions.joined(separator: ", "))]
            clusters: [{name: local, kind: local}\(second)]
            environments:
              - {name: development, regions: {\(bindings([regions[0]]))}}
              - {name: production, regions: {\(bindings(regions))}}
            pipelines:
              default:
                \(stages)
            \(more)
            """
    }

    /// A pipeline that ends in production without asking anybody.
    static let straight = platform(
        stages: """
            - {name: package, steps: [checkout, build, release]}
                - {name: production, rollout: production}
            """)

    static func specification(min: Int = 2, deadline: String = "60s", more: String = "") -> String {
        """
        apiVersion: gantry/v1
        kind: Service
        name: article
        language: python@3.11
        run: {command: [python3, main.py]}
        ports: [{name: http, port: 8080}]
        scale: {min: \(min), max: 10}
        rollout: {deadline: \(deadline)}
        \(more)
        """
    }
}

// Pushing.
extension World {
    @discardableResult
    func git(_ arguments: String...) async throws -> String {
        let text = try await CommandRun(
            ["git", "-C", folder + "/work"] + arguments,
            environment: [
                "GIT_AUTHOR_NAME": "Lin", "GIT_AUTHOR_EMAIL": "lin@example.com", "GIT_COMMITTER_NAME": "Lin",
                "GIT_COMMITTER_EMAIL": "lin@example.com", "GIT_CONFIG_GLOBAL": "/dev/null", "HOME": folder,
            ]
        ).text()
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Makes the service's repository and a work tree of it.
    func makeService() async throws {
        _ = try await operations.createService(Self.service, by: Self.admin)
        try FileManager.default.createDirectory(atPath: folder + "/work", withIntermediateDirectories: false)
        try await git("init", "--quiet", "--initial-branch=main")
        try await git("remote", "add", "origin", try repositories.path(of: Self.service))
    }

    func commit(_ specification: String = World.specification(), _ subject: String = "Change") async throws
        -> String
    {
        try specification.write(
            toFile: folder + "/work/service.yaml", atomically: true, encoding: .utf8)
        try await git("add", "-A")
        try await git("commit", "--quiet", "--allow-empty", "-m", subject)
        return try await git("rev-parse", "HEAD")
    }

    /// Pushes to git alone, as if the server had died before it heard of it.
    func pushUnheard(_ commit: String, to branch: String = "main") async throws {
        try await git("push", "--quiet", "origin", "\(commit):refs/heads/\(branch)")
    }

    func hook(_ commit: String, _ branch: String = "main", old: String? = nil) async -> HookReply {
        let update = RefUpdate(
            ref: "refs/heads/\(branch)", old: old ?? String(repeating: "0", count: 40), new: commit,
            subject: "Change")
        return await desk.answer(
            HookCall(kind: .postReceive, service: Self.service, user: "lin", updates: [update]))
    }

    /// Asks the server about a push before it lands, as git's hook does.
    func judge(_ specification: String?, to branch: String = "main", of service: ServiceName = World.service)
        async -> HookReply
    {
        var update = RefUpdate(
            ref: "refs/heads/\(branch)", old: String(repeating: "0", count: 40),
            new: String(repeating: "1", count: 40), subject: "Change")
        (update.specification, update.isFastForward) = (specification, true)
        return await desk.answer(
            HookCall(kind: .preReceive, service: service, user: "lin", updates: [update]))
    }

    /// Commits, pushes and records, as a push over HTTP does.
    @discardableResult
    func push(
        _ specification: String = World.specification(), to branch: String = "main"
    ) async throws -> RunName? {
        let commit = try await commit(specification)
        try await pushUnheard(commit, to: branch)
        let reply = await hook(commit, branch)
        try #require(reply.accepted, "\(reply.messages)")
        return try await store.all(StoredRun.self, prefix: Self.service.path + "/").first {
            $0.spec.commit == commit && $0.spec.branch == branch
        }?
        .spec.name
    }
}

// Looking.
extension World {
    static let patience = Duration.seconds(30)

    /// Polls until `check` gives a value.
    func eventually<Value>(
        _ what: String, patience: Duration = World.patience,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ check: () async throws -> Value?
    ) async throws -> Value {
        let deadline = ContinuousClock.now + patience
        while ContinuousClock.now < deadline {
            if let value = try await check() { return value }
            try await Task.sleep(for: .milliseconds(10))
        }
        let runs = try await store.all(StoredRun.self).map { "\($0.name) \($0.status)" }
        let rollouts = try await store.all(StoredRollout.self).map { "\($0.name) \($0.status)" }
        let text = (runs + rollouts).joined(separator: "\n")
        throw GantryError(.timeout, "\(sourceLocation): never \(what)\n\(text)")
    }

    @discardableResult
    func run(_ name: RunName?, reaches progress: Model.Progress...) async throws -> Stored<StoredRun> {
        let name = try #require(name)
        return try await eventually("\(name) \(progress)") {
            let run = try await store.require(StoredRun.self, name.path)
            return progress.contains(run.status.progress) ? run : nil
        }
    }

    @discardableResult
    func end(of rollout: Stored<StoredRollout>) async throws -> Stored<StoredRollout> {
        try await eventually("the end of \(rollout.name)") {
            let rollout = try await store.require(StoredRollout.self, rollout.name)
            return rollout.status.phase.isFinal ? rollout : nil
        }
    }

    static func workload(_ environment: EnvironmentName, _ region: RegionName) -> WorkloadName {
        WorkloadName(service, environment, region)
    }

    func release(in environment: EnvironmentName, _ region: RegionName) async throws -> Int? {
        try await store.get(StoredWorkload.self, Self.workload(environment, region).path)?.spec.release.number
    }

    func actions() async throws -> [String] {
        try await store.audit(AuditQuery(limit: 1000)).reversed().map(\.action)
    }
}

/// The error that the body ends with.
func refusal<Value>(of body: () async throws -> Value) async -> GantryError? {
    do {
        let value = try await body()
        Issue.record("no error, but \(value)")
        return nil
    } catch {
        return error as? GantryError
    }
}
