import GantryBase
import Glibc

/// The few calls on files that the parts of collection share.
enum DiskFile {
    /// Reads until the buffer is full or the file ends; the number of bytes, or -1 with `errno`.
    static func read(_ file: Int32, into bytes: inout [UInt8], at offset: Int) -> Int {
        bytes.withUnsafeMutableBytes { read(file, $0, at: offset) }
    }

    static func read(_ file: Int32, _ buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        var done = 0
        while done < buffer.count {
            let got = pread(file, base + done, buffer.count - done, offset + done)
            if got < 0 && errno == EINTR { continue }
            if got < 0 { return -1 }
            if got == 0 { break }
            done += got
        }
        return done
    }

    /// Writes all bytes; 0 or the error number.
    static func write(_ file: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int32 {
        guard let base = bytes.baseAddress else { return 0 }
        var done = 0
        while done < bytes.count {
            let put = pwrite(file, base + done, bytes.count - done, offset + done)
            if put < 0 && errno == EINTR { continue }
            if put < 0 { return errno }
            done += put
        }
        return 0
    }

    /// Makes a new or removed name in a folder survive a loss of power; 0 or the error number.
    @discardableResult static func syncFolder(_ path: String) -> Int32 {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return errno }
        defer { close(folder) }
        return fsync(folder) == 0 ? 0 : errno
    }

    /// Replaces a file in one step with 0600, so that a reader sees the old or the new one; 0 or the error number.
    static func replace(_ path: String, with bytes: [UInt8]) -> Int32 {
        let partial = path + ".partial"
        let file = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { return errno }
        var failed = bytes.withUnsafeBytes { write(file, $0, at: 0) }
        if failed == 0, fdatasync(file) != 0 { failed = errno }
        close(file)
        if failed == 0, rename(partial, path) != 0 { failed = errno }
        if failed != 0 { unlink(partial) }
        return failed
    }

    /// All bytes of a file of at most `limit`; nil with `errno`.
    static func contents(_ path: String, limit: Int) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: min(Int(status.st_size), limit))
        let got = read(file, into: &bytes, at: 0)
        guard got >= 0 else { return nil }
        bytes.removeLast(bytes.count - got)
        return bytes
    }

    /// The names in a folder without `.` and `..`, sorted; nil with `errno`.
    static func names(in path: String) -> [String]? {
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes a folder and those above it that are missing with 0700; 0 or the error number.
    static func makeFolder(_ path: String) -> Int32 {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return 0 }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            return errno
        }
        let failed = makeFolder(String(path[..<slash]))
        guard failed == 0 else { return failed }
        return mkdir(path, 0o700) == 0 || errno == EEXIST ? 0 : errno
    }

    /// What a caller of this part sees when the disk says no.
    static func error(_ doing: String, _ path: String, _ number: Int32) -> GantryError {
        let hint: String? =
            switch number {
            case ENOSPC, EDQUOT: "free space on its disk; collection goes on by itself then"
            case EROFS: "mount its disk for writing; collection goes on by itself then"
            case EACCES, EPERM: "give the agent's user the right to it"
            default: nil
            }
        return GantryError(
            .unavailable, "cannot \(doing) \(path): \(String(cString: strerror(number)))", hint: hint)
    }
}
