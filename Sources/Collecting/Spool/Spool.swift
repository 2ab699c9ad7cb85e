package import GantryBase
import Glibc

/// A bounded queue of byte records on disk that gives each one out at least once.
///
/// `append` takes a record into memory, `sync` puts all of them on disk with one flush: after it they survive the end of
/// the process and of the machine. `next` gives out what is on disk, in order; `acknowledge` lets it go. What was given
/// out and not acknowledged comes again after a restart or after `rewind`.
///
/// On disk: segment files named by the id of their first record in hexadecimal, deleted whole; `ledger`; `lock`, held as
/// long as the spool is open. Segments and ledger are written in place and files are only made when there is something
/// to write, so a full or read-only disk stops `append` and `sync` alone: reading, acknowledging and deleting go on.
///
/// One owner, on one thread; calls block for the disk.
package final class Spool {
    package let directory: String
    package let limits: SpoolLimits
    /// What the last process left behind.
    package let opening: SpoolOpening

    let time: TimeSource
    private let lock: Int32
    var map: SpoolMap
    var ledger: SpoolLedger
    var ledgerFile: Int32
    /// The last segment, open for writing; -1 until it is needed.
    var activeFile: Int32 = -1
    /// The segment that is being read, by its name.
    var readFile: (segment: UInt64, file: Int32)?
    var window = SegmentWindow()

    /// Records that wait for `sync`, as they will stand on disk.
    var pending: [UInt8] = []
    var pendingEnd: UInt64
    var pendingSince: Int64 = 0
    /// Why the last write failed.
    var failure: GantryError?

    /// Opens the spool in a folder, which is made when it is missing.
    ///
    /// - Throws: `conflict` when another process has it, `unavailable` when the disk refuses.
    package init(
        directory: String, limits: SpoolLimits = SpoolLimits(), time: TimeSource = .wall
    ) throws(GantryError) {
        self.directory = directory
        self.limits = limits
        self.time = time
        lock = try Self.takeLock(directory)
        ledgerFile = open(
            directory + "/" + Self.ledgerName, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if ledgerFile < 0 {
            ledgerFile = open(directory + "/" + Self.ledgerName, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        }
        let found: Found
        do throws(GantryError) {
            found = try Self.look(directory, ledgerFile)
        } catch {
            Glibc.close(lock)
            if ledgerFile >= 0 { Glibc.close(ledgerFile) }
            throw error
        }
        map = found.map
        ledger = found.ledger
        opening = found.opening
        pendingEnd = found.map.end
        removeDone()
    }

    deinit { release() }

    static let ledgerName = "ledger"
    static let lockName = "lock"

    /// Writes what waits and ends; nothing may be called after it. What cannot be written is lost and the error says so.
    package func close() throws(GantryError) {
        defer { release() }
        if isOpen { try sync() }
        if ledgerFile >= 0, writeLedger() { fdatasync(ledgerFile) }
    }

    private var isOpen = true

    private func release() {
        guard isOpen else { return }
        isOpen = false
        for file in [activeFile, readFile?.file ?? -1, ledgerFile, lock] where file >= 0 { Glibc.close(file) }
        (activeFile, readFile, ledgerFile) = (-1, nil, -1)
    }

    package var statistics: SpoolStatistics {
        SpoolStatistics(
            bytes: map.bytes + pending.count, events: map.waitingEvents + (pendingEnd - map.end),
            segments: map.segments.count, oldestAge: oldestAge(), droppedEvents: map.droppedEvents,
            corruptEvents: map.allLostEvents, acknowledged: map.acknowledged, end: pendingEnd,
            failure: failure)
    }

    func path(_ segment: UInt64) -> String { directory + "/" + Self.segmentName(segment) }

    static func segmentName(_ first: UInt64) -> String {
        let digits = String(first, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits + segmentEnding
    }

    /// The ending carries the version of the format.
    static let segmentEnding = ".records1"
}
