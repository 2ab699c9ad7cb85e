import CGantry
package import GantryBase
import Glibc
package import Model
import Wire

/// The verb `gantry-agent run PLAN.json`: one instance with its program under it.
package enum InstanceAgent {
    /// The plan cannot be used as it is (EX_CONFIG).
    package static let badPlanStatus: Int32 = 78
    /// Another agent runs this instance (EX_CANTCREAT).
    package static let conflictStatus: Int32 = 73
    /// The machine does not give what an agent needs (EX_OSERR).
    package static let machineStatus: Int32 = 71
    /// Variables of the agent with this prefix go to the program without it, and nowhere else.
    package static let secretPrefix = "GANTRY_SECRET_"

    /// Runs the instance until it has ended; returns the agent's exit status: 0 when it was stopped as asked, else the
    /// program's, or 128 + signal.
    ///
    /// Blocks the calling thread, which must be the only one of the process so far. Errors go to standard error.
    package static func run(planFile: String) -> Int32 {
        do {
            let signals = try SignalInbox()
            let plan = try readPlan(planFile)
            _ = gantry_adopt_orphans()
            try InstanceClaim.take(plan.files)
            return try InstanceLoop(plan: plan, secrets: secrets(), signals: signals).run()
        } catch {
            say(error)
            return switch error.code {
            case .invalid, .notFound: badPlanStatus
            case .conflict: conflictStatus
            default: machineStatus
            }
        }
    }

    /// Reads and checks a plan, so that a mistake in it is told before anything is started.
    package static func readPlan(_ path: String) throws(GantryError) -> InstancePlan {
        guard let bytes = readWhole(path, limit: JSON.largestDocument) else {
            throw GantryError(.notFound, "cannot read the plan \(path): \(String(cString: strerror(errno)))")
        }
        let plan: InstancePlan
        do {
            plan = try JSON.decode(InstancePlan.self, from: bytes)
        } catch {
            throw GantryError(.invalid, "\(path) is no plan of an instance: \(JSON.describe(error))")
        }
        guard plan.command.first?.isEmpty == false else {
            throw GantryError(.invalid, "\(path) names no command")
        }
        for probe in [plan.health.startup, plan.health.readiness, plan.health.liveness] {
            let port: String? =
                switch probe?.action {
                case .http(_, let port), .tcp(let port): port
                case .exec, nil: nil
                }
            if let port, !plan.ports.contains(where: { $0.name == port }) {
                throw GantryError(.invalid, "\(path): a probe asks port \(port), and no port has that name")
            }
        }
        return plan
    }

    static func secrets() -> [String: String] {
        var secrets: [String: String] = [:]
        var entry = gantry_environment()
        while let variable = entry?.pointee {
            let text = String(cString: variable)
            if text.hasPrefix(secretPrefix), let equals = text.firstIndex(of: "=") {
                let name = text[..<equals].dropFirst(secretPrefix.count)
                secrets[String(name)] = String(text[text.index(after: equals)...])
            }
            entry = entry?.advanced(by: 1)
        }
        return secrets
    }

    private static func say(_ error: GantryError) {
        let text = "gantry-agent: \(error)\n"
        _ = text.withCString { write(2, $0, strlen($0)) }
    }
}
