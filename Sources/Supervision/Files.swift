package import GantryBase
import Glibc

/// Reads a whole file of at most `limit` bytes.
package func readFile(_ path: String, limit: Int) throws(GantryError) -> [UInt8] {
    guard let bytes = readWhole(path, limit: limit + 1) else {
        throw systemError("cannot read \(path)", code: errno == ENOENT ? .notFound : .unavailable)
    }
    guard bytes.count <= limit else {
        throw GantryError(.limit, "\(path) is larger than \(limit) bytes")
    }
    return bytes
}

/// Replaces a file by rename, on disk before it shows: readers see the old content or the new one, also after
/// a crash.
package func replaceFile(_ path: String, with bytes: [UInt8], mode: UInt32 = 0o644) throws(GantryError) {
    let temporary = "\(path).\(getpid()).tmp"
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode_t(mode))
    guard file >= 0 else { throw systemError("cannot write \(temporary)") }
    let written = bytes.withUnsafeBytes { writeAll(file, $0) } && fsync(file) == 0
    let number = errno
    guard close(file) == 0, written, rename(temporary, path) == 0 else {
        let failure = systemError("cannot write \(path)", number: written ? errno : number)
        unlink(temporary)
        throw failure
    }
    syncFolder(of: path)
}

private func syncFolder(of path: String) {
    guard let slash = path.lastIndex(of: "/") else { return }
    let folder = open(slash == path.startIndex ? "/" : String(path[..<slash]), O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
}

/// Writes all bytes; false, with `errno`, when the system takes no more.
func writeAll(_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Bool {
    var rest = bytes
    while let start = rest.baseAddress, !rest.isEmpty {
        let count = write(file, start, rest.count)
        if count < 0 {
            if errno == EINTR { continue }
            return false
        }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    return true
}
