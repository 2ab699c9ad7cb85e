/// Names of objects that wait to be looked at, each at most once.
///
/// A name that is added while it is being worked on is given out again afterwards, so that no change is missed and no
/// name is worked on twice at a time. Bounded by the number of objects.
actor WorkQueue {
    private var waiting: [String] = []
    private var queued: Set<String> = []
    private var inWork: Set<String> = []
    private var again: Set<String> = []
    private var takers: [CheckedContinuation<String?, Never>] = []
    private var closed = false
    private var alarms: [String: Int] = [:]
    private var lastAlarm = 0

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

    /// Waits for a name; nil once the queue is closed. Whoever takes one must call `done` with it.
    func take() async -> String? {
        if closed { return nil }
        if !waiting.isEmpty {
            let name = waiting.removeFirst()
            queued.remove(name)
            inWork.insert(name)
            return name
        }
        return await withCheckedContinuation { takers.append($0) }
    }

    func done(_ name: String) {
        inWork.remove(name)
        if again.remove(name) != nil { add(name) }
    }

    /// Makes the name's one alarm, in place of an earlier one; `ring` with an older number does nothing. Without this
    /// each change of an object would start one more chain of timers for it.
    func setAlarm(_ name: String) -> Int {
        lastAlarm += 1
        alarms[name] = lastAlarm
        return lastAlarm
    }

    func ring(_ name: String, _ alarm: Int) {
        guard alarms[name] == alarm else { return }
        alarms[name] = nil
        add(name)
    }

    func close() {
        closed = true
        takers.forEach { $0.resume(returning: nil) }
        takers = []
    }
}
