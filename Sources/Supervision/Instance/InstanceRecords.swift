import GantryBase
import Glibc
import Model
import Wire

/// Keeps the files that others read equal to what the agent knows: the report and the endpoint record.
///
/// Written on change only. What could not be written is tried again, so a full disk delays news and loses none.
struct InstanceRecords {
    /// How soon a failed write is tried again; soon enough that an endpoint leaves well within any discovery wait.
    static let retryAfter = Period.seconds(1)

    private let plan: InstancePlan
    private let agent: ProcessIdentity
    private var report: InstanceReport?
    /// Unknown at first: an earlier agent may have left a record.
    private var endpoint: EndpointRecord.State??
    private(set) var retryAt: Duration?
    /// Goes into the report.
    var notice: String?

    init(plan: InstancePlan, agent: ProcessIdentity) {
        (self.plan, self.agent) = (plan, agent)
    }

    private var endpointPath: String { "\(plan.files.endpoints)/\(plan.name.id).json" }

    mutating func update(_ machine: InstanceMachine, now: Duration) {
        retryAt = nil
        do {
            // Traffic follows the endpoint, so it is first.
            if endpoint != .some(machine.endpoint) {
                if let state = machine.endpoint {
                    let record = EndpointRecord(
                        instance: plan.name, ports: plan.ports, state: state, agent: agent)
                    try AtomicFile.write(JSON.encode(record), to: endpointPath)
                } else {
                    try AtomicFile.remove(endpointPath)
                }
                endpoint = .some(machine.endpoint)
            }
            var report = machine.report(agent: agent)
            report.notice = notice
            if report != self.report {
                try AtomicFile.write(JSON.encode(report, pretty: true), to: plan.files.report)
                self.report = report
            }
        } catch {
            retryAt = now + Self.retryAfter.duration
        }
    }
}

/// Holds an instance for one agent: a second one started with the same plan is refused.
enum InstanceClaim {
    /// Holds it until this process ends, however it ends.
    /// - Throws: `conflict` when an agent of this instance is alive.
    static func take(_ files: InstanceFiles) throws(GantryError) {
        let path = files.report + ".lock"
        let lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else { throw AtomicFile.failure("open", path) }
        let locked = flock(lock, LOCK_EX | LOCK_NB) == 0
        let earlier = readWhole(files.report, limit: JSON.largestDocument)
            .flatMap { try? JSON.decode(InstanceReport.self, from: $0).agent }
        let isAlive = earlier.map { $0 != .current && $0.isAlive } ?? false
        guard locked, !isAlive else {
            let who = earlier.map { " (process \($0.pid))" } ?? ""
            throw GantryError(
                .conflict, "an agent of this instance is running already\(who)",
                hint: "end it first; its report is \(files.report)")
        }
    }
}

/// Tells notices in an agent's log from the words with which an agent ended.
package enum AgentNotice {
    package static let prefix = "gantry-agent: notice: "
}
