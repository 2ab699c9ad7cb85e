package import GantryBase
import Glibc

/// Replaces files as a whole: a reader sees the old content or the new, also after a crash of this process.
///
/// Not synced to the disk: after a crash of the machine no process of it runs, so the files mean nothing.
package enum AtomicFile {
    package static func write(_ bytes: [UInt8], to path: String) throws(GantryError) {
        let temporary = "\(path).\(getpid()).tmp"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard file >= 0 else { throw failure("write", temporary) }
        let failed = fchmod(file, 0o644) != 0 || !bytes.withUnsafeBytes { writeAll(file, $0) }
        let code = errno
        close(file)
        if failed || rename(temporary, path) != 0 {
            if failed { errno = code }
            let error = failure("write", path)
            unlink(temporary)
            throw error
        }
    }

    /// Removes a file; one that is not there is no error.
    package static func remove(_ path: String) throws(GantryError) {
        if unlink(path) != 0, errno != ENOENT { throw failure("remove", path) }
    }

    static func failure(_ verb: String, _ path: String) -> GantryError {
        GantryError(
            .unavailable, "cannot \(verb) \(path): \(String(cString: strerror(errno)))",
            hint: "check that the folder exists, may be written to and has room")
    }
}
