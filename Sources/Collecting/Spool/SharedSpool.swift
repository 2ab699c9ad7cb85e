import GantryBase
import Synchronization

/// A spool between the thread that fills it and the one that empties it. Each call holds it alone, at most for one
/// flush of the disk.
final class SharedSpool: Sendable {
    private let spool: Mutex<Spool?>
    /// Rung when something was put on disk.
    let bell = Bell()

    init(directory: String, limits: SpoolLimits, time: TimeSource) throws(GantryError) {
        spool = Mutex(try Spool(directory: directory, limits: limits, time: time))
    }

    /// - Throws: what `body` throws; `unavailable` once it is closed.
    func with<Result>(
        _ body: (Spool) throws(GantryError) -> sending Result
    ) throws(GantryError) -> sending Result {
        try spool.withLock { (spool) throws(GantryError) -> sending Result in
            guard let spool else { throw GantryError(.unavailable, "the spool is closed") }
            return try body(spool)
        }
    }

    /// Puts on disk what was appended, and says so to the other side.
    func sync() throws(GantryError) {
        let isNew = try with { (spool) throws(GantryError) in
            defer { spool.releaseWriting() }
            let isNew = !spool.pending.isEmpty
            try spool.sync()
            return isNew
        }
        if isNew { bell.ring() }
    }

    var statistics: SpoolStatistics? { spool.withLock { $0?.statistics } }

    /// - Parameter isOrderly: otherwise nothing more is written, as when the process was killed.
    func close(isOrderly: Bool) throws(GantryError) {
        try spool.withLock { (spool) throws(GantryError) in
            defer { spool = nil }
            if isOrderly { try spool?.close() }
        }
    }
}
