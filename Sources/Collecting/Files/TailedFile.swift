import GantryBase
import Glibc

/// One open file of a tail: where it is read, and how far its lines are acknowledged.
struct TailedFile {
    let number: Int
    let device: Int64
    let inode: Int64
    var path: String
    /// -1 once it is let go and only waits for its acknowledgement.
    var file: Int32
    /// The start of the first line that was not given out.
    var offset: Int
    /// The bytes before `offset`, as many as a mark compares.
    var tail: [UInt8] = []
    var cutting = false
    var generation = 0
    /// What is saved: the acknowledged place.
    var saved: FileMark
    var savedCutting = false

    /// As of the last look.
    var size = 0
    var modified = timespec()
    /// When it last grew.
    var grown: Timestamp
    /// Nothing but the start of a line lies behind `offset`, and the file had this size.
    var waitingAt: Int?
    /// Its name is gone or belongs to another file.
    var isHeld = false

    var unread: Int { max(0, size - offset) }
    /// Whether all that was read is acknowledged.
    var isSettled: Bool { saved.offset >= offset }
    var identity: FileIdentity { FileIdentity(device: device, inode: inode) }

    var token: FileTailToken {
        FileTailToken(
            file: number, generation: generation, offset: offset, tailHash: FileMark.hash(tail),
            cutting: cutting)
    }

    var position: FilePosition {
        FilePosition(device: device, inode: inode, path: path, mark: saved, cutting: savedCutting)
    }

    init(number: Int, path: String, file: Int32, status: stat, resume: FilePosition?, now: Timestamp) {
        self.number = number
        self.path = path
        self.file = file
        let identity = FileIdentity(status)
        (device, inode) = (identity.device, identity.inode)
        saved = resume?.mark ?? FileMark()
        offset = saved.offset
        cutting = resume?.cutting ?? false
        savedCutting = cutting
        grown = now
        tail = [UInt8](repeating: 0, count: min(offset, FileMark.tailLimit))
        if DiskFile.read(file, into: &tail, at: offset - tail.count) != tail.count { tail = [] }
        growHead()
    }

    /// Takes more of the file's first bytes into its mark, until that is full; whether there were more.
    @discardableResult mutating func growHead() -> Bool {
        guard file >= 0, saved.headBytes < FileMark.headLimit else { return false }
        var head = [UInt8](repeating: 0, count: FileMark.headLimit)
        let got = DiskFile.read(file, into: &head, at: 0)
        guard got > saved.headBytes else { return false }
        saved.headBytes = got
        saved.headHash = FileMark.hash(head[..<got])
        return true
    }

    /// Begins anew after the file was cut off.
    mutating func restart() {
        offset = 0
        tail = []
        cutting = false
        savedCutting = false
        generation += 1
        saved = FileMark()
        waitingAt = nil
    }

    mutating func acknowledge(_ token: FileTailToken) {
        guard token.generation == generation, token.offset > saved.offset else { return }
        saved.offset = token.offset
        saved.tailHash = token.tailHash
        savedCutting = token.cutting
    }

    mutating func close() {
        if file >= 0 { Glibc.close(file) }
        file = -1
    }
}

/// Which file it is on this machine, as long as it exists.
struct FileIdentity: Hashable, Sendable {
    var device: Int64
    var inode: Int64

    init(device: Int64, inode: Int64) { (self.device, self.inode) = (device, inode) }

    init(_ status: stat) {
        device = Int64(truncatingIfNeeded: status.st_dev)
        inode = Int64(truncatingIfNeeded: status.st_ino)
    }
}
