package import GantryBase
import Glibc

extension Spool {
    /// Whether a payload of this size would be taken now without dropping anything.
    package func hasRoom(for payloadBytes: Int) -> Bool {
        let counted = map.active.bytes > 0 && map.acknowledged >= map.end ? 0 : map.bytes
        return counted + pending.count + SpoolHeader.size + payloadBytes <= limits.totalBytes
    }

    /// Takes a record; it survives a crash from the next `sync` on.
    ///
    /// - Parameter events: how many events the payload holds, at least 1; they are counted when it is lost.
    /// - Returns: the id of the record.
    /// - Throws: `limit` when there is no room (policy `block`), `unavailable` when the disk refuses, `invalid` for a
    ///   record that no spool of this size takes. The record is not taken then.
    @discardableResult
    package func append(_ payload: [UInt8], events: UInt32) throws(GantryError) -> UInt64 {
        let size = SpoolHeader.size + payload.count
        guard payload.count <= SpoolLimits.maximumPayloadBytes, size <= limits.totalBytes, events > 0,
            events <= SpoolLimits.maximumEvents
        else {
            throw GantryError(
                .invalid,
                "a record of \(payload.count) bytes and \(events) events does not fit the spool \(directory)",
                hint: "split it; the limit is \(SpoolLimits.maximumPayloadBytes) bytes and at least one event"
            )
        }
        if failure != nil { try sync() }
        try makeRoom(size)
        if pending.count + size > SpoolLimits.pendingBytes
            || map.active.bytes + pending.count + size > limits.segmentBytes
        {
            try sync()
        }
        if map.active.bytes > 0, map.active.bytes + size > limits.segmentBytes { startSegment() }
        let now = time.now().nanoseconds
        if pending.isEmpty { pendingSince = now }
        let id = pendingEnd
        SpoolHeader(id: id, events: events, nanoseconds: now, payload: payload).append(to: &pending)
        pending.append(contentsOf: payload)
        pendingEnd += UInt64(events)
        return id
    }

    /// Puts on disk, with one flush, all that was appended.
    ///
    /// - Throws: `unavailable` when the disk refuses. What waits then stays in memory, and the next call (also the one
    ///   that `append` makes) tries again from where the disk last was: a flush that failed is never taken for done.
    package func sync() throws(GantryError) {
        guard !pending.isEmpty else { return }
        do throws(GantryError) {
            try openActive()
            let failed = pending.withUnsafeBytes { DiskFile.write(activeFile, $0, at: map.active.bytes) }
            if failed != 0 {
                // Half a record is of no use and takes room.
                ftruncate(activeFile, map.active.bytes)
                throw DiskFile.error("write", path(map.active.first), failed)
            }
            guard fdatasync(activeFile) == 0 else {
                throw DiskFile.error("flush", path(map.active.first), errno)
            }
        } catch {
            failure = error
            throw error
        }
        failure = nil
        map.extend(bytes: pending.count, end: pendingEnd)
        pending.removeAll(keepingCapacity: true)
        writeLedger()
    }

    /// Forgets what was appended since the last `sync`, so that its source may give it again without it being twice there.
    func discardPending() {
        guard !pending.isEmpty else { return }
        // A flush that failed may have left bytes behind what counts.
        if failure != nil, activeFile >= 0 { ftruncate(activeFile, map.active.bytes) }
        pending.removeAll(keepingCapacity: true)
        pendingEnd = map.end
        failure = nil
    }

    /// Gives back the memory of a large write; that of small ones stays for the next.
    func releaseWriting() {
        if pending.isEmpty, pending.capacity > Self.keptPendingBytes { pending = [] }
    }

    /// Whether everything that was taken in is acknowledged.
    var isDone: Bool { pending.isEmpty && map.acknowledged >= map.end }

    /// Bytes on disk behind the reader's place.
    var unreadBytes: Int {
        map.segments.reduce(-map.reader.offset) { $0 + ($1.first >= map.reader.segment ? $1.bytes : 0) }
    }

    private static let keptPendingBytes = 64 << 10

    private func openActive() throws(GantryError) {
        guard activeFile < 0 else { return }
        let path = path(map.active.first)
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw DiskFile.error("make", path, errno) }
        guard ftruncate(file, map.active.bytes) == 0 else {
            let number = errno
            Glibc.close(file)
            throw DiskFile.error("write", path, number)
        }
        if map.active.bytes == 0 { DiskFile.syncFolder(directory) }
        activeFile = file
    }

    private func startSegment() {
        if activeFile >= 0 { Glibc.close(activeFile) }
        activeFile = -1
        map.startSegment()
        removeDone()
    }

    /// Frees so many bytes as the policy allows.
    private func makeRoom(_ size: Int) throws(GantryError) {
        while map.bytes + pending.count + size > limits.totalBytes {
            if map.active.bytes > 0, map.acknowledged >= map.end {
                startSegment()
                continue
            }
            if !pending.isEmpty, map.segments.count == 1 {
                try sync()
                continue
            }
            guard limits.whenFull == .dropOldest else {
                throw GantryError(
                    .limit, "the spool \(directory) is full: \(limits.totalBytes) bytes wait",
                    hint: "collection waits until the far side takes some; give the spool more bytes")
            }
            if map.segments.count == 1 { startSegment() }
            let oldest = map.segments[0].first
            map.dropOldest()
            saveLedger()
            remove([oldest])
            removeDone()
        }
    }

    /// Deletes the segments that are done with.
    func removeDone() {
        let done = map.removeDone()
        guard !done.isEmpty else { return }
        saveLedger()
        remove(done)
    }

    private func remove(_ segments: [UInt64]) {
        for segment in segments {
            if readFile?.segment == segment {
                if let file = readFile?.file { Glibc.close(file) }
                readFile = nil
            }
            unlink(path(segment))
        }
    }

    /// Writes the ledger through to the disk: a deleted segment must not look like a lost one.
    private func saveLedger() {
        if writeLedger() { fdatasync(ledgerFile) }
    }

    /// Writes the ledger. When the disk refuses, it is only behind: a restart then repeats records, and loses none.
    @discardableResult func writeLedger() -> Bool {
        if ledgerFile < 0 || fcntl(ledgerFile, F_GETFL) & O_ACCMODE == O_RDONLY {
            let file = open(
                directory + "/" + Self.ledgerName, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard file >= 0 else { return false }
            if ledgerFile >= 0 { Glibc.close(ledgerFile) }
            ledgerFile = file
        }
        ledger.acknowledged = map.acknowledged
        ledger.durable = map.end
        ledger.resume = map.resume
        ledger.droppedEvents = map.droppedEvents
        ledger.lostEvents = map.lostEvents
        // Both slots at the start, so that a disk that is full later has room for each.
        if ledger.sequence == 0, ledger.write(ledgerFile) != 0 { return false }
        return ledger.write(ledgerFile) == 0
    }
}
