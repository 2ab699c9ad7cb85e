import GantryBase
import Glibc
import NIOCore
import Supervision

/// One run of the git program whose output is read whole; never through a shell.
struct GitCommand: Sendable {
    /// In bytes: a list of 100,000 branches has about 10 MB.
    static let outputLimit = 32 << 20
    /// In bytes: enough for every message of git; what is more is dropped.
    static let errorLimit = 16 << 10
    /// Reading a commit or a file takes milliseconds; this only ends what hangs, as on a dead disk.
    static let timeLimit = Period.seconds(60)

    struct Outcome: Sendable {
        var exitCode: Int?
        var output: [UInt8]
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

    /// Runs it to its end.
    ///
    /// - Throws: `.limit` for too much output and `.timeout`; the process has been ended then. Git's own failures are
    ///   in the outcome.
    func run() async throws -> Outcome {
        var request = ProcessRequest(command: command, directory: directory, environment: environment)
        (request.output, request.error) = (.pipe, .pipe)
        (request.dieWithParent, request.killsGroupAtEnd) = (true, true)
        let process = try ProcessTable.shared.spawn(request)
        guard let out = process.output, let err = process.error else {
            throw GantryError(.internal, "git was started without pipes")
        }
        let (output, errors) = (Descriptor(out), Descriptor(err))
        let deadline = ContinuousClock.now + timeLimit.duration
        let limit = outputLimit
        do {
            async let errorText = Self.readErrors(errors, until: deadline)
            let bytes = try await output.readAll(limit: limit, until: deadline)
            let text = try await errorText
            return Outcome(exitCode: await process.wait().exitCode, output: bytes, errorText: text)
        } catch {
            process.signalGroup(SIGKILL)
            _ = await process.wait()
            throw failure(error)
        }
    }

    /// Keeps the first part of what a process complains of, and reads on, so that it is never held up.
    static func readErrors(
        _ errors: Descriptor, until deadline: ContinuousClock.Instant? = nil
    ) async throws -> String {
        var kept: [UInt8] = []
        while let buffer = try await errors.read(until: deadline) {
            kept += buffer.readableBytesView.prefix(max(0, errorLimit - kept.count))
        }
        return String(decoding: kept, as: UTF8.self)
    }

    private func failure(_ error: any Error) -> any Error {
        let verb = command.dropFirst().first { !$0.hasPrefix("-") } ?? ""
        guard let error = error as? GantryError else { return error }
        switch error.code {
        case .limit: return GantryError(.limit, "git \(verb) printed more than \(outputLimit) bytes")
        case .timeout: return GantryError(.timeout, "git \(verb) did not end within \(timeLimit)")
        default: return error
        }
    }
}
