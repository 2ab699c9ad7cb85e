import Artifacts
import Clusters
import Foundation
import GantryBase
import Glibc
import LocalCluster
import Model
import Supervision
import Testing
import Wire

/// A data directory of one test with an artifact store, and the cluster on it.
///
/// Whatever a test does, nothing of it runs afterwards.
final class Ground: Sendable {
    let path: String
    let artifacts: ArtifactStore
    let isolation: Isolation
    static let cluster: ClusterName = "here"

    private init(path: String, isolation: Isolation) throws {
        (self.path, self.isolation) = (path, isolation)
        mkdir(path + "/data", 0o700)
        artifacts = try ArtifactStore(directory: path + "/artifacts")
    }

    var data: String { path + "/data" }
    var clusterPath: String { "\(data)/clusters/\(Self.cluster)" }
    func instance(_ name: InstanceName, _ file: String) -> String {
        "\(clusterPath)/instances/\(name.id)/\(file)"
    }

    static func with(
        isolation: Isolation = .none, _ body: (Ground, LocalCluster) async throws -> Void
    ) async throws {
        try await with(isolation: isolation) { ground in
            let cluster = try await ground.open()
            do {
                try await body(ground, cluster)
                await cluster.shutdown(stoppingInstances: true)
                let left = ground.processes()
                #expect(left.isEmpty, "left after the shutdown: \(left)")
            } catch {
                await cluster.shutdown(stoppingInstances: true)
                throw error
            }
        }
    }

    static func with(isolation: Isolation, _ body: (Ground) async throws -> Void) async throws {
        var template = Array("/tmp/gantry-cluster-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(path, 0o755)
        let ground = try Ground(path: path, isolation: isolation)
        do {
            try await body(ground)
            ground.clean()
        } catch {
            ground.clean()
            throw error
        }
    }

    func open(signals: SignalHome? = nil, agent: String = Ground.agent) async throws -> LocalCluster {
        let users = try BusinessUsers(directory: data, isolation: isolation)
        return try await LocalCluster.open(
            name: Self.cluster, directory: data, agent: agent, artifacts: artifacts, users: users,
            isolation: isolation, signals: signals)
    }

    /// Runs a cluster whose agents collect signals; nobody takes them in but what a test starts.
    static func withSignals(
        isolation: Isolation = .none, _ body: (Ground, LocalCluster) async throws -> Void
    ) async throws {
        try await with(isolation: isolation) { ground in
            let cluster = try await ground.open(signals: ground.home)
            do {
                try await body(ground, cluster)
            } catch {
                await cluster.shutdown(stoppingInstances: true)
                throw error
            }
            await cluster.shutdown(stoppingInstances: true)
            let left = ground.processes()
            #expect(left.isEmpty, "left after the shutdown: \(left)")
        }
    }

    /// A token begins with `tok-` and tells whose it is.
    var home: SignalHome {
        SignalHome(
            gatewayFile: data + "/gateway", token: { "tok-\($0.instance.id)-\($0.release?.path ?? "none")" })
    }

    static let agent: String = {
        var folder = URL(filePath: #filePath)
        for _ in 0..<3 { folder.deleteLastPathComponent() }
        let folders = [".build/debug", ".build/release"].map { folder.appending(path: $0).path }
        return folders.map { $0 + "/gantry-agent" }.first { access($0, X_OK) == 0 } ?? "gantry-agent"
    }()

    /// All processes whose arguments or environment name this folder, which no other test has.
    func processes() -> [ProcessIdentity] {
        let own = getpid()
        return ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { name in
            guard let pid = Int32(name), pid != own, let identity = ProcessIdentity.of(pid: pid),
                identity.isAlive
            else { return nil }
            for file in ["cmdline", "environ"] {
                let bytes = (try? readFile("/proc/\(pid)/\(file)", limit: 1 << 20)) ?? []
                if bytes.firstRange(of: Array(path.utf8)) != nil { return identity }
            }
            return nil
        }
    }

    private func clean() {
        for _ in 0..<10 {
            let left = processes()
            for process in left { ProcessWatch.shared.signal(process, SIGKILL) }
            if left.isEmpty { break }
            usleep(20_000)
        }
        try? FileManager.default.removeItem(atPath: path)
    }

    // MARK: What runs

    /// Makes an artifact of one Python program.
    func artifact(_ program: String, files: [String: String] = [:]) async throws -> String {
        let tree = path + "/tree-" + RandomName.make(length: 8)
        try FileManager.default.createDirectory(atPath: tree, withIntermediateDirectories: true)
        try program.write(toFile: tree + "/main.py", atomically: true, encoding: .utf8)
        for (name, text) in files {
            try text.write(toFile: tree + "/" + name, atomically: true, encoding: .utf8)
        }
        _ = try await CommandRun([
            "tar", "-czf", tree + ".tar.gz", "--sort=name", "--mtime=@0", "-C", tree, ".",
        ]).text()
        return try await artifacts.ingest(archive: tree + ".tar.gz", annotations: [:])
    }

    func target(
        _ service: String = "yidian/article", release: Int = 1, replicas: Int = 1,
        program: String = Programs.web,
        wait: Period = .milliseconds(300)
    ) async throws -> WorkloadTarget {
        let name = try #require(ServiceName(path: service))
        var spec = ServiceSpec(
            name: name, language: Language("python", "3.11"), command: ["/usr/bin/python3", "main.py"],
            ports: [PortSpec(name: "http", port: 8080)],
            health: HealthSpec(
                startup: Probe(
                    .http(path: "/healthz", port: "http"), period: .milliseconds(100), failures: 300),
                readiness: Probe(.http(path: "/readyz", port: "http"), period: .milliseconds(200))),
            stop: StopSpec(discovery: "test", wait: wait, drain: .seconds(3)), regions: ["guangzhou"])
        spec.rollout = RolloutSpec(surge: 1, unavailable: 0)
        return WorkloadTarget(
            name: WorkloadName(name, "testing", "guangzhou"), release: ReleaseName(name, release),
            generation: "g\(release)", artifact: try await artifact(program), spec: spec, replicas: replicas,
            configuration: [], secrets: [:])
    }
}

/// Waits until `look` gives something, or fails.
func eventually<T>(
    _ what: String, within limit: Duration = .seconds(40), _ look: () async throws -> T?
) async throws -> T {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if let value = try await look() { return value }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw GantryError(.timeout, "not so within \(limit): \(what)")
}

extension LocalCluster {
    nonisolated func ready(
        _ name: WorkloadName, _ count: Int, within limit: Duration = .seconds(40)
    ) async throws -> [InstanceStatus] {
        let deadline = ContinuousClock.now + limit
        while true {
            let status = try await observe(name)
            let ready = status?.instances.filter { $0.phase == .ready } ?? []
            if ready.count == count { return ready }
            if ContinuousClock.now > deadline {
                throw GantryError(.timeout, "not \(count) ready: \(status.map { "\($0)" } ?? "unknown")")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}

enum Stored {
    static func report(_ ground: Ground, _ name: InstanceName) throws -> InstanceReport {
        try JSON.decode(
            InstanceReport.self, from: readFile(ground.instance(name, "report.json"), limit: 1 << 20))
    }
    static func plan(_ ground: Ground, _ name: InstanceName) throws -> InstancePlan {
        try JSON.decode(
            InstancePlan.self, from: readFile(ground.instance(name, "plan.json"), limit: 1 << 20))
    }
    static func routes(_ ground: Ground, _ region: RegionName = "guangzhou") throws -> RoutePlan {
        try JSON.decode(
            RoutePlan.self,
            from: readFile("\(ground.clusterPath)/regions/\(region)/routes.json", limit: 1 << 20))
    }
    static func proxy(_ ground: Ground, _ region: RegionName = "guangzhou") -> ProxyReport? {
        let path = "\(ground.clusterPath)/regions/\(region)/report.json"
        return (try? readFile(path, limit: 1 << 20)).flatMap { try? JSON.decode(ProxyReport.self, from: $0) }
    }
}
