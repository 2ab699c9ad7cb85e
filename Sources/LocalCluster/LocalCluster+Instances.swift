import Clusters
import GantryBase
import Glibc
import Model
import Supervision

// The life of one instance, as far as it is not its agent's matter.
extension LocalCluster {
    static let idLength = 10

    func startOne(_ target: WorkloadTarget, app: String, user: ProcessUser?) async throws(GantryError) {
        let id = freshID()
        let folder = folders.instance(id)
        // The last one is the agent's, for what the program sends to it.
        let numbers = try ports.lend(target.spec.ports.count + (signals == nil ? 0 : 1), to: id)
        let record = record(target, id: id, app: app, user: user, ports: numbers)
        instances[id] = LocalInstance(
            record: record, folder: folder, status: record.status(.starting, reason: nil, at: time.now()),
            began: .now, isLaunching: true)
        workloads[target.name]?.ids.insert(id)
        feed.tell(target.name)
        let launch = InstanceLaunch(
            folder: folder, record: record, agent: agent, secrets: target.secrets, token: token(record))
        do throws(GantryError) {
            let process = try await blocking { () throws(GantryError) in try launch.start() }
            instances[id]?.agent = process.identity
            instances[id]?.isLaunching = false
            reports.add(id, folder)
            watch(id, process.identity, process)
            // Asked to stop while it was being started.
            if instances[id]?.stopping != nil { ProcessWatch.shared.signal(process.identity, SIGTERM) }
        } catch {
            instances[id] = nil
            workloads[target.name]?.ids.remove(id)
            ports.giveBack(id)
            feed.tell(target.name)
            await AppFolders.removeTree(folder.path)
            throw error
        }
    }

    private func record(
        _ target: WorkloadTarget, id: String, app: String, user: ProcessUser?, ports numbers: [Int]
    ) -> InstanceRecord {
        let name = target.name
        var callees: [ServiceName: (port: Int, transport: PortSpec.Transport)] = [:]
        for callee in target.spec.calls {
            guard let port = ports.known(StableUse.first(WorkloadName(callee, name.environment, name.region)))
            else { continue }
            let book = regions[name.region]?.book
            callees[callee] = (port, book?.transport(of: callee, name.environment, port: port) ?? .http)
        }
        let signals = signals.map {
            PlanMaking.Signals(
                gatewayFile: $0.gatewayFile, receiverPort: numbers[target.spec.ports.count])
        }
        let place = PlanMaking.Place(
            id: id, folder: folders.instance(id), app: app, user: user, ports: numbers, callees: callees,
            endpoints: folders.region(name.region).endpoints, keepsLimits: keepsLimits, signals: signals)
        return InstanceRecord(
            generation: target.generation, boot: boot, createdAt: time.now(),
            plan: PlanMaking.plan(target, place))
    }

    private func freshID() -> String {
        while true {
            let id = RandomName.make(length: Self.idLength, from: random)
            if instances[id] == nil, access(folders.instance(id).path, F_OK) != 0 { return id }
        }
    }

    /// Learns of the agent's end.
    func watch(_ id: String, _ agent: ProcessIdentity, _ process: RunningProcess?) {
        // Safe: kept in the instance; ends with the agent, or is cancelled by `shutdown`.
        instances[id]?.watching = Task { [weak self] in
            await ProcessWatch.shared.exited(agent)
            guard !Task.isCancelled else { return }
            // Our own child's end is known a moment later, and then it is reaped.
            let exit = await process?.wait()
            await self?.agentEnded(id, exit)
        }
    }

    /// Takes what an agent has said.
    func take(_ change: ReportWatch.Change) async {
        guard var instance = instances[change.id], instance.status.phase != .lost else { return }
        let report = change.report
        instance.program = report.program ?? instance.program
        instance.hasProgram = report.program != nil
        if instance.agent == nil {
            instance.agent = report.agent
            instances[change.id] = instance
            watch(change.id, report.agent, nil)
            instance.watching = instances[change.id]?.watching
            if instance.stopping != nil { ProcessWatch.shared.signal(report.agent, SIGTERM) }
        }
        let before = instance.status
        var status = report.status
        status.generation = instance.record.generation
        if instance.stopping != nil, status.phase != .stopped, status.phase != .stopping {
            // Decided here and not yet taken up there: it must not count as ready again.
            (status.phase, status.changedAt) = (.stopping, before.changedAt)
        }
        if let note = instance.note { status.reason = note }
        instance.status = status
        instances[change.id] = instance
        guard status != before else { return }
        feed.tell(instance.workload)
        if status.phase != before.phase { await reconcile(instance.workload) }
        if before.phase == .starting, status.phase != .starting { await serveQueued() }
    }

    /// Begins the stop of an instance by its policy; lets go of one that was lost. Asking twice changes nothing.
    func stop(_ id: String) {
        guard let instance = instances[id] else { return }
        if instance.status.phase == .lost { return letGo(id) }
        guard instance.stopping == nil else { return }
        instances[id]?.stopping = .now
        instances[id]?.status.phase = .stopping
        instances[id]?.status.changedAt = time.now()
        instances[id]?.status.reason = nil
        feed.tell(instance.workload)
        if let agent = instance.agent { ProcessWatch.shared.signal(agent, SIGTERM) }
    }

    /// Kills an agent that does not end within its own bounds.
    func hurry(_ id: String, _ instance: LocalInstance, for waited: Duration) {
        guard let agent = instance.agent else { return }
        let patience = instance.record.plan.stop.grace + Self.stopMargin
        if waited > patience.duration { ProcessWatch.shared.signal(agent, SIGKILL) }
    }

    /// The agent is gone: its last report tells whether the instance ended as asked or was lost.
    func agentEnded(_ id: String, _ exit: ProcessExit?) async {
        guard let instance = instances[id], instance.status.phase != .lost else { return }
        let folder = instance.folder
        let report = try? await blocking { () throws(GantryError) in
            StoredFile.read(InstanceReport.self, folder.report)
        }
        reports.remove(id)
        guard instances[id] != nil else { return }
        if let report, report.status.phase == .stopped {
            instances[id]?.status = report.status
            instances[id]?.status.generation = instance.record.generation
        } else {
            let reason = Self.words(for: exit, folder)
            await lose(id, program: report?.program ?? instance.program, reason: reason)
        }
        leaveSignals(id, instance.record, endedAt: time.now())
        if instances[id]?.status.phase == .stopped { letGo(id) }
        feed.tell(instance.workload)
        await reconcile(instance.workload)
        await serveQueued()
    }

    /// Ends what a killed agent left. Traffic goes first, and the place counts as lost at once.
    func lose(_ id: String, program: ProcessIdentity?, reason: String) async {
        guard let instance = instances[id] else { return }
        instances[id]?.status.phase = .lost
        instances[id]?.status.reason = reason
        instances[id]?.status.changedAt = time.now()
        feed.tell(instance.workload)
        let left = instance.record.leftovers(program)
        let endpoint = "\(instance.record.plan.files.endpoints)/\(id).json"
        let isClean = try? await blocking { () throws(GantryError) in
            unlink(endpoint)
            return left.kill()
        }
        await left.endGroup()
        if isClean == false {
            instances[id]?.status.reason = reason + "; some of its processes do not end after KILL"
        }
        // It was to stop anyway: gone is what was asked for, if not in good order.
        if instances[id]?.stopping != nil { instances[id]?.status.phase = .stopped }
    }

    static func words(for exit: ProcessExit?, _ folder: InstanceFolder) -> String {
        var words = "its agent ended without a last report"
        if let code = exit?.exitCode { words = "its agent ended with status \(code)" }
        if let signal = exit?.signal { words = "its agent was killed by signal \(signal)" }
        if let last = AgentLog.lastWords(folder.agentLog) { words += ": \(last)" }
        return words
    }

    /// Counts an instance as ended: only its output is kept, for a while.
    func letGo(_ id: String) {
        guard let instance = instances.removeValue(forKey: id) else { return }
        ports.giveBack(id)
        reports.remove(id)
        workloads[instance.workload]?.ids.remove(id)
        workloads[instance.workload]?.ended.append(EndedInstance(status: instance.status))
        feed.tell(instance.workload)
    }

    /// An instance whose port somebody else took can never start there: it gets others.
    func replaceWithoutPorts() async {
        for (id, instance) in instances
        where instance.status.phase == .crashing && !instance.hasProgram && instance.stopping == nil {
            let taken = instance.record.plan.ports.first { !PortBook.isFree($0.port) }
            guard let taken else { continue }
            stop(id)
            let note = "port \(taken.port) (\(taken.name)) was taken by another process"
            instances[id]?.note = note
            instances[id]?.status.reason = note
            await reconcile(instance.workload)
        }
    }

    /// Keeps the output of the last few ended instances, and the news of an end until somebody has asked.
    func tidyEnded() async {
        for (name, workload) in workloads where !workload.ended.isEmpty {
            let surplus = workload.ended.count - Self.keptEnded
            var removed: [InstanceName] = []
            for (index, ended) in workload.ended.enumerated() {
                let isOld = index < surplus && ended.isSeen || index < workload.ended.count - Self.unseenEnded
                if isOld {
                    removed.append(ended.status.name)
                } else if ended.isSeen, !ended.isMarked {
                    folders.instance(ended.status.name.id).markSeen()
                    if let at = workloads[name]?.ended.firstIndex(where: {
                        $0.status.name == ended.status.name
                    }) {
                        workloads[name]?.ended[at].isMarked = true
                    }
                }
            }
            guard !removed.isEmpty else { continue }
            workloads[name]?.ended.removeAll { removed.contains($0.status.name) }
            for name in removed { await forgetFolder(name.id) }
            await pruneApps(name.service)
        }
    }
}
