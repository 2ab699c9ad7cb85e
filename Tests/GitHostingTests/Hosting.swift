import Foundation
import GantryBase
import Model
import Supervision
import Synchronization
import Testing

@testable import GitHosting

/// Everything between a git client and its repositories, in a folder of its own.
final class Hosting: Sendable {
    let folder: String
    let repositories: GitRepositories
    let backend: GitBackend
    let server: TestHTTPServer
    let service: ServiceName = ServiceName("yidian", "article")
    let calls = Mutex<[HookCall]>([])
    let reports: Mutex<[GitReport]>
    let decide = Mutex<@Sendable (HookCall) async -> HookReply>({ _ in HookReply(accepted: true) })

    private init(
        folder: String, repositories: GitRepositories, backend: GitBackend,
        reports: consuming Mutex<[GitReport]>
    ) throws {
        (self.folder, self.repositories, self.backend) = (folder, repositories, backend)
        self.reports = reports
        server = try TestHTTPServer(backend)
    }

    /// Runs a test with a server, its hooks and an empty repository of `yidian/article`; leaves nothing behind.
    static func run(
        largestPush: ByteCount = GitRepositories.largestPush, limits: GitBackend.Limits = .init(),
        withHookServer: Bool = true, _ test: @escaping @Sendable (Hosting) async throws -> Void
    ) async throws {
        let folder = try makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let relay = try HookRelay(folder: folder + "/relay")
        let repositories = GitRepositories(
            root: folder + "/repositories", hook: [relay.program], hookSocket: folder + "/hooks.sock",
            largestPush: largestPush)
        try await repositories.prepare()
        let log = ReportLog()
        let backend = GitBackend(repositories: repositories, limits: limits) { log.add($0) }
        let hosting = try Hosting(
            folder: folder, repositories: repositories, backend: backend, reports: Mutex([]))
        log.owner.withLock { $0 = hosting }
        try await repositories.create(hosting.service)
        let hooks = withHookServer ? try HookServer(socket: repositories.hookSocket) : nil
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await relay.run() }
            group.addTask { await hosting.server.run() }
            group.addTask {
                await hooks?.run { call in
                    hosting.calls.withLock { $0.append(call) }
                    return await hosting.decide.withLock { $0 }(call)
                }
            }
            do { try await test(hosting) } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
        }
        log.owner.withLock { $0 = nil }
        #expect(!FileManager.default.fileExists(atPath: repositories.hookSocket))
    }

    static func makeFolder() throws -> String {
        let folder = "/tmp/gantry-git-\(RandomName.make(length: 10))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        return folder
    }

    private final class ReportLog: Sendable {
        let owner = Mutex<Hosting?>(nil)
        func add(_ report: GitReport) { owner.withLock { $0 }?.reports.withLock { $0.append(report) } }
    }

    func url(_ path: String? = nil) -> String {
        "http://lin:secret@127.0.0.1:\(server.port)/\(path ?? "yidian/article.git")"
    }

    static var clientEnvironment: [String: String] {
        GitCommand.environment().merging([
            "GIT_AUTHOR_NAME": "Lin", "GIT_AUTHOR_EMAIL": "lin@example.com", "GIT_COMMITTER_NAME": "Lin",
            "GIT_COMMITTER_EMAIL": "lin@example.com",
        ]) { $1 }
    }

    /// Runs the ordinary git client.
    @discardableResult
    func git(_ arguments: String..., in directory: String? = nil) async throws -> GitCommand.Outcome {
        try await GitCommand(
            command: ["/usr/bin/git"] + arguments, directory: directory.map { "\(folder)/\($0)" } ?? folder,
            environment: Self.clientEnvironment, timeLimit: .minutes(3)
        ).run()
    }

    /// Runs it and expects success.
    @discardableResult
    func mustGit(
        _ arguments: String..., in directory: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let outcome = try await GitCommand(
            command: ["/usr/bin/git"] + arguments, directory: directory.map { "\(folder)/\($0)" } ?? folder,
            environment: Self.clientEnvironment, timeLimit: .minutes(3)
        ).run()
        try #require(
            outcome.exitCode == 0, "\(arguments): \(outcome.errorText)", sourceLocation: sourceLocation)
        return String(decoding: outcome.output, as: UTF8.self)
    }

    /// Makes a work tree with one commit on main; returns the commit.
    @discardableResult
    func makeWork(_ name: String, specification: String? = "kind: Service\n") async throws -> String {
        try await mustGit("clone", "--quiet", url(), name)
        try await mustGit("checkout", "--quiet", "-B", "main", in: name)
        if let specification { try write(specification, to: "\(name)/service.yaml") }
        try write("hello from \(name)\n", to: "\(name)/\(name).txt")
        return try await commit(in: name, "Begin \(name)")
    }

    @discardableResult
    func commit(in name: String, _ message: String) async throws -> String {
        try await mustGit("add", "-A", in: name)
        try await mustGit("commit", "--quiet", "-m", message, in: name)
        return try await mustGit("rev-parse", "HEAD", in: name).trimmingCharacters(in: .newlines)
    }

    func write(_ text: String, to path: String) throws {
        try text.write(toFile: "\(folder)/\(path)", atomically: true, encoding: .utf8)
    }

    func writeRandom(_ bytes: Int, to path: String) throws {
        let file = fopen("\(folder)/\(path)", "w")
        defer { fclose(file) }
        var generator = SeededGenerator(seed: UInt64(bytes))
        for _ in 0..<(bytes >> 20) {
            let block = (0..<(1 << 17)).map { _ in generator.next() }
            _ = block.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
        }
    }

    /// Processes whose command line or environment names our folder.
    func processes() -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.filter { Int($0) != nil && $0 != "\(getpid())" }.compactMap { pid in
            let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
            let variables = FileManager.default.contents(atPath: "/proc/\(pid)/environ") ?? Data()
            guard (line + variables).range(of: Data(folder.utf8)) != nil else { return nil }
            return String(decoding: line.map { $0 == 0 ? 32 : $0 }, as: UTF8.self)
        }
    }

    /// Polls until it holds or 20 s have passed.
    static func eventually(_ condition: () throws -> Bool) async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            if try condition() { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return try condition()
    }
}
