import GantryBase
import Model
import Synchronization
import Telemetry

/// Group append: what comes while the store is writing shares the next append, and each sender is answered when its own
/// records are on disk. Calls go first; then each service's oldest body, each one's second, and so on, so that one that
/// sends much waits for itself alone.
final class WriteQueue: Sendable {
    private struct Waiting {
        var batch: TelemetryBatch
        var bytes: Int
        var service: ServiceName
        var done: CheckedContinuation<Void, any Error>

        var isCalls: Bool { batch.spans.isEmpty && batch.logs.isEmpty && batch.points.isEmpty }
    }
    private struct State {
        var waiting: [Waiting] = []
        var bytes = 0
        var bytesOfService: [ServiceName: Int] = [:]
        var isWriting = false
    }
    private let store: any TelemetryStore
    private let limits: GatewayLimits
    private let state = Mutex(State())

    init(store: any TelemetryStore, limits: GatewayLimits) { (self.store, self.limits) = (store, limits) }

    /// Bytes of bodies that wait.
    var bytes: Int { state.withLock { $0.bytes } }

    /// Returns when the batch is kept. Throws `.limit` when too much waits, and what the store throws.
    func append(_ batch: TelemetryBatch, bytes: Int, of source: SignalSource) async throws {
        try await withCheckedThrowingContinuation { continuation in
            let item = Waiting(batch: batch, bytes: bytes, service: source.service, done: continuation)
            let outcome: (isFull: Bool, starts: Bool) = state.withLock { state in
                if isFull(state, item) { return (true, false) }
                state.waiting.append(item)
                state.bytes += bytes
                state.bytesOfService[item.service, default: 0] += bytes
                defer { state.isWriting = true }
                return (false, !state.isWriting)
            }
            if outcome.isFull {
                continuation.resume(
                    throwing: GantryError(
                        .limit,
                        "the gateway holds \(limits.waitingBytes >> 20) MiB, or \(limits.waitingBytesOfService >> 20)"
                            + " MiB of \(source.service), that wait for the telemetry store",
                        hint: "send again after \(limits.retryAfter)"))
            }
            // Safe: ends when nothing waits any more; every sender is answered by it.
            if outcome.starts { Task { await self.drain() } }
        }
    }

    private func isFull(_ state: State, _ item: Waiting) -> Bool {
        // Alerts depend on calls, and an agent bounds them: they may have as much room again.
        if item.isCalls { return state.bytes + item.bytes > limits.waitingBytes * 2 }
        // A single body is always taken: it is bounded by itself.
        let own = state.bytesOfService[item.service] ?? 0
        return state.bytes > 0 && state.bytes + item.bytes > limits.waitingBytes
            || own > 0 && own + item.bytes > limits.waitingBytesOfService
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
        state.withLock { state in
            for item in group {
                state.bytes -= item.bytes
                let rest = (state.bytesOfService[item.service] ?? 0) - item.bytes
                state.bytesOfService[item.service] = rest > 0 ? rest : nil
            }
        }
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
            var bytes = 0
            let chosen = Self.order(state.waiting).prefix(limits.bodiesOfAppend).prefix { at in
                // The first always goes.
                defer { bytes += state.waiting[at].bytes }
                return bytes == 0 || bytes + state.waiting[at].bytes <= limits.bytesOfAppend
            }
            let group = chosen.map { state.waiting[$0] }
            let isChosen = Set(chosen)
            state.waiting = state.waiting.indices.filter { !isChosen.contains($0) }.map { state.waiting[$0] }
            return group
        }
    }

    /// Who goes first among those that wait.
    private static func order(_ waiting: [Waiting]) -> [Int] {
        var counts: [ServiceName: Int] = [:]
        let turns = waiting.map { item in
            if item.isCalls { return 0 }
            counts[item.service, default: 0] += 1
            return counts[item.service] ?? 0
        }
        return waiting.indices.sorted { (turns[$0], $0) < (turns[$1], $1) }
    }
}
