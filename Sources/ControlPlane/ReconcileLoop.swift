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
    /// The names to look at after a change.
    func names(concernedBy event: StateEvent) async throws -> [String]
    /// All names that may need work; asked at the start and then every `ReconcileLoop.resync`.
    func allNames() async throws -> [String]
    /// Returns when to look again even if nothing changes; nil for never.
    func reconcile(_ name: String) async throws -> Period?
    /// Names from outside State, such as a cluster's hints.
    func hints() -> AsyncStream<String>
}

/// Runs a reconciler: feeds it names from changes, hints and timers, several at a time.
struct ReconcileLoop {
    /// Work on different names that may go on at once.
    static let workers = 8
    /// A look at everything even when nothing was heard, in case a hint was lost.
    static let resync = Period.minutes(1)
    /// Waits after an error double from the first to the last of these.
    static let firstRetry = Period.milliseconds(200)
    static let lastRetry = Period.seconds(30)

    let reconciler: any Reconciler
    let store: any StateStore
    let logger: Logger

    /// Ends when the task is cancelled.
    func run() async {
        let queue = WorkQueue()
        let (alarms, alarm) = AsyncStream<Alarm>.makeStream()
        await withDiscardingTaskGroup { group in
            group.addTask { await followChanges(into: queue) }
            group.addTask { await resync(into: queue) }
            group.addTask {
                for await name in reconciler.hints() { await queue.add(name) }
            }
            for _ in 0..<Self.workers { group.addTask { await work(queue, alarm: alarm) } }
            await withTaskCancellationHandler {
                for await alarm in alarms {
                    group.addTask {
                        try? await Task.sleep(for: alarm.after.duration)
                        await queue.ring(alarm.name, alarm.number)
                    }
                }
            } onCancel: {
                alarm.finish()
            }
            group.cancelAll()
            await queue.close()
        }
    }

    private struct Alarm: Sendable {
        var name: String
        var number: Int
        var after: Period
    }

    private func resync(into queue: WorkQueue) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.resync.duration)
            for name in (try? await reconciler.allNames()) ?? [] { await queue.add(name) }
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
                try? await Task.sleep(for: Self.firstRetry.duration)
            }
        }
    }

    private func work(_ queue: WorkQueue, alarm: AsyncStream<Alarm>.Continuation) async {
        var failures: [String: Int] = [:]
        while let name = await queue.take() {
            var again: Period?
            do {
                again = try await reconciler.reconcile(name)
                failures[name] = nil
            } catch {
                let count = failures[name, default: 0]
                failures[name] = count + 1
                again = min(Self.firstRetry * (1 << min(count, 10)), Self.lastRetry)
                report(error, about: name)
            }
            if let again {
                alarm.yield(Alarm(name: name, number: await queue.setAlarm(name), after: again))
            }
            await queue.done(name)
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
