import Synchronization

/// Wakes watchers when the store has a version that they have not read yet.
final class CommitSignal: Sendable {
    private struct Waiting {
        var version: Int64
        var nextID: UInt64 = 0
        var closed = false
        var continuations: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var polledAt = ContinuousClock.now
    }
    private let state: Mutex<Waiting>

    init(version: Int64) { state = Mutex(Waiting(version: version)) }

    var isClosed: Bool { state.withLock { $0.closed } }

    /// Says that versions up to this one are committed.
    func raise(to version: Int64) {
        wake { state in
            guard version > state.version else { return false }
            state.version = version
            return true
        }
    }

    /// False when it was closed before.
    func close() -> Bool {
        wake { state in
            defer { state.closed = true }
            return !state.closed
        }
    }

    @discardableResult
    private func wake(if change: (inout Waiting) -> Bool) -> Bool {
        let (changed, continuations) = state.withLock { state in
            guard change(&state) else { return (false, [CheckedContinuation<Void, Never>]()) }
            defer { state.continuations = [:] }
            return (true, Array(state.continuations.values))
        }
        for continuation in continuations { continuation.resume() }
        return changed
    }

    /// Returns once a version above `version` is known, the signal is closed, the task is cancelled, or `limit` is
    /// over.
    func wait(above version: Int64, atMost limit: Duration) async {
        await withTaskGroup { group in
            group.addTask { await self.wait(above: version) }
            // Ends early only by cancellation, which is what is wanted then.
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }

    /// True for one caller in each interval: one poll serves all watchers.
    func claimPoll(every interval: Duration) -> Bool {
        state.withLock { state in
            let now = ContinuousClock.now
            guard state.polledAt.duration(to: now) >= interval else { return false }
            state.polledAt = now
            return true
        }
    }

    private func wait(above version: Int64) async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    guard state.version <= version, !state.closed, !Task.isCancelled else { return true }
                    state.continuations[id] = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.continuations.removeValue(forKey: id) }?.resume()
        }
    }
}
