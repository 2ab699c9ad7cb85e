package import Model
import Synchronization
package import Telemetry

/// Hands call windows to whoever watches calls as they come, before anything is stored.
package final class CallFeed: Sendable {
    /// One reader's stream.
    package struct Subscription: Sendable {
        package let windows: AsyncStream<SourcedRecords<CallWindow>>
    }

    private struct State {
        var next = 0
        var readers: [Int: AsyncStream<SourcedRecords<CallWindow>>.Continuation] = [:]
        var dropped = 0
    }
    private let state = Mutex(State())
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Windows that slow readers lost, in all.
    package var dropped: Int { state.withLock { $0.dropped } }

    /// Begins to listen; ends when the stream is dropped. A reader that lags loses the oldest windows.
    package func subscribe() -> Subscription {
        let (stream, continuation) = AsyncStream.makeStream(
            of: SourcedRecords<CallWindow>.self, bufferingPolicy: .bufferingNewest(limit))
        let number = state.withLock { state in
            state.next += 1
            state.readers[state.next] = continuation
            return state.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.readers.removeValue(forKey: number) }
        }
        return Subscription(windows: stream)
    }

    func publish(_ windows: SourcedRecords<CallWindow>) {
        guard !windows.records.isEmpty else { return }
        let readers = state.withLock { Array($0.readers.values) }
        for reader in readers {
            if case .dropped = reader.yield(windows) { state.withLock { $0.dropped += 1 } }
        }
    }
}
