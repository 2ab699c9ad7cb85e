package import GantryBase
import Glibc
package import Model
import Wire

/// Makes the companion of an instance; nil where there is none to be.
///
/// Called by the agent's only thread once the signals that agents take are blocked in it, so that the companion's
/// threads never get one.
package typealias CompanionMaker = (InstancePlan) throws(GantryError) -> (any InstanceCompanion)?

/// The verb `gantry-agent run PLAN.json`: one instance with its program under it.
package enum InstanceAgent {
    /// Runs the instance until it has ended; returns the agent's exit status: 0 when it was stopped as asked, else the
    /// program's, or 128 + signal.
    ///
    /// Blocks the calling thread, which must be the only one of the process so far.
    ///
    /// - Parameter companion: makes what works beside the program; where that fails it is said in the agent's log, the
    ///   instance's output and its report, and the program runs without.
    /// - Throws: `conflict` when an agent of this instance is running, `invalid` or `notFound` for the plan.
    package static func run(
        planFile: String, beside companion: CompanionMaker = { _ in nil }
    ) throws(GantryError) -> Int32 {
        let signals = try SignalInbox()
        let plan = try readPlan(planFile)
        ProcessTable.adoptOrphans()
        try InstanceClaim.take(plan.files)
        let loop = try InstanceLoop(plan: plan, secrets: AgentSecrets.received(), signals: signals)
        let beside = begin(companion, loop)
        let status = loop.run()
        beside?.stop()
        return status
    }

    private static func begin(_ make: CompanionMaker, _ loop: InstanceLoop) -> (any InstanceCompanion)? {
        do throws(GantryError) {
            return try make(loop.plan)
        } catch {
            loop.notice("signals are not collected: \(error.message)")
            return nil
        }
    }

    /// Reads and checks a plan, so that a mistake in it is told before anything is started.
    package static func readPlan(_ path: String) throws(GantryError) -> InstancePlan {
        let bytes = try readFile(path, limit: JSON.largestDocument)
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
}
