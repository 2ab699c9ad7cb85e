import GantryBase
import Glibc
import Supervision

/// A lock on a file that a process holds from its start to its end, however it ends.
///
/// The file is locked before the process starts and given to it as its standard input. So whether it lives is known
/// also in the moments in which the one who started it was killed before it could write down whom it had started.
struct HeldLock: ~Copyable {
    let descriptor: Int32

    /// Nil when a process holds it.
    init?(taking path: String) throws(GantryError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw systemError("cannot open \(path)") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
    }

    deinit { close(descriptor) }

    /// Whether a process holds it. A file that is missing was never held.
    static func isHeld(_ path: String) -> Bool {
        let file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return false }
        defer { close(file) }
        return flock(file, LOCK_EX | LOCK_NB) != 0
    }
}
