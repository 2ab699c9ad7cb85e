import GantryBase
import Model
import Running
import Supervision

/// Times how long a step's command waits for Gantry: from asking the executor to the command's first words, under its
/// own user and namespaces. The same command without Gantry is timed beside it.
enum StepBench {
    /// Says when it was reached, in nanoseconds.
    static let command = "date +%s%N"

    static func run(agent: String, directory: String, count: Int) async throws {
        let users = try BusinessUsers(directory: directory, isolation: .business)
        let executor = try ProcessStepExecutor(
            directory: directory, agent: agent,
            archive: { _, _ in throw GantryError(.unsupported, "nothing is checked out here") },
            user: { try users.user(for: $0) })
        let service = ServiceName("unit0", "service0")
        for number in 1...count {
            let plain = try await plainStart()
            let id = StepID(run: RunName(service, number), stage: 0, step: 0, attempt: 1)
            let start = TimeSource.wall.now()
            try await executor.start(
                StepJob(
                    id: id, kind: .lint, commit: String(repeating: "a", count: 40), branch: "main",
                    build: BuildSpec(lint: command)))
            var output: [UInt8] = []
            for try await bytes in executor.log(of: id, follow: true) { output += bytes }
            let whole = milliseconds(from: start, to: TimeSource.wall.now())
            let reached = try time(in: output)
            let began = milliseconds(from: start, to: reached)
            try await executor.removeWorkspace(of: id.run)
            print(#"{"plain_ms": \#(plain), "step_ms": \#(began), "whole_ms": \#(whole)}"#)
        }
    }

    private static func plainStart() async throws -> Double {
        let start = TimeSource.wall.now()
        let output = try await CommandRun(["/bin/sh", "-euc", command]).run()
        return milliseconds(from: start, to: try time(in: output.bytes))
    }

    private static func milliseconds(from start: Timestamp, to end: Timestamp) -> Double {
        Double(end.nanoseconds - start.nanoseconds) / 1e6
    }

    private static func time(in output: [UInt8]) throws -> Timestamp {
        let text = String(decoding: output, as: UTF8.self)
        for line in text.split(separator: "\n") {
            if let nanoseconds = Int64(line) { return Timestamp(nanoseconds: nanoseconds) }
        }
        throw GantryError(.internal, "the command did not say when it began: \(text)")
    }
}
