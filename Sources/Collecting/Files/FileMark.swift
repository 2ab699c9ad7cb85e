/// What a place in a file looked like, as hashes: enough to tell whether it is still that file and that place, and
/// nothing of what the lines said.
struct FileMark: Sendable, Hashable, Codable {
    /// The first bytes of the file: as many as there were, up to `headLimit`.
    var headBytes = 0
    var headHash = ""
    /// The place, and the bytes before it, up to `tailLimit`.
    var offset = 0
    var tailHash = ""

    static let headLimit = 256
    static let tailLimit = 32

    /// Fowler, Noll and Vo's 64-bit hash (FNV-1a), in hexadecimal; nobody gains by a collision here.
    static func hash(_ bytes: some Sequence<UInt8>) -> String {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(value, radix: 16)
    }

    enum Verdict: Hashable {
        /// The same file, grown or not: go on at `offset`.
        case same
        /// The same beginning, but the place is gone: cut off and written anew.
        case truncated
        /// Another file.
        case other
    }

    /// Lines of equal length often end in the same 32 bytes; their first bytes hold the time.
    func headFits(_ file: Int32) -> Bool {
        if headBytes == 0 { return true }
        var head = [UInt8](repeating: 0, count: headBytes)
        return DiskFile.read(file, into: &head, at: 0) == headBytes && Self.hash(head) == headHash
    }

    /// Compares with the open file. An empty mark fits every file.
    func verdict(on file: Int32) -> Verdict {
        var head = [UInt8](repeating: 0, count: headBytes)
        guard DiskFile.read(file, into: &head, at: 0) == headBytes,
            Self.hash(head) == headHash || headBytes == 0
        else { return .other }
        let count = min(offset, Self.tailLimit)
        var tail = [UInt8](repeating: 0, count: count)
        guard DiskFile.read(file, into: &tail, at: offset - count) == count,
            count == 0 || Self.hash(tail) == tailHash
        else { return .truncated }
        return .same
    }
}

/// A file that was read, and how far its lines are acknowledged.
struct FilePosition: Sendable, Hashable, Codable {
    var device: Int64
    var inode: Int64
    /// The last known name; for people, and to find a file that was renamed while nobody looked.
    var path: String
    var mark: FileMark
    /// Whether the place lies within a line that was too long and whose rest is to be dropped.
    var cutting: Bool
}

struct FilePositions: Sendable, Hashable, Codable {
    var version = 1
    var files: [FilePosition] = []
    /// Bytes of the file of positions: 1,000 files need 300 KB.
    static let limit = 16 << 20
}
