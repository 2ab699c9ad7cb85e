import GantryBase
import Glibc
import Model
import Supervision
import Testing

@testable import Running

/// An executor with the real agent in a data directory of its own, beside a git repository.
struct Bench: Sendable {
    let scratch: Scratch
    let apart: Bool
    let executor: ProcessStepExecutor
    let run: RunName

    static let article = ServiceName("yidian", "article")
    static let users: [BusinessName: UInt32] = ["yidian": 61_011, "yisheng": 61_012]

    static func with<T>(
        apart: Bool = true, limits: StepLimits = StepLimits(), _ body: (Bench) async throws -> T
    ) async throws -> T {
        try #require(getuid() == 0, "this test needs root, namespaces and mounts")
        return try await Scratch.with { scratch in
            mkdir(scratch.file("data"), 0o755)
            mkdir(scratch.file("data/state"), 0o700)
            try scratch.write("data/state/secrets.key", "the-key-of-the-server", mode: 0o600)
            let bench = try Bench(scratch, apart: apart, limits: limits, run: RunName(article, 1))
            try await bench.git("init", "-q")
            return try await body(bench)
        }
    }

    private init(_ scratch: Scratch, apart: Bool, limits: StepLimits, run: RunName) throws {
        (self.scratch, self.apart, self.run) = (scratch, apart, run)
        executor = try Self.executor(scratch, apart: apart, limits: limits)
    }

    /// The same as another process would make over the same data.
    func anotherExecutor() throws -> ProcessStepExecutor {
        try Self.executor(scratch, apart: apart, limits: executor.limits)
    }

    private static func executor(_ scratch: Scratch, apart: Bool, limits: StepLimits) throws
        -> ProcessStepExecutor
    {
        let repository = scratch.file("repository/.git")
        return try ProcessStepExecutor(
            directory: scratch.file("data"), agent: try agent, limits: limits,
            archive: { commit, _ in
                ["git", "--git-dir=\(repository)", "archive", "--format=tar", commit]
            },
            user: { business in
                guard apart, let number = users[business] else { return nil }
                return ProcessUser(uid: number, gid: number)
            })
    }

    /// The agent lies beside the bundle of the tests.
    static var agent: String {
        get throws {
            let bundle = try #require(realpath("/proc/self/exe", nil))
            defer { free(bundle) }
            let path = String(cString: bundle).split(separator: "/").dropLast().joined(separator: "/")
            try #require(access("/\(path)/gantry-agent", X_OK) == 0, "gantry-agent is missing")
            return "/\(path)/gantry-agent"
        }
    }

    var owner: UInt32 { apart ? 61_011 : 0 }
    var workspace: String { executor.places.workspace(of: run) }
    var source: String { workspace + "/source" }

    @discardableResult
    func git(_ words: String...) async throws -> String {
        let repository = scratch.file("repository")
        mkdir(repository, 0o700)
        let output = try await CommandRun(
            ["git", "-c", "user.name=t", "-c", "user.email=t@t", "-C", repository] + words
        ).text()
        return String(output.split(separator: "\n").first ?? "")
    }

    /// Commits what `script` makes in the repository.
    func commit(_ script: String) async throws -> String {
        _ = try await CommandRun(
            ["sh", "-euc", "cd \"$1\"; \(script)", "sh", scratch.file("repository")]).text()
        try await git("add", "-A")
        try await git("commit", "-q", "--allow-empty", "-m", "change")
        return try await git("rev-parse", "HEAD")
    }

    func id(_ step: Int = 0, attempt: Int = 1, run: RunName? = nil) -> StepID {
        StepID(run: run ?? self.run, stage: 0, step: step, attempt: attempt)
    }

    func job(_ kind: StepKind, _ id: StepID, _ build: BuildSpec = BuildSpec(), commit: String = "c0ffee")
        -> StepJob
    {
        StepJob(id: id, kind: kind, commit: commit, branch: "main", build: build)
    }

    /// Runs a step to its end; without a commit for any but the checkout.
    @discardableResult
    func finish(
        _ kind: StepKind, _ id: StepID, _ build: BuildSpec = BuildSpec(), commit: String = "c0ffee"
    ) async throws -> StepResult {
        try await executor.start(job(kind, id, build, commit: commit))
        return try await result(id)
    }

    func test(_ script: String, _ id: StepID? = nil) async throws -> StepResult {
        try await finish(.test, id ?? self.id(), BuildSpec(test: script))
    }

    func result(_ id: StepID, by other: ProcessStepExecutor? = nil) async throws -> StepResult {
        let executor = other ?? self.executor
        var observation = StepObservation.unknown
        _ = try await becomesTrue(within: .seconds(60)) {
            observation = try await executor.observe(id)
            return observation != .running && observation != .unknown
        }
        guard case .finished(let result, _) = observation else {
            throw GantryError(.internal, "step \(id.step) is observed as \(observation): \(await log(id))")
        }
        return result
    }

    func tests(_ id: StepID) async throws -> TestSummary? {
        guard case .finished(_, let tests) = try await executor.observe(id) else { return nil }
        return tests
    }

    func log(_ id: StepID) async -> String {
        var bytes: [UInt8] = []
        do { for try await piece in executor.log(of: id, follow: false) { bytes += piece } } catch {
            return "\(error)"
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
