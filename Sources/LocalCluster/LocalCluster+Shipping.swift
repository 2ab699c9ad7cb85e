import Clusters
import GantryBase
import Glibc
import Model
import Supervision

/// What an ended instance left, on its way to the gateway.
struct Shipment: Sendable {
    var record: InstanceRecord
    var endedAt: Timestamp
    var tries = 0
    var nextTry = ContinuousClock.now
    /// The agent that sends it just now, and since when.
    var process: RunningProcess?
    var begun: ContinuousClock.Instant?
    /// Nobody asks for the instance any more: its folder goes with the shipment.
    var isForgotten = false
}

/// What became of the signals that ended instances had not sent.
package struct ShippingStatistics: Sendable, Hashable {
    /// Instances of which something waits.
    package var waiting: Int
    package var sent: Int
    /// By a bound of ours: these signals are lost.
    package var givenUp: Int

    package init(waiting: Int = 0, sent: Int = 0, givenUp: Int = 0) {
        (self.waiting, self.sent, self.givenUp) = (waiting, sent, givenUp)
    }
}

// The agent of an instance sends what it collects. What it could not send before its end lies in the instance's folder,
// which is kept until another agent has sent that.
extension LocalCluster {
    /// At once: they are short, and what runs comes first.
    static let simultaneousShipments = 2
    /// Of the first try to the second; doubled each time, up to `longestPause`.
    static let firstPause: Duration = .seconds(2)
    static let longestPause: Duration = .seconds(60)
    /// The agent's own bound is half of this; one that hangs is killed.
    static let shipmentLimit: Duration = .seconds(120)
    /// Long enough for a gateway that is repaired the next morning.
    static let longestUnsent = Period.minutes(24 * 60)
    /// Folders that may wait, each with what the spools of one instance may hold: beyond it the oldest is given up.
    static let mostUnsent = 64

    package func shipping() -> ShippingStatistics {
        var now = shipped
        now.waiting = shipments.count
        return now
    }

    func token(_ record: InstanceRecord) -> String? {
        signals?.token(SignalSource(instance: record.name, release: record.plan.release))
    }

    /// Notes that an instance has ended, whose agent may have left something.
    func leaveSignals(_ id: String, _ record: InstanceRecord, endedAt: Timestamp) {
        guard signals != nil, record.plan.signals != nil, shipments[id] == nil,
            access(folders.instance(id).shipped, F_OK) != 0
        else { return }
        shipments[id] = Shipment(record: record, endedAt: endedAt)
        giveUpSurplus()
        startShipments()
    }

    /// Removes the folder of an ended instance, now or once nothing waits in it.
    func forgetFolder(_ id: String) async {
        guard shipments[id] != nil else {
            return await AppFolders.removeTree(folders.instance(id).path)
        }
        InstanceFolder.mark(folders.instance(id).removed)
        shipments[id]?.isForgotten = true
    }

    func serveShipments() async {
        let now = ContinuousClock.now
        for shipment in shipments.values {
            if let begun = shipment.begun, now - begun > Self.shipmentLimit {
                shipment.process?.signal(SIGKILL)
            }
        }
        for (id, shipment) in shipments where time.now() - shipment.endedAt > Self.longestUnsent {
            giveUp(id, "after \(Self.longestUnsent)")
        }
        startShipments()
    }

    private func startShipments() {
        guard isOpen else { return }
        let now = ContinuousClock.now
        let waiting = shipments.filter { $0.value.begun == nil && $0.value.nextTry <= now }
            .sorted { $0.value.nextTry < $1.value.nextTry }
        let free = Self.simultaneousShipments - shipments.values.count { $0.begun != nil }
        for (id, shipment) in waiting.prefix(max(0, free)) { ship(id, shipment) }
    }

    private func ship(_ id: String, _ shipment: Shipment) {
        shipments[id]?.begun = .now
        let folder = folders.instance(id)
        let (agent, token) = (agent, token(shipment.record))
        working += 1
        // Safe: ends with the process, which `serveShipments` and `endShipments` bound.
        Task {
            var exit: ProcessExit?
            do throws(GantryError) {
                let process = try await blocking { () throws(GantryError) in
                    let log = try AgentLog.open(folder.agentLog)
                    defer { close(log) }
                    var request = ProcessRequest(
                        command: [agent, "ship", folder.plan], directory: "/",
                        environment: PlanMaking.agentEnvironment([:], token: token))
                    request.newSession = true
                    request.output = .descriptor(log)
                    request.error = .sameAsOutput
                    return try ProcessTable.shared.spawn(request)
                }
                shipments[id]?.process = process
                if !isOpen { process.signal(SIGTERM) }
                exit = await process.wait()
            } catch {
                signals?.notice("cannot send the signals of \(shipment.record.name): \(error.message)")
            }
            await shipmentEnded(id, isDone: exit?.exitCode == 0)
            working -= 1
        }
    }

    private func shipmentEnded(_ id: String, isDone: Bool) async {
        guard let shipment = shipments[id] else { return }
        shipments[id]?.process = nil
        shipments[id]?.begun = nil
        if isDone {
            shipped.sent += 1
            await endShipment(id)
        } else {
            shipments[id]?.tries += 1
            let pause = Self.firstPause * (1 << min(shipment.tries, 8))
            shipments[id]?.nextTry = .now + min(pause, Self.longestPause)
        }
        startShipments()
    }

    private func endShipment(_ id: String) async {
        guard let shipment = shipments.removeValue(forKey: id) else { return }
        InstanceFolder.mark(folders.instance(id).shipped)
        if shipment.isForgotten { await AppFolders.removeTree(folders.instance(id).path) }
    }

    private func giveUpSurplus() {
        while shipments.count > Self.mostUnsent,
            let oldest = shipments.filter({ $0.value.begun == nil }).min(by: {
                $0.value.endedAt < $1.value.endedAt
            })
        {
            giveUp(oldest.key, "since \(Self.mostUnsent) others wait")
        }
    }

    private func giveUp(_ id: String, _ why: String) {
        guard let shipment = shipments[id], shipment.begun == nil else { return }
        shipped.givenUp += 1
        signals?.notice("signals of \(shipment.record.name) were given up \(why): the gateway took none")
        shipments[id] = nil
        InstanceFolder.mark(folders.instance(id).shipped)
        guard shipment.isForgotten else { return }
        let path = folders.instance(id).path
        working += 1
        // Safe: removes a folder within the limit of that, and is waited for by `shutdown`.
        Task {
            await AppFolders.removeTree(path)
            working -= 1
        }
    }

    func endShipments() {
        for shipment in shipments.values { shipment.process?.signal(SIGTERM) }
    }
}
