import Collecting
import GantryBase
import Model
import Supervision

/// Collects the signals of the agent's instance beside its program, or sends what an ended one left.
struct SignalCollection {
    /// After the program's end, for what it said last; well within the time that a stop leaves to the agent.
    static let lastFlush = Period.seconds(2)
    /// Of `ship`: then the cluster tries anew, so that one gateway which hangs holds up no other instance for long.
    static let shipping = Period.seconds(60)

    /// From the agent's own environment.
    let token: String?

    private struct Running: InstanceCompanion {
        let collector: Collector
        func stop() { collector.stop(within: SignalCollection.lastFlush) }
    }

    /// Starts collecting; nil where the plan has none.
    func start(_ plan: InstancePlan) throws(GantryError) -> (any InstanceCompanion)? {
        guard let signals = plan.signals else { return nil }
        return Running(
            collector: try Collector.start(
                signals, of: plan.name, release: plan.release, token: try known(), output: plan.files.log))
    }

    /// - Returns: whether nothing is left to send.
    func ship(planFile: String) throws(GantryError) -> Bool {
        let plan = try InstanceAgent.readPlan(planFile)
        guard let signals = plan.signals else { return true }
        return try Collector.ship(
            signals, of: plan.name, release: plan.release, token: try known(), output: plan.files.log,
            until: Self.shipping)
    }

    private func known() throws(GantryError) -> String {
        guard let token, !token.isEmpty else {
            throw GantryError(
                .invalid, "the plan wants signals to be sent, and \(SignalPlan.tokenVariable) holds no token",
                hint: "the server starts agents with it")
        }
        return token
    }
}
