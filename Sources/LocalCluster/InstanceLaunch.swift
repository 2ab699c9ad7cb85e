import GantryBase
import Glibc
import Model
import Supervision

/// Lays out the folder of an instance and starts its agent; nothing is left when that fails, but the folder.
struct InstanceLaunch: Sendable {
    let folder: InstanceFolder
    let record: InstanceRecord
    let agent: String
    /// Given to the agent in its environment, and written nowhere.
    let secrets: [String: String]
    let token: String?

    /// Blocks for some milliseconds.
    func start() throws(GantryError) -> RunningProcess {
        let user = record.plan.user
        guard mkdir(folder.path, 0o700) == 0 else { throw systemError("cannot make \(folder.path)") }
        // The business's programs may pass to their own folder below, and see nothing else of this one.
        try makeFolder(folder.path, mode: user == nil ? 0o700 : 0o710, group: user?.gid)
        guard mkdir(folder.home, 0o700) == 0 else { throw systemError("cannot make \(folder.home)") }
        if let user, lchown(folder.home, user.uid, user.gid) != 0 {
            throw systemError("cannot give \(folder.home) to its user")
        }
        if record.plan.signals != nil { try makeFolder(folder.signals, mode: 0o700) }
        guard let lock = try HeldLock(taking: folder.lock) else {
            throw GantryError(.conflict, "an agent of \(record.name) runs already")
        }
        try StoredFile.make(folder.record, record)
        try StoredFile.make(folder.plan, record.plan)
        let log = try AgentLog.open(folder.agentLog)
        defer { close(log) }
        var request = ProcessRequest(
            command: [agent, "run", folder.plan], directory: "/",
            environment: PlanMaking.agentEnvironment(secrets, token: token))
        request.newSession = true
        request.input = .descriptor(lock.descriptor)
        request.output = .descriptor(log)
        request.error = .sameAsOutput
        return try ProcessTable.shared.spawn(request)
    }
}
