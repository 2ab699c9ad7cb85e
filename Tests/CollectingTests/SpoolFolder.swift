import Glibc
import Testing

@testable import Collecting

/// A folder for one test, removed with all that is in it.
final class SpoolFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/gantry-collecting-XXXXXX".utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
    }

    deinit { Self.remove(path) }

    static func remove(_ path: String) {
        for name in DiskFile.names(in: path) ?? [] {
            if unlink(path + "/" + name) != 0 { remove(path + "/" + name) }
        }
        rmdir(path)
    }

    /// What a process that died at this moment leaves behind.
    func copy() throws -> SpoolFolder {
        let other = try SpoolFolder()
        for name in try #require(DiskFile.names(in: path)) {
            let bytes = try #require(DiskFile.contents(path + "/" + name, limit: 1 << 30))
            try other.write(name, bytes)
        }
        return other
    }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        let file = open(path + "/" + name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        try #require(file >= 0)
        defer { close(file) }
        try #require(bytes.withUnsafeBytes { DiskFile.write(file, $0, at: 0) } == 0)
    }

    func read(_ name: String) throws -> [UInt8] {
        try #require(DiskFile.contents(path + "/" + name, limit: 1 << 30))
    }

    func mode(_ name: String) -> UInt32 {
        var status = stat()
        return lstat(path + "/" + name, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    /// The segment files, oldest first.
    var segments: [String] {
        (DiskFile.names(in: path) ?? []).filter { $0.hasSuffix(Spool.segmentEnding) }
    }
}

/// A payload that tells its number, so that a wrong one shows.
func spoolPayload(_ number: Int, size: Int = 20) -> [UInt8] {
    Array("record \(number) ".utf8) + [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: size)
}

extension Spool {
    /// All that can be read now.
    func drain() throws -> [SpoolRecord] {
        var all: [SpoolRecord] = []
        while true {
            let some = try next(maxBytes: 1000)
            if some.isEmpty { return all }
            all += some
        }
    }
}
