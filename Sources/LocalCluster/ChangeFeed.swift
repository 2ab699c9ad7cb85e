import Model
import Synchronization

/// Tells any number of listeners which workloads to look at again.
final class ChangeFeed: Sendable {
    /// Names that wait for one slow listener. What is beyond is dropped from the front: a name says only that asking is
    /// worth while, and a listener this far behind asks about everything anyway.
    static let pendingLimit = 10_000

    private struct State {
        var lastID = 0
        var listeners: [Int: AsyncStream<WorkloadName>.Continuation] = [:]
        var isClosed = false
    }
    private let state = Mutex(State())

    func listen() -> AsyncStream<WorkloadName> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: WorkloadName.self, bufferingPolicy: .bufferingNewest(Self.pendingLimit))
        let id: Int? = state.withLock { state in
            guard !state.isClosed else { return nil }
            state.lastID += 1
            state.listeners[state.lastID] = continuation
            return state.lastID
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [self] _ in state.withLock { _ = $0.listeners.removeValue(forKey: id) }
        }
        return stream
    }

    func tell(_ name: WorkloadName) {
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield(name) }
    }

    func close() {
        let listeners = state.withLock { state in
            state.isClosed = true
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }
}
