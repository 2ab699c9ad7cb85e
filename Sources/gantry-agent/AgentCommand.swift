import GantryBase
import Glibc
import RegionProxy
import Supervision

/// The verbs of the agent; each is started by the server with the path of a plan.
enum AgentCommand {
    case run(plan: String)
    case ship(plan: String)
    case step(plan: String)
    case proxy(words: [String])
    case version, help

    static let usage = """
        usage: gantry-agent VERB PLAN
          run PLAN     run one instance until it is told to stop
          ship PLAN    send the signals that an ended instance left
          step PLAN    run one pipeline step and write its result
          proxy PLAN --report FILE [--threads N]
                       balance and route the traffic of a region
          --version    print the version
          --help       print this

        Plans are JSON files written by the gantry server, which starts the agent.

        """

    init?(_ arguments: [String]) {
        switch (arguments.first, arguments.count) {
        case ("run", 2): self = .run(plan: arguments[1])
        case ("ship", 2): self = .ship(plan: arguments[1])
        case ("step", 2): self = .step(plan: arguments[1])
        case ("proxy", 2...): self = .proxy(words: Array(arguments.dropFirst()))
        case ("--version", 1): self = .version
        case ("--help", 1), ("-h", 1): self = .help
        default: return nil
        }
    }

    /// Does the verbs that need the thread that the process began with, before any task has made others; nil for the
    /// rest.
    static func onFirstThread(_ arguments: [String]) -> Int32? {
        switch AgentCommand(arguments) {
        case .run(let path):
            do throws(GantryError) {
                return try InstanceAgent.run(planFile: path)
            } catch {
                return fail(error)
            }
        case .proxy(let words): return ProxyCommand.run(words)
        default: return nil
        }
    }

    /// - Returns: the exit status.
    static func main(_ arguments: [String]) async -> Int32 {
        guard let command = AgentCommand(arguments) else {
            print(usage, to: STDERR_FILENO)
            return EX_USAGE
        }
        do {
            try await command.run()
            return EX_OK
        } catch {
            return fail(error)
        }
    }

    private static func fail(_ error: GantryError) -> Int32 {
        print("gantry-agent: \(error.message)\n", to: STDERR_FILENO)
        if let hint = error.hint { print("  \(hint)\n", to: STDERR_FILENO) }
        return exitStatus(of: error.code)
    }

    private func run() async throws(GantryError) {
        switch self {
        case .run, .proxy: break
        case .ship(let path): _ = try InstanceAgent.readPlan(path)
        case .step(let path):
            let cancellation = SignalWatch.stream(SignalWatch.termination)
            try await StepRunner(plan: StepRunner.readPlan(path), cancellation: cancellation).run()
        case .version: Self.print("gantry-agent \(agentVersion)\n", to: STDOUT_FILENO)
        case .help: Self.print(Self.usage, to: STDOUT_FILENO)
        }
    }

    private static func exitStatus(of code: GantryError.Code) -> Int32 {
        switch code {
        case .invalid, .limit: EX_DATAERR
        case .notFound: EX_NOINPUT
        case .conflict: EX_CANTCREAT
        case .unavailable: EX_IOERR
        default: EX_SOFTWARE
        }
    }

    private static func print(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { _ = write(descriptor, $0.baseAddress, $0.count) }
    }
}

/// Set by hand at a release, together with the server's.
let agentVersion = "0.1.0"
