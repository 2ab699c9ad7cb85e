import Model

/// Says in plain words why a step failed.
enum StepReason {
    static func words(_ result: StepResult, _ tests: TestSummary?) -> String {
        if let failure = result.startFailure { return "could not be started: \(failure)" }
        if result.timedOut { return "timed out" }
        if result.outOfMemory { return "out of memory" }
        if let limit = result.exceeded { return "took \(limit)" }
        if let signal = result.signal { return "ended by signal \(name(signal))" }
        if let tests, tests.failed > 0 { return failed(tests) }
        switch result.exitCode {
        case nil: return "ended without an exit code"
        case 124: return "timed out (exit code 124)"
        case 126: return "command not executable (exit code 126)"
        case 127: return "command not found (exit code 127)"
        case .some(let code) where code > 128 && code <= 128 + 64:
            return "ended by signal \(name(code - 128)) (exit code \(code))"
        case .some(let code): return "exit code \(code)"
        }
    }

    /// What is to be said of a step that succeeded: the command's exit code decides, and a report that contradicts it
    /// is not kept quiet.
    static func remark(_ tests: TestSummary?) -> String? {
        guard let tests, tests.failed > 0 else { return nil }
        return "succeeded, though \(failed(tests))"
    }

    private static func failed(_ tests: TestSummary) -> String {
        let count = tests.passed + tests.failed
        let named = tests.failures.prefix(RunPlanner.namedFailures)
        let more = named.count < tests.failed ? ", …" : ""
        let names = named.isEmpty ? "" : ": " + named.joined(separator: ", ") + more
        return "\(tests.failed) of \(count) tests failed\(names)"
    }

    /// Numbers of Linux on every architecture that we build for.
    private static let names: [Int: String] = [
        1: "HUP", 2: "INT", 3: "QUIT", 4: "ILL", 5: "TRAP", 6: "ABRT", 7: "BUS", 8: "FPE", 9: "KILL",
        11: "SEGV", 13: "PIPE", 14: "ALRM", 15: "TERM", 24: "XCPU", 25: "XFSZ", 31: "SYS",
    ]

    private static func name(_ signal: Int) -> String {
        names[signal].map { "\(signal) (\($0))" } ?? "\(signal)"
    }
}
