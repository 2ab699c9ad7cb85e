import Foundation
import GantryBase
import Glibc
import Model
import Supervision
import Testing

@testable import Commands

/// All tests of this target, one after another: each runs a whole installation, and two would starve each other.
@Suite(.serialized) struct CommandsTests {}

/// A real `gantry up` on a data directory of its own, with the two people who use it.
///
/// Whatever a test does to it, nothing of it runs afterwards.
actor RunningServer {
    /// Everything of the test lies below it; no other test's processes name it.
    nonisolated let root: String
    nonisolated let data: String
    private var process: RunningProcess?
    private var starts = 0
    private var known: (address: String, token: String)?

    /// Of a start and of an ordered stop, on a loaded machine.
    static let limit = Duration.seconds(60)

    private init(root: String) { (self.root, data) = (root, root + "/data") }

    static func with(
        platform: String = Sample.platform,
        _ body: (RunningServer, DemoPeople) async throws -> Void
    ) async throws {
        try await withFolder { server in
            try await server.start()
            let people = try await DemoPeople.sign(in: server.admin(), platform: platform)
            try await body(server, people)
        }
    }

    /// For tests that start the server themselves.
    static func withFolder(_ body: (RunningServer) async throws -> Void) async throws {
        var template = Array("/var/tmp/gantry-faults-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(root, 0o711)
        let server = RunningServer(root: root)
        do {
            try await body(server)
        } catch {
            Issue.record("the server's log:\n\(await server.log())")
            await server.end()
            throw error
        }
        await server.end()
    }

    // MARK: the process

    /// Starts it at the same address as before, and waits until it listens.
    func start(_ options: String...) async throws {
        starts += 1
        let port = known?.address.split(separator: ":").last.map(String.init) ?? "0"
        let file = open(logPath, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        try #require(file >= 0)
        defer { close(file) }
        var request = ProcessRequest(
            command: [Shell.program, "up", "--data", data, "--port", port] + options, directory: "/",
            environment: Shell.environment)
        request.output = .descriptor(file)
        request.error = .sameAsOutput
        request.dieWithParent = true
        let process = try ProcessTable.shared.spawn(request)
        self.process = process
        let text = try await eventually("the server listens", within: Self.limit) { () -> String? in
            if let exit = process.exit {
                throw GantryError(.unavailable, "the server ended with \(exit):\n\(log())")
            }
            let text = log()
            return text.contains("Gantry listens at ") ? text : nil
        }
        let address = try #require(text.firstMatch(of: /listens at (http\S+)/)?.1)
        let token = known?.token ?? text.firstMatch(of: /(gantry_[A-Za-z0-9_]+)/).map { String($0.1) }
        known = (String(address), try #require(token))
    }

    func kill() async {
        process?.signal(SIGKILL)
        _ = await process?.wait()
    }

    /// - Returns: how it ended.
    @discardableResult
    func stop(_ signal: Int32 = SIGINT) async throws -> ProcessExit {
        let process = try #require(process)
        process.signal(signal)
        return try await eventually("the server has ended", within: Self.limit) { process.exit }
    }

    func end() async {
        await stopAndSweep()
        try? FileManager.default.removeItem(atPath: root)
    }

    /// Ends everything, in order where that works.
    func stopAndSweep() async {
        if let process, process.exit == nil { _ = try? await stop() }
        process?.signal(SIGKILL)
        for _ in 0..<50 {
            let left = processes()
            for process in left { ProcessWatch.shared.signal(process, SIGKILL) }
            if left.isEmpty { break }
            usleep(20_000)
        }
    }

    private var logPath: String { "\(root)/server-\(starts).log" }
    /// What the server has printed since its last start.
    func log() -> String { (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? "" }

    var address: String { known?.address ?? "" }
    var token: String { known?.token ?? "" }
    func admin() -> APIClient { APIClient(server: address, token: token) }

    // MARK: what it started

    /// All processes but ours whose arguments or environment name the folder of this test.
    nonisolated func processes(_ mark: String? = nil) -> [ProcessIdentity] {
        Shell.all { $0.firstRange(of: Array((mark ?? root).utf8)) != nil }
    }

    nonisolated func instanceFolder(_ name: InstanceName) -> String {
        "\(data)/clusters/local/instances/\(name.id)"
    }
    nonisolated func report(_ name: InstanceName) throws -> InstanceReport {
        try Shell.read(instanceFolder(name) + "/report.json")
    }
    nonisolated func proxy(_ region: RegionName = "guangzhou") throws -> ProxyReport {
        try Shell.read("\(data)/clusters/local/regions/\(region)/report.json")
    }
    nonisolated func endpoints(_ region: RegionName = "guangzhou") -> [EndpointRecord] {
        let folder = "\(data)/clusters/local/regions/\(region)/endpoints"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".json") }.compactMap { try? Shell.read("\(folder)/\($0)") }
    }
}

/// Waits until `look` gives something, or fails.
func eventually<T>(
    _ what: String, within limit: Duration = .seconds(40), isolation: isolated (any Actor)? = #isolation,
    _ look: () async throws -> T?
) async throws -> T {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if let value = try await look() { return value }
        try await Task.sleep(for: .milliseconds(30))
    }
    throw GantryError(.timeout, "not so within \(limit): \(what)")
}
