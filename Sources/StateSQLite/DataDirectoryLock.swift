package import GantryBase
import Glibc

/// Keeps a second server from one data directory. The kernel drops the lock when its process dies, however that was.
package final class DataDirectoryLock: Sendable {
    package static let fileName = "lock"
    private let file: Int32

    /// Throws `.conflict` when another process, or this one, holds it, `.unavailable` when the disk refuses.
    package init(directory: String) throws(GantryError) {
        let path = directory + "/" + Self.fileName
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else {
            throw SQLiteFault.refused("the directory \(directory) cannot be made", path: directory, errno)
        }
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw SQLiteFault.refused("the lock \(path) cannot be opened", path: path, errno)
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Self.holder(file)
            close(file)
            throw GantryError(
                .conflict, "the data directory \(directory) is in use by \(holder)",
                hint: "end that server, or choose another data directory")
        }
        // The number is for the message above alone; a full disk must not keep the server from starting.
        let number = Array("\(getpid())\n".utf8)
        if ftruncate(file, 0) == 0 { _ = pwrite(file, number, number.count, 0) }
    }

    deinit { close(file) }

    private static func holder(_ file: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = pread(file, &bytes, bytes.count, 0)
        let digits = bytes.prefix(max(count, 0)).prefix { $0 >= 48 && $0 <= 57 }
        return digits.isEmpty ? "another server" : "process \(String(decoding: digits, as: UTF8.self))"
    }
}
