import CGantry
import Glibc
import Model

extension ProcessTable {
    /// Orphans that still start others while they are killed are chased for this long.
    static let orphanPatience: Duration = .seconds(5)

    /// Makes orphaned descendants our children: they are reaped here, and `killOrphans` finds them.
    package static func adoptOrphans() { _ = gantry_adopt_orphans() }

    /// Kills all our children that the table did not start, and their children after them, until none is
    /// left.
    package func killOrphans() async {
        let deadline = ContinuousClock.now + Self.orphanPatience
        while killOrphansOnce() > 0, ContinuousClock.now < deadline {
            // Also when cancelled: what is left must be ended.
            usleep(2000)
        }
    }

    /// One round of `killOrphans`; returns how many there were.
    ///
    /// Under the lock nothing is reaped, so a child's number cannot go to another process before the kill.
    func killOrphansOnce() -> Int {
        withStarted { started in
            let orphans = Self.children().filter { !started.contains($0) }
            for orphan in orphans { kill(orphan, SIGKILL) }
            return orphans.count
        }
    }

    /// Processes whose parent we are, also those that have ended and wait to be reaped.
    private static func children() -> [pid_t] {
        let own = getpid()
        return ProcessIdentity.allNumbers().filter { ProcessIdentity.statFields(of: $0)?.parent == own }
    }
}
