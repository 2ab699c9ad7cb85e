import GantryBase
import Glibc
import Synchronization

/// A thread that somebody waits for.
///
/// Threads, not tasks, for what blocks for the disk or the far side: a blocked task would hold one of the few threads
/// that all tasks share.
final class CollectorThread: Sendable {
    private final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    private final class End: Sendable { let hasCome = Atomic(false) }

    private let end = End()
    private let bell = Bell()

    /// - Throws: `unavailable` when the system gives no thread.
    init(_ body: @escaping @Sendable () -> Void) throws(GantryError) {
        let (end, bell) = (end, bell)
        var thread = pthread_t()
        let box = Unmanaged.passRetained(
            Box {
                body()
                end.hasCome.store(true, ordering: .releasing)
                bell.ring()
            })
        let failed = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, box.toOpaque())
        guard failed == 0 else {
            box.release()
            throw GantryError(
                .unavailable, "the system gives the agent no thread: \(String(cString: strerror(failed)))")
        }
        pthread_detach(thread)
    }

    /// Waits for its end, at most until `deadline` (nil: as long as it takes); whether it has come.
    @discardableResult func wait(until deadline: ContinuousClock.Instant?) -> Bool {
        while !end.hasCome.load(ordering: .acquiring) {
            let left = deadline.map { Period.until($0).milliseconds }
            if let left, left <= 0 { return false }
            bell.wait(milliseconds: min(left ?? 1000, 1000))
        }
        return true
    }
}

extension Period {
    /// The time from now to a moment, rounded up; zero when it has passed.
    static func until(_ moment: ContinuousClock.Instant) -> Period {
        let parts = (moment - ContinuousClock.now).components
        let milliseconds =
            parts.seconds * 1000 + (parts.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return .milliseconds(max(0, milliseconds))
    }
}
