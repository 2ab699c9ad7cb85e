package import GantryBase
import Glibc
package import Model
import Wire

/// The verb `gantry-agent run PLAN.json`: one instance with its program under it.
package enum InstanceAgent {
    /// Runs the instance until it has ended; returns the agent's exit status: 0 when it was stopped as asked, else the
    /// program's, or 128 + signal.
    ///
    /// Blocks the calling thread, which must be the only one of the process so far.
    /// - Throws: `conflict` when an agent of this instance is running, `invalid` or `notFound` for the plan.
    package static func run(planFile: String) throws(GantryError) -> Int32 {
        let signals = try SignalInbox()
        let plan = try readPlan(planFile)
        ProcessTable.adoptOrphans()
        try InstanceClaim.take(plan.files)
        return try InstanceLoop(plan: plan, secrets: AgentSecrets.received(), signals: signals).run()
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
