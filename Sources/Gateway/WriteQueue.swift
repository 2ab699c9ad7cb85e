import GantryBase
import Synchronization
import Telemetry

/// Group append: what comes while the store is writing shares the next append, and each sender is answered when its own
/// records are on disk.
final class WriteQueue: Sendable {
    private struct Waiting {
        var batch: TelemetryBatch
        var bytes: Int
        var done: CheckedContinuation<Void, any Error>
    }
    private struct State {
        var waiting: [Waiting] = []
        var bytes = 0
        var isWriting = false
    }
    private let store: any TelemetryStore
    private let limits: GatewayLimits
    private let state = Mutex(State())

    init(store: any TelemetryStore, limits: GatewayLimits) { (self.store, self.limits) = (store, limits) }

    /// Bytes of bodies that wait.
    var bytes: Int { state.withLock { $0.bytes } }

    /// Returns when the batch is kept. Throws `.limit` when too much waits, and what the store throws.
    func append(_ batch: TelemetryBatch, bytes: Int) async throws {
        try await withCheckedThrowingContinuation { continuation in
            let outcome: (isFull: Bool, starts: Bool) = state.withLock { state in
                // A single body is always taken: it is bounded by itself.
                if state.bytes > 0, state.bytes + bytes > limits.waitingBytes { return (true, false) }
                state.waiting.append(Waiting(batch: batch, bytes: bytes, done: continuation))
                state.bytes += bytes
                defer { state.isWriting = true }
                return (false, !state.isWriting)
            }
            if outcome.isFull {
                continuation.resume(
                    throwing: GantryError(
                        .limit,
                        "the gateway holds \(limits.waitingBytes >> 20) MiB that wait for the telemetry store",
                        hint: "send again after \(limits.retryAfter)"))
            }
            // Safe: ends when nothing waits any more; every sender is answered by it.
            if outcome.starts { Task { await self.drain() } }
        }
    }

    private func drain() async {
        while let group = nextGroup() {
            do {
                try await write(group)
            } catch  where group.count > 1 {
                // One batch may be what the store refuses: the others need not suffer.
                for item in group {
                    do { try await write([item]) } catch { finish([item], error) }
                }
            } catch {
                finish(group, error)
            }
        }
    }

    private func write(_ group: [Waiting]) async throws {
        var whole = TelemetryBatch()
        for item in group {
            whole.logs += item.batch.logs
            whole.spans += item.batch.spans
            whole.windows += item.batch.windows
            whole.points += item.batch.points
        }
        try await store.append(whole)
        finish(group, nil)
    }

    private func finish(_ group: [Waiting], _ error: (any Error)?) {
        state.withLock { state in state.bytes -= group.reduce(0) { $0 + $1.bytes } }
        for item in group {
            if let error { item.done.resume(throwing: error) } else { item.done.resume() }
        }
    }

    /// Nil, and the next sender starts a drain of its own, when none waits.
    private func nextGroup() -> [Waiting]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isWriting = false
                return nil
            }
            let group = Array(state.waiting.prefix(limits.bodiesOfAppend))
            state.waiting.removeFirst(group.count)
            return group
        }
    }
}
