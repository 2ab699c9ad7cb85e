package import Artifacts
package import Clusters
package import GantryBase
package import Model
package import Supervision

/// The cluster of kind `local`: workloads as processes of this machine.
///
/// Each instance is an agent of its own with the program under it, and each region has a proxy; all of them outlive this
/// process and are adopted by the next. What is wanted is never stored here: until a workload has been applied again
/// after a start, its instances and routes are left exactly as they are.
///
/// Files and folders are in `ClusterFolders`; the rules of replacing are `ReplicaPlanner`'s. This actor holds the state
/// and carries the planner's actions out, one step at a time for each workload. Only the owner of the data directory may
/// open it; two clusters on one directory would fight.
package actor LocalCluster: ClusterDriver {
    /// How often workloads that are not as wanted are planned again though nothing was heard.
    static let tick = Period.seconds(2)
    /// Instances that are in their first moments at once: more of them only make each other slow.
    static let simultaneousStarts = 8
    /// After this long a start no longer keeps others from starting: a program that hangs harms only itself.
    static let startTurn: Duration = .seconds(10)
    /// An agent that has not ended this long after its own grace period is killed.
    static let stopMargin = Period.seconds(5)
    /// Ended instances of a workload whose output is kept.
    static let keptEnded = 3
    /// Ended instances that wait for somebody to ask about the workload.
    static let unseenEnded = 20

    let folders: ClusterFolders
    let agent: String
    let apps: AppFolders
    let users: BusinessUsers
    let ports: PortBook
    let reports: ReportWatch
    let time: TimeSource
    let random: RandomSource
    let boot = Machine.bootID()
    let keepsLimits: Bool
    /// Nil where nobody takes signals in.
    let signals: SignalHome?
    let said: [String]
    nonisolated let feed = ChangeFeed()

    var workloads: [WorkloadName: LocalWorkload] = [:]
    /// By id.
    var instances: [String: LocalInstance] = [:]
    var regions: [RegionName: LocalRegion] = [:]
    /// Builds that are being unpacked, and who waits for them.
    var preparing: [String: Set<WorkloadName>] = [:]
    /// Workloads that wait for their turn to start instances.
    var queued: Set<WorkloadName> = []
    /// By id: what ended instances have not sent yet.
    var shipments: [String: Shipment] = [:]
    var shipped = ShippingStatistics()
    var background: [Task<Void, Never>] = []
    /// Steps and preparations under way: what they start and write is finished before a shutdown returns.
    var working = 0
    var lastRevision = 0
    var isOpen = true

    private init(
        folders: ClusterFolders, agent: String, artifacts: ArtifactStore, users: BusinessUsers,
        signals: SignalHome?, time: TimeSource, random: RandomSource, range: ClosedRange<Int>
    ) throws(GantryError) {
        (self.folders, self.agent, self.users) = (folders, agent, users)
        (self.time, self.random, self.signals) = (time, random, signals)
        apps = AppFolders(folders: folders, artifacts: artifacts)
        ports = try PortBook(path: folders.ports, range: range, random: random)
        reports = try ReportWatch()
        let support = ControlGroup.available()
        keepsLimits = support.cpu || support.memory || support.processes
        var said = support.missing
        let ephemeral = Machine.ephemeralPorts()
        if range.overlaps(ephemeral) {
            said.append(
                "ports \(range.lowerBound) to \(range.upperBound) overlap those of outgoing connections "
                    + "(net.ipv4.ip_local_port_range): an address may be found taken")
        }
        self.said = said
    }

    /// Opens the cluster and adopts what runs of it.
    ///
    /// - Parameters:
    ///   - directory: the data directory; everything lies in `clusters/NAME` below it. With isolation it is made
    ///     passable for other users (mode 0711): what else lies in it must be closed by its own mode.
    ///   - agent: the program `gantry-agent`, as an absolute path.
    ///   - signals: where signals go; nil leaves them uncollected.
    ///   - portRange: for instances and stable addresses; best below the ports of outgoing connections.
    package static func open(
        name: ClusterName, directory: String, agent: String, artifacts: ArtifactStore, users: BusinessUsers,
        isolation: Isolation, signals: SignalHome? = nil, time: TimeSource = .wall,
        random: RandomSource = .system, portRange: ClosedRange<Int>? = nil
    ) async throws(GantryError) -> LocalCluster {
        try TargetCheck.check([name.text])
        let folders = ClusterFolders(data: directory, cluster: name)
        let cluster = try await blocking { () throws(GantryError) in
            try folders.make(shared: isolation != .none)
            return try LocalCluster(
                folders: folders, agent: agent, artifacts: artifacts, users: users, signals: signals,
                time: time, random: random, range: portRange ?? PortBook.defaultRange)
        }
        try await cluster.adoptAll()
        await cluster.beginBackground()
        return cluster
    }

    /// What the machine does not allow, one sentence each; to be said once.
    package nonisolated func limitations() -> [String] { said }

    /// Known from an earlier life or from `apply`.
    package func workloads() async throws -> [WorkloadName] {
        workloads.filter { !$0.value.isRemoved && ($0.value.target != nil || !$0.value.ids.isEmpty) }
            .map(\.key).sorted()
    }

    package nonisolated func changes() -> AsyncStream<WorkloadName> { feed.listen() }

    private func beginBackground() {
        let changes = reports.changes
        // Safe: both are cancelled and waited for by `shutdown`.
        background.append(
            Task { [weak self] in
                for await change in changes { await self?.take(change) }
            })
        // Safe: as above.
        background.append(
            Task { [weak self, time] in
                while (try? await time.sleep(Self.tick)) != nil { await self?.lookAround() }
            })
    }

    /// Also of a task that was cancelled: what must be waited for is waited for.
    private func pause(_ period: Period) async {
        // Safe: waited for right here.
        await Task { try? await Task.sleep(for: period.duration) }.value
    }

    package func shutdown(stoppingInstances: Bool) async {
        guard isOpen else { return }
        isOpen = false
        endShipments()
        if stoppingInstances {
            for name in Array(workloads.keys) { workloads[name]?.target = nil }
            for id in Array(instances.keys) { stop(id) }
            while !instances.isEmpty || working > 0 { await pause(.milliseconds(20)) }
            await withTaskGroup(of: Void.self) { tasks in
                for region in regions.values { tasks.addTask { await region.proxy.stop() } }
            }
        } else {
            for region in regions.values { await region.proxy.letGo() }
        }
        reports.close()
        for task in background { task.cancel() }
        for instance in instances.values { instance.watching?.cancel() }
        for task in background { await task.value }
        while working > 0 { await pause(.milliseconds(20)) }
        feed.close()
    }
}

/// What is known of one workload.
struct LocalWorkload: Sendable {
    /// Nil until it is applied in this process's life, and after its removal.
    var target: WorkloadTarget?
    var isRemoved = false
    /// Which call of `apply` it comes from, so that one that waited does not undo a later one.
    var revision = 0
    /// Of its instances that have not ended.
    var ids: Set<String> = []
    /// Why the last step could not do what is wanted.
    var problem: String?
    /// One step at a time; another asked for meanwhile follows it.
    var isBusy = false
    var isAskedAgain = false
    /// Ended instances, the oldest first.
    var ended: [EndedInstance] = []
}

struct EndedInstance: Sendable {
    var status: InstanceStatus
    /// Somebody has asked for the state of the workload since its end.
    var isSeen = false
    /// The mark of `isSeen` is on disk.
    var isMarked = false
}

/// What is known of one instance that has not ended, or was lost and not yet let go.
struct LocalInstance: Sendable {
    var record: InstanceRecord
    var folder: InstanceFolder
    var status: InstanceStatus
    var agent: ProcessIdentity?
    /// As last heard of, also when it has ended since.
    var program: ProcessIdentity?
    /// Between two starts no program runs.
    var hasProgram = true
    var began: ContinuousClock.Instant
    /// Its agent is being started just now.
    var isLaunching = false
    /// Why it was stopped by our own doing; stands in the place of what the agent says.
    var note: String?
    /// When it was asked to stop.
    var stopping: ContinuousClock.Instant?
    var watching: Task<Void, Never>?

    var workload: WorkloadName { record.name.workload }
    /// Its first moments, in which it keeps a place among the simultaneous starts.
    func isStarting(_ now: ContinuousClock.Instant) -> Bool {
        status.phase == .starting && now - began < LocalCluster.startTurn
    }
}

struct LocalRegion: Sendable {
    var folder: RegionFolder
    var book: RouteBook
    var written: RoutePlan?
    var isWriting = false
    var proxy: RegionProxyKeeper
    /// What the proxy last reported: addresses that it cannot listen on.
    var failures: [String: String] = [:]
}
