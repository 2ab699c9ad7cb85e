import GantryBase
import Glibc
import Model
import Testing
import Wire

@testable import Supervision

/// One step under the real agent, in a folder of its own.
struct StepFixture {
    let scratch: Scratch
    var plan: StepPlan
    var agentEnvironment: [String: String] = [:]

    init(_ scratch: Scratch, _ script: String) throws {
        self.scratch = scratch
        mkdir(scratch.file("work"), 0o755)
        chown(scratch.file("work"), 61001, 61001)
        plan = StepPlan(
            title: "test", command: ["/bin/sh", "-euc", script], directory: scratch.file("work"),
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": scratch.file("work")],
            user: ProcessUser(uid: 61001, gid: 61001), namespaces: true, timeLimit: .seconds(60),
            outputLimit: .mebibytes(1), logFile: scratch.file("log"), resultFile: scratch.file("result"),
            agentFile: scratch.file("agent"))
        try requireRoot()
    }

    /// The agent lies beside the bundle of the tests.
    static var agent: String {
        get throws {
            let bundle = try #require(realpath("/proc/self/exe", nil))
            defer { free(bundle) }
            let agent = String(cString: bundle).split(separator: "/").dropLast().joined(separator: "/")
            let path = "/\(agent)/gantry-agent"
            try #require(access(path, X_OK) == 0, "\(path) is missing")
            return path
        }
    }

    func start() throws -> RunningProcess {
        try scratch.write("plan", String(decoding: JSON.encode(plan), as: UTF8.self))
        var request = ProcessRequest(
            command: [try Self.agent, "step", scratch.file("plan")], environment: agentEnvironment)
        request.newSession = true
        return try ProcessTable.shared.spawn(request)
    }

    func result() throws -> StepResult {
        try JSON.decode(StepResult.self, from: readFile(scratch.file("result"), limit: 1 << 20))
    }

    func run() async throws -> StepResult {
        #expect(await (try start()).wait().exitCode == 0)
        return try result()
    }

    var log: String { scratch.text("log") }

    /// Finds processes by a word in their command line: a number that a step tells is of its own namespace.
    static func processes(with word: String) -> [Int32] {
        ProcessIdentity.allNumbers().filter { pid in
            guard let bytes = try? readFile("/proc/\(pid)/cmdline", limit: 1 << 20) else { return false }
            return String(decoding: bytes, as: UTF8.self).contains(word)
                && ProcessIdentity.of(pid: pid)?.isAlive == true
        }
    }
}
