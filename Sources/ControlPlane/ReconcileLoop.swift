import GantryBase
import Logging
import State

/// Brings one kind of object from what is observed to what is wanted: observe, plan, act.
///
/// `reconcile` is called for one name at a time, again after every change that concerns it, and again after an error.
/// It keeps nothing between calls that it could not read from State: the process may die at any point.
protocol Reconciler: Sendable {
    /// For the log.
    var title: String { get }
    /// Kinds whose changes concern this reconciler.
    var kinds: Set<String> { get }
    /// How often everything is looked at even when nothing was heard, in case a hint was lost.
    var resync: Period { get }
    /// The names to look at after a change. Cheap, and never fails for one object's sake: every change passes here.
    func names(concernedBy event: StateEvent) async throws -> [String]
    /// All names that may need work; asked at the start and then every `resync`.
    func allNames() async throws -> [String]
    /// Returns when to look again even if nothing changes; nil for never.
    func reconcile(_ name: String) async throws -> Period?
    /// Names from outside State, such as a cluster's hints.
    func hints() -> AsyncStream<String>
}

extension Reconciler {
    var resync: Period { .minutes(1) }
    func hints() -> AsyncStream<String> { AsyncStream { $0.finish() } }
}

/// Runs a reconciler: feeds it names from changes, hints and timers, several at a time.
struct ReconcileLoop {
    /// Work on different names that may go on at once.
    static let workers = 8
    /// Names of a resync are added this many at a time with a rest after each, so that a look at everything never
    /// stands in the way of what has just changed.
    static let resyncBatch = 100
    static let resyncRest = Period.milliseconds(200)
    static let watchRetry = Period.milliseconds(200)

    let reconciler: any Reconciler
    let store: any StateStore
    let logger: Logger
    let statistics = LoopStatistics()

    /// Ends when the task is cancelled, after the work under way.
    func run() async {
        let queue = WorkQueue()
        statistics.begin(queue)
        await withDiscardingTaskGroup { group in
            group.addTask { await followChanges(into: queue) }
            group.addTask { await resync(into: queue) }
            group.addTask {
                for await name in reconciler.hints() { await queue.add(name) }
            }
            for _ in 0..<Self.workers { group.addTask { await work(queue) } }
            for await wake in queue.wakes {
                group.addTask {
                    try? await Task.sleep(until: wake, clock: .continuous)
                    await queue.ring(wake)
                }
            }
            // The stream of wakes ends with the task.
            group.cancelAll()
            await queue.close()
        }
    }

    private func resync(into queue: WorkQueue) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: reconciler.resync.duration)
            let names = (try? await reconciler.allNames()) ?? []
            for start in stride(from: 0, to: names.count, by: Self.resyncBatch) {
                if Task.isCancelled { return }
                for name in names[start..<min(start + Self.resyncBatch, names.count)] {
                    await queue.add(name)
                }
                try? await Task.sleep(for: Self.resyncRest.duration)
            }
        }
    }

    /// Lists, then watches from the version before the list; starts over when the watch breaks.
    private func followChanges(into queue: WorkQueue) async {
        while !Task.isCancelled {
            do {
                let version = try await store.currentVersion()
                for name in try await reconciler.allNames() { await queue.add(name) }
                for try await event in store.watch(kinds: reconciler.kinds, after: version) {
                    for name in try await reconciler.names(concernedBy: event) { await queue.add(name) }
                }
            } catch {
                if Task.isCancelled { return }
                logger.warning(
                    "watch broke", metadata: ["reconciler": "\(reconciler.title)", "error": "\(error)"])
            }
            try? await Task.sleep(for: Self.watchRetry.duration)
        }
    }

    private func work(_ queue: WorkQueue) async {
        while let name = await queue.take() {
            let start = ContinuousClock.now
            do {
                let period = try await reconciler.reconcile(name)
                statistics.note(start, failed: false)
                await queue.done(name, again: period)
            } catch {
                statistics.note(start, failed: true)
                report(error, about: name)
                await queue.failed(name)
            }
        }
    }

    /// Two writers meeting is part of normal work; anything else is worth a line.
    private func report(_ error: any Error, about name: String) {
        if error is CancellationError || (error as? GantryError)?.code == .conflict { return }
        logger.warning(
            "will be tried again",
            metadata: ["reconciler": "\(reconciler.title)", "name": "\(name)", "error": "\(error)"])
    }
}
