import GRDB
package import GantryBase
import Glibc
import Synchronization
package import Telemetry
package import Wire

/// All telemetry of one installation in one SQLite file: the first store, small on purpose.
///
/// Searches walk the records of the range, so it serves one machine with days of logs, not a company with months. An
/// append is one transaction that is on disk (`synchronous=FULL`) before it returns.
package final class SQLiteTelemetryStore: TelemetryStore {
    /// Of the database in its directory.
    package static let fileName = "telemetry.sqlite"
    /// Queries at the same time; each has a connection with a page cache of its own.
    private static let readers = 4

    private let path: String
    private let pool: DatabasePool
    private let sources = SourceTable()
    private let time: TimeSource
    private let signal: AppendSignal
    private let isClosed = Atomic(false)

    /// Opens `DIRECTORY/telemetry.sqlite`, made where it is missing, readable by its owner alone.
    ///
    /// Throws `.unavailable` when the disk refuses.
    package init(directory: String, time: TimeSource = .wall) throws {
        self.time = time
        path = directory + "/" + Self.fileName
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else {
            throw GantryError(
                .unavailable,
                "the directory \(directory) cannot be made: \(String(cString: strerror(errno)))",
                hint: "make its parent writable for the server's user")
        }
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if file >= 0 { Glibc.close(file) }
        do {
            var configuration = Configuration()
            configuration.label = "telemetry"
            configuration.maximumReaderCount = Self.readers
            configuration.prepareDatabase(TelemetrySchema.prepare)
            pool = try DatabasePool(path: path, configuration: configuration)
            try TelemetrySchema.migrate(pool)
            signal = AppendSignal(position: try pool.read(LogTable.lastPosition))
        } catch {
            throw Self.fault(error, path)
        }
    }

    @discardableResult
    package func append(_ batch: TelemetryBatch) async throws -> AppendReceipt {
        let receipt = try await run { [pool, sources, now = time.now().seconds] in
            try await pool.write { db in
                let writer = sources.writer(db, now: now)
                var receipt = AppendReceipt(repeatedWindows: 0, lastPosition: 0)
                try LogTable.append(writer.fresh(batch.logs, repeated: &receipt.repeatedBatches), in: db)
                try SpanTable.append(writer.fresh(batch.spans, repeated: &receipt.repeatedBatches), in: db)
                try SeriesTable.append(writer.fresh(batch.points, repeated: &receipt.repeatedBatches), in: db)
                receipt.repeatedWindows = try CallTableRows.append(batch.windows, sources: writer, in: db)
                receipt.lastPosition = try LogTable.lastPosition(db)
                return receipt
            }
        }
        signal.raise(to: receipt.lastPosition)
        return receipt
    }

    package func logs(_ query: LogQuery) async throws -> LogPage {
        try await read { db, sources in try LogTable.page(query, sources: sources, in: db) }
    }

    package func logHistogram(_ query: LogQuery, buckets: Int) async throws -> LogHistogram {
        try await read { db, sources in
            try LogTable.histogram(query, buckets: buckets, sources: sources, in: db)
        }
    }

    package func logsAppended(after position: UInt64) async throws { try await signal.wait(above: position) }

    package func lastPosition() async throws -> UInt64 {
        try await read { db, _ in try LogTable.lastPosition(db) }
    }

    package func trace(_ id: TraceID) async throws -> TracePage {
        try await read { db, sources in try SpanTable.trace(id, sources: sources, in: db) }
    }

    package func spans(_ query: SpanQuery) async throws -> SpanPage {
        try await read { db, sources in try SpanTable.page(query, sources: sources, in: db) }
    }

    package func calls(_ query: CallQuery) async throws -> CallTable {
        try await read { db, sources in try CallTableRows.table(query, sources: sources, in: db) }
    }

    package func series(_ query: SeriesQuery) async throws -> SeriesPage {
        try await read { db, sources in try SeriesTable.page(query, sources: sources, in: db) }
    }

    package func removeOld(before bounds: RetentionBounds) async throws {
        for piece in Removal.pieces(bounds) {
            while try await run({ [pool] in try await pool.write(piece.run) }) > 0 {
                try Task.checkCancellation()
            }
        }
    }

    package func statistics() async throws -> TelemetryStatistics {
        try await read { db, _ in
            func number(_ sql: String) throws -> Int { try Int.fetchOne(db, sql: sql) ?? 0 }
            return TelemetryStatistics(
                logs: try Place(.logs, in: db).count, spans: try Place(.spans, in: db).count,
                windows: try Place(.windows, in: db).count, points: try Place(.points, in: db).count,
                bytesOnDisk: Int64(try number("PRAGMA page_count") * number("PRAGMA page_size")),
                lastPosition: try LogTable.lastPosition(db))
        }
    }

    package func close() async throws {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        signal.close()
        do { try pool.close() } catch { throw Self.fault(error, path) }
    }

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database, SourceTable.Reader) throws -> Value
    ) async throws -> Value {
        try await run { [pool, sources] in try await pool.read { db in try body(db, sources.reader(db)) } }
    }

    private func run<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        guard !isClosed.load(ordering: .acquiring) else {
            throw GantryError(.unavailable, "the telemetry store is closed")
        }
        do { return try await body() } catch { throw Self.fault(error, path) }
    }

    private static func fault(_ error: any Error, _ path: String) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        return switch error.resultCode {
        case .SQLITE_INTERRUPT, .SQLITE_ABORT: CancellationError()
        case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
            GantryError(
                .unavailable, "the telemetry store \(path) cannot be written or read",
                hint: "free space on its file system and make it writable for the server's user", cause: error
            )
        default: GantryError(.internal, "the telemetry store \(path) failed", cause: error)
        }
    }
}
