import GitHosting
import Model
import Synchronization

/// Pushes that were let in and whose refs may not have moved yet.
///
/// git moves refs after it has asked us, and the slower of two pushes to one branch then fails with words about a lock.
/// Knowing of the first, the second is told what to do instead.
final class Landings: Sendable {
    /// git moves a ref within milliseconds of our answer; a push that has died in between must not keep out the next.
    static let patience = Duration.seconds(5)

    private struct Branch: Hashable {
        var service: ServiceName
        var ref: String
    }

    private struct Push {
        var old: String
        var new: String
        var until: ContinuousClock.Instant
    }

    private let pushes = Mutex([Branch: Push]())

    /// Notes that the updates are about to land; returns one that somebody else is landing from the same commit
    /// instead, and notes none then.
    func begin(_ updates: [RefUpdate], of service: ServiceName, at now: ContinuousClock.Instant = .now)
        -> RefUpdate?
    {
        pushes.withLock { pushes in
            pushes = pushes.filter { now < $0.value.until }
            let taken = updates.first { update in
                guard let push = pushes[Branch(service: service, ref: update.ref)] else { return false }
                return push.old == update.old && push.new != update.new
            }
            if let taken { return taken }
            for update in updates {
                pushes[Branch(service: service, ref: update.ref)] = Push(
                    old: update.old, new: update.new, until: now + Self.patience)
            }
            return nil
        }
    }

    func end(_ updates: [RefUpdate], of service: ServiceName) {
        pushes.withLock { pushes in
            for update in updates where pushes[Branch(service: service, ref: update.ref)]?.new == update.new {
                pushes[Branch(service: service, ref: update.ref)] = nil
            }
        }
    }

    /// Whether a branch is being pushed to at this moment.
    func isLanding(_ ref: String, of service: ServiceName) -> Bool {
        pushes.withLock {
            $0[Branch(service: service, ref: ref)].map { ContinuousClock.now < $0.until } ?? false
        }
    }
}
