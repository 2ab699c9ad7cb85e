import GantryBase
import Synchronization

/// Wakes those who follow the logs.
final class AppendSignal: Sendable {
    private struct State {
        var position: UInt64
        var isClosed = false
        var nextWaiter = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }
    private let state: Mutex<State>

    init(position: UInt64) { state = Mutex(State(position: position)) }

    func raise(to position: UInt64) {
        wake { $0.position = max($0.position, position) }
    }

    func close() { wake { $0.isClosed = true } }

    /// Returns when the position is above this one, the store is closed, or the task is cancelled.
    func wait(above position: UInt64) async throws {
        let number = state.withLock { state in
            defer { state.nextWaiter += 1 }
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    if state.position > position || state.isClosed || Task.isCancelled { return true }
                    state.waiters[number] = continuation
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
        try Task.checkCancellation()
        if state.withLock({ $0.isClosed }) {
            throw GantryError(.unavailable, "the telemetry store is closed")
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiters = state.withLock { state in
            change(&state)
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume() }
    }
}
