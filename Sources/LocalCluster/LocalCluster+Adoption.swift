import GantryBase
import Glibc
import Model
import Supervision

/// What a folder of an instance tells, read when a cluster is opened.
struct FoundInstance: Sendable {
    var id: String
    var record: InstanceRecord
    var report: InstanceReport?
    /// Its agent holds the lock, so it runs.
    var isAlive: Bool
    var isSeen: Bool
    /// The instance was forgotten but for signals that it left.
    var isRemoved: Bool

    /// Nil when the folder was left half made, and nothing of it runs.
    init?(_ id: String, _ folder: InstanceFolder, boot: String) {
        // Before the report: an agent that ends in between has written its last one.
        let isHeld = HeldLock.isHeld(folder.lock)
        guard let record = StoredFile.read(InstanceRecord.self, folder.record), record.name.id == id else {
            return nil
        }
        (self.id, self.record) = (id, record)
        report = StoredFile.read(InstanceReport.self, folder.report)
        isAlive = isHeld && record.boot == boot
        isSeen = access(folder.seen, F_OK) == 0
        isRemoved = access(folder.removed, F_OK) == 0
    }
}

extension LocalCluster {
    /// Takes over what runs, and learns how the rest ended.
    func adoptAll() async throws(GantryError) {
        let (folders, boot) = (folders, boot)
        let (found, broken) = try await blocking { () throws(GantryError) in
            var found: [FoundInstance] = []
            var broken: [String] = []
            for id in folders.instanceIDs() {
                let folder = folders.instance(id)
                if let instance = FoundInstance(id, folder, boot: boot) {
                    found.append(instance)
                } else if !HeldLock.isHeld(folder.lock) {
                    broken.append(folder.path)
                }
            }
            return (found, broken)
        }
        for path in broken { await AppFolders.removeTree(path) }
        for region in folders.regionNames() { try await adoptRegion(region) }
        for instance in found.sorted(by: { $0.record.createdAt < $1.record.createdAt }) {
            await adopt(instance)
        }
    }

    private func adoptRegion(_ name: RegionName) async throws(GantryError) {
        try await openRegion(name)
        if let region = regions[name], !region.book.isEmpty { await region.proxy.keep() }
    }

    private func adopt(_ found: FoundInstance) async {
        let (id, record) = (found.id, found.record)
        let name = record.name.workload
        if !found.isAlive {
            leaveSignals(id, record, endedAt: found.report?.status.changedAt ?? record.createdAt)
        }
        if !found.isAlive, found.isRemoved { return await forgetFolder(id) }
        if workloads[name] == nil { workloads[name] = LocalWorkload() }
        var status = found.report?.status ?? record.status(.starting, reason: nil, at: record.createdAt)
        status.generation = record.generation
        // Ended as asked, or lost in an earlier life and dealt with then.
        if !found.isAlive, status.phase == .stopped || found.isSeen {
            workloads[name]?.ended.append(
                EndedInstance(status: status, isSeen: found.isSeen, isMarked: found.isSeen))
            return
        }
        let folder = folders.instance(id)
        workloads[name]?.ids.insert(id)
        instances[id] = LocalInstance(
            record: record, folder: folder, status: status, agent: found.isAlive ? found.report?.agent : nil,
            program: found.report?.program, began: .now)
        ports.note(
            record.plan.ports.map(\.port) + [record.plan.signals?.receiverPort].compactMap(\.self), of: id)
        guard found.isAlive else {
            await loseAdopted(id, found)
            return
        }
        if let agent = found.report?.agent { watch(id, agent, nil) }
        reports.add(id, folder)
    }

    private func loseAdopted(_ id: String, _ found: FoundInstance) async {
        let reason =
            found.record.boot == boot
            ? "its agent was killed while the server was away" : "the machine was started anew"
        guard found.record.boot == boot else {
            // Nothing of an earlier boot runs; its numbers may mean other processes by now.
            instances[id]?.status.phase = .lost
            instances[id]?.status.reason = reason
            unlink("\(found.record.plan.files.endpoints)/\(id).json")
            return
        }
        await lose(id, program: found.report?.program, reason: reason)
    }

    /// An agent that ran when it was adopted and had not reported yet: it does so soon, or it has ended.
    func lookForAgent(_ id: String) async {
        guard let instance = instances[id], !instance.isLaunching, instance.status.phase != .lost else {
            return
        }
        if !HeldLock.isHeld(instance.folder.lock) { await agentEnded(id, nil) }
    }
}
