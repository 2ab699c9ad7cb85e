import GantryBase
import Supervision

/// One run of the git program whose output is read whole; never through a shell.
struct GitCommand: Sendable {
    /// In bytes: a list of 100,000 branches has about 10 MB.
    static let outputLimit = 32 << 20
    /// Reading a commit or a file takes milliseconds; this only ends what hangs, as on a dead disk.
    static let timeLimit = Period.seconds(60)

    struct Outcome: Sendable {
        var exitCode: Int?
        var output: [UInt8]
        /// The end of what it complained of.
        var errorText: String

        /// The first line of what git complains of, for messages.
        var complaint: String {
            errorText.split(whereSeparator: \.isNewline).first.map(String.init) ?? "no reason given"
        }
    }

    var command: [String]
    var directory: String?
    var environment: [String: String]
    var outputLimit = Self.outputLimit
    var timeLimit = Self.timeLimit

    /// The whole environment that git gets: no configuration but the repository's own and what stands here, no
    /// question at a terminal, messages in English.
    static func environment(repository: String? = nil) -> [String: String] {
        var environment = [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0",
            "GIT_OPTIONAL_LOCKS": "0",
        ]
        if let repository {
            // A data directory that was restored by another user is still ours.
            environment["GIT_CONFIG_COUNT"] = "1"
            environment["GIT_CONFIG_KEY_0"] = "safe.directory"
            environment["GIT_CONFIG_VALUE_0"] = repository
        }
        return environment
    }

    /// Runs it to its end; cancelled, it ends git.
    ///
    /// - Throws: `.limit` for too much output and `.timeout`; the process has been ended then. Git's own failures are
    ///   in the outcome.
    func run() async throws -> Outcome {
        var run = CommandRun(
            command, directory: directory, environment: environment, timeLimit: timeLimit,
            outputLimit: outputLimit)
        run.name = "git " + (command.dropFirst().first { !$0.hasPrefix("-") } ?? "")
        run.isCancellable = true
        let output = try await run.run()
        try Task.checkCancellation()
        return Outcome(exitCode: output.exit.exitCode, output: output.bytes, errorText: output.complaint)
    }
}
