import GantryBase
import Model
import Synchronization
import Wire

/// The thread that takes signals in: requests of SDKs and lines of files become records of the spools, and each round of
/// them is put on disk with one flush of each spool, before anything is answered or acknowledged.
final class Intake: Sendable {
    enum Phase: Int, Sendable {
        case running
        /// Takes what is there to its end, then ends.
        case finishing
        /// Ends at once.
        case ended
    }

    let bell: Bell
    let queue: RequestQueue
    private let state: Mutex<IntakeState>
    private let phase = Mutex((phase: Phase.running, deadline: ContinuousClock.Instant?.none))

    init(_ state: sending IntakeState, queue: RequestQueue, bell: Bell) {
        (self.queue, self.bell) = (queue, bell)
        self.state = Mutex(state)
    }

    /// Blocks until it is told to end.
    func run() {
        while true {
            let (phase, deadline) = self.phase.withLock { $0 }
            if phase == .ended { break }
            let isLate = deadline.map { ContinuousClock.now >= $0 } ?? false
            let pause = state.withLock { $0.round(queue, isFinishing: phase == .finishing) }
            if phase == .finishing, isLate || pause == nil { break }
            if let pause, pause > .zero { bell.wait(milliseconds: pause.milliseconds) }
        }
        queue.close()
        for request in queue.take(.max) {
            request.answer(
                .refused(503, "the agent ends", request.encoding, retryAfter: IntakeState.spoolRetrySeconds))
        }
    }

    /// After `run` has ended in an orderly way: writes the places in files.
    func close() { state.withLock { $0.savePositions() } }

    func finish(by deadline: ContinuousClock.Instant) {
        phase.withLock { if $0.phase == .running { $0 = (.finishing, deadline) } }
        bell.ring()
    }

    func end() {
        phase.withLock { $0.phase = .ended }
        bell.ring()
    }
}

/// What the thread of `Intake` owns.
struct IntakeState {
    let name: InstanceName
    let peers: [String: ServiceName]
    let limits: CollectorLimits
    let time: TimeSource
    let calls: SharedSpool
    let bulk: SharedSpool
    let notices: Notices
    let tally: Tally

    var masking = SignalMasking()
    var counter: CallCounter
    var bodies: TokenBucket
    var lines: LineIntake

    /// Seconds after which an SDK may try again when a spool takes nothing.
    static let spoolRetrySeconds = 5
    /// Requests of one round: their answers wait for its flush.
    private static let requestsOfRound = 64

    init(
        _ name: InstanceName, plan: SignalPlan, lines: LineIntake, limits: CollectorLimits, time: TimeSource,
        calls: SharedSpool, bulk: SharedSpool, notices: Notices, tally: Tally
    ) {
        (self.name, peers, self.limits, self.time) = (name, plan.peers, limits, time)
        (self.calls, self.bulk, self.notices, self.tally) = (calls, bulk, notices, tally)
        self.lines = lines
        counter = CallCounter(counter: "agent/" + name.path, epoch: time.now())
        bodies = TokenBucket(perSecond: limits.bodyBytesPerSecond, now: .now)
    }

    /// Takes what is there now, a bounded part.
    ///
    /// - Parameter isFinishing: whether lines without an end are taken too, since none follows.
    /// - Returns: how long the next round may wait unless somebody rings; nil when nothing is left.
    mutating func round(_ queue: RequestQueue, isFinishing: Bool) -> Period? {
        let requests = queue.take(Self.requestsOfRound)
        var answers = requests.map { take($0) }
        lines.read(isFinishing: isFinishing, &masking, tally)
        lines.append(notices.take())
        let isStored = lines.store(in: bulk, notices)
        if let failed = flush(!requests.isEmpty || isStored) {
            answers = zip(requests, answers).map { request, answer in
                answer.status != 200
                    ? answer
                    : .refused(503, failed.message, request.encoding, retryAfter: Self.spoolRetrySeconds)
            }
        } else {
            lines.acknowledge(tally)
        }
        for (request, answer) in zip(requests, answers) {
            tally.add { $0.answers[answer.status, default: 0] += 1 }
            request.answer(answer)
        }
        let masked = masking.counts.total
        tally.add { $0.masked = masked }
        if requests.count == Self.requestsOfRound { return .zero }
        return lines.pause(isFinishing: isFinishing, notices)
    }

    /// Spans before their calls: a service that must send again because the agent died in between has had nothing counted.
    private func flush(_ isNeeded: Bool) -> GantryError? {
        guard isNeeded else { return nil }
        do throws(GantryError) {
            try bulk.sync()
            try calls.sync()
            return nil
        } catch {
            notices.say(error)
            // Closed is the only other failure, and then there is nothing to take back.
            try? calls.with { $0.discardPending() }
            return error
        }
    }

    mutating func savePositions() { lines.savePositions(notices) }
}
