import Synchronization

/// What one reconcile loop has done since it began.
package struct LoopFigures: Sendable {
    package var title: String
    package var succeeded: Int
    package var failed: Int
    /// Spent reconciling, by all workers together.
    package var seconds: Double
    /// Names that wait for a worker now.
    package var waiting: Int
}

/// Counts what a loop does; shared by its workers.
final class LoopStatistics: Sendable {
    private struct State {
        var succeeded = 0
        var failed = 0
        var seconds = 0.0
        var queue: WorkQueue?
    }
    private let state = Mutex(State())

    func begin(_ queue: WorkQueue) { state.withLock { $0.queue = queue } }

    func note(_ start: ContinuousClock.Instant, failed: Bool) {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        state.withLock { state in
            state.seconds += seconds
            if failed { state.failed += 1 } else { state.succeeded += 1 }
        }
    }

    func figures(_ title: String) async -> LoopFigures {
        let state = state.withLock { $0 }
        return LoopFigures(
            title: title, succeeded: state.succeeded, failed: state.failed, seconds: state.seconds,
            waiting: await state.queue?.depth ?? 0)
    }
}
