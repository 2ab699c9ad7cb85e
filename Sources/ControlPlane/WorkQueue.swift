import GantryBase

/// Names of objects that wait to be looked at, each at most once, and when to look at some of them again.
///
/// A name that is added while it is being worked on is given out again afterwards, so that no change is missed and no
/// name is worked on twice at a time. Bounded by the number of objects.
actor WorkQueue {
    /// Waits after a failure double from the first to the last of these.
    static let firstRetry = Period.milliseconds(200)
    static let lastRetry = Period.seconds(30)
    /// A later alarm goes off then and is set again: a clock that was set, or a machine that slept, makes no object
    /// wait longer than this.
    static let longestAlarm = Period.minutes(1)

    private var waiting: [String] = []
    /// Names of `waiting` before this one have been taken.
    private var head = 0
    private var queued: Set<String> = []
    private var inWork: Set<String> = []
    private var again: Set<String> = []
    private var takers: [CheckedContinuation<String?, Never>] = []
    private var closed = false
    private var failures: [String: Int] = [:]
    private var alarms: [String: ContinuousClock.Instant] = [:]
    /// The alarms in the order of their times.
    private var order: [(at: ContinuousClock.Instant, name: String)] = []
    private var nextWake: ContinuousClock.Instant?
    private let wake: AsyncStream<ContinuousClock.Instant>.Continuation
    /// Times at which to call `ring`; for one reader, ends with `close`.
    nonisolated let wakes: AsyncStream<ContinuousClock.Instant>

    /// Names that wait for a worker.
    var depth: Int { waiting.count - head }

    init() { (wakes, wake) = AsyncStream.makeStream() }

    func add(_ name: String) {
        guard !closed, !queued.contains(name) else { return }
        if inWork.contains(name) {
            again.insert(name)
            return
        }
        if takers.isEmpty {
            queued.insert(name)
            waiting.append(name)
        } else {
            inWork.insert(name)
            takers.removeFirst().resume(returning: name)
        }
    }

    /// Waits for a name; nil once the queue is closed. Whoever takes one must call `done` or `failed` with it.
    func take() async -> String? {
        if closed { return nil }
        guard head < waiting.count else { return await withCheckedContinuation { takers.append($0) } }
        let name = waiting[head]
        head += 1
        if head == waiting.count {
            waiting = []
            head = 0
        }
        queued.remove(name)
        inWork.insert(name)
        return name
    }

    /// The work on a name went well; it is given out again after `period` even if nobody adds it.
    func done(_ name: String, again period: Period?) {
        failures[name] = nil
        if let period { setAlarm(name, after: period) }
        release(name)
    }

    /// The work on a name failed; it is given out again, the later the more often it failed in a row.
    func failed(_ name: String) {
        let count = failures[name, default: 0]
        failures[name] = count + 1
        setAlarm(name, after: min(Self.firstRetry * (1 << min(count, 10)), Self.lastRetry))
        release(name)
    }

    func close() {
        closed = true
        wake.finish()
        takers.forEach { $0.resume(returning: nil) }
        takers = []
    }

    private func release(_ name: String) {
        inWork.remove(name)
        if again.remove(name) != nil { add(name) }
    }
}

// Alarms: one for each name at most, the earliest, so that a burst of changes starts no burst of timers.
extension WorkQueue {
    private func setAlarm(_ name: String, after period: Period) {
        guard !closed else { return }
        let at = ContinuousClock.now + min(period, Self.longestAlarm).duration
        if let known = alarms[name], known <= at { return }
        alarms[name] = at
        // Most are set for later than all others: look from the end.
        let place = order.lastIndex { $0.at <= at }.map { $0 + 1 } ?? 0
        order.insert((at, name), at: place)
        scheduleWake()
    }

    /// Adds the names whose time has come. A wake that an earlier one has taken the place of does nothing.
    func ring(_ wake: ContinuousClock.Instant) {
        guard nextWake == wake else { return }
        nextWake = nil
        let now = ContinuousClock.now
        let due = order.prefix { $0.at <= now }
        order.removeFirst(due.count)
        for alarm in due where alarms[alarm.name] == alarm.at {
            alarms[alarm.name] = nil
            add(alarm.name)
        }
        scheduleWake()
    }

    private func scheduleWake() {
        guard let first = order.first?.at, nextWake.map({ first < $0 }) ?? true else { return }
        nextWake = first
        wake.yield(first)
    }
}
