import GantryBase
import Glibc

/// The verbs of the benchmarks' inside; `Benchmarks/server` starts them and does the arithmetic.
enum BenchCommand {
    static let usage = """
        usage: gantry-bench plan ROUNDS           time the plan of 16,000 workloads
               gantry-bench seed DATA             fill the state of a data directory that is new
               gantry-bench step AGENT DIR COUNT  time the start of steps
               gantry-bench gateway DIR COUNT RATE
                                                  time COUNT spans and log lines from body to disk

        Each prints one JSON object a line, with times in milliseconds.

        """

    static func run(_ words: [String]) async throws -> Int32 {
        switch (words.first, words.count) {
        case ("plan", 2): try PlanBench.run(rounds: Int(words[1]) ?? 1)
        case ("seed", 2): try await Seed.run(data: words[1])
        case ("step", 4):
            try await StepBench.run(agent: words[1], directory: words[2], count: Int(words[3]) ?? 1)
        case ("gateway", 4):
            try await GatewayBench.run(
                directory: words[1], records: Int(words[2]) ?? 100_000, rate: Int(words[3]) ?? 0)
        default:
            print(usage, terminator: "")
            return EX_USAGE
        }
        return EX_OK
    }
}

do {
    exit(try await BenchCommand.run(Array(CommandLine.arguments.dropFirst())))
} catch {
    print("gantry-bench: \(error)")
    exit(EX_SOFTWARE)
}
