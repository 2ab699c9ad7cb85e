import GRDB
package import GantryBase
import Glibc
package import State

/// The state of one installation in one SQLite file, for one server process (others may read).
///
/// One connection writes, several read; a commit is on disk (`synchronous=FULL`) before its call returns. Commits
/// that come while another is under way share the next transaction.
package final class SQLiteStateStore: StateStore {
    /// Of the database in a data directory; SQLite keeps `-wal` and `-shm` beside it.
    package static let fileName = "state.sqlite"

    let path: String
    let pool: DatabasePool
    let time: TimeSource
    let signal: CommitSignal
    let queue: CommitQueue
    let leases = LeaseClock()

    /// Opens `DIRECTORY/state.sqlite` and makes both where they are missing, readable by their owner alone.
    ///
    /// Throws `.unavailable` when the disk refuses and `.unsupported` when a newer Gantry wrote the file.
    package static func open(directory: String, time: TimeSource) throws -> SQLiteStateStore {
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else {
            throw SQLiteFault.refused("the directory \(directory) cannot be made", path: directory, errno)
        }
        return try open(path: directory + "/" + fileName, time: time)
    }

    package static func open(path: String, time: TimeSource) throws -> SQLiteStateStore {
        try makeFile(path)
        do {
            try SQLiteSchema.checkFormat(path: path)
            return try SQLiteStateStore(path: path, time: time)
        } catch {
            throw SQLiteFault.error(from: error, path: path)
        }
    }

    private init(path: String, time: TimeSource) throws {
        var configuration = Configuration()
        configuration.label = "state"
        configuration.busyMode = .timeout(SQLiteSchema.busySeconds)
        configuration.maximumReaderCount = SQLiteSchema.readers
        configuration.prepareDatabase { db in try db.execute(sql: SQLiteSchema.connectionPragmas) }
        pool = try DatabasePool(path: path, configuration: configuration)
        // The pool sets NORMAL when it turns WAL on; there is one writing connection for the life of the pool.
        try pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
        try SQLiteSchema.migrate(pool)
        let version = try pool.read { db in try VersionCounter.current(db) }
        (self.path, self.time) = (path, time)
        signal = CommitSignal(version: version)
        queue = CommitQueue(pool: pool, path: path, signal: signal)
    }

    /// Makes the file before SQLite does, which would let others read it; `-wal` and `-shm` take over its mode.
    ///
    /// A file that is there is not opened: closing it would drop the locks that SQLite holds on it in this process.
    private static func makeFile(_ path: String) throws {
        let file = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if file >= 0 {
            Glibc.close(file)
        } else if errno != EEXIST || access(path, R_OK | W_OK) != 0 {
            throw SQLiteFault.refused("the state \(path) cannot be opened", path: path, errno)
        }
    }

    @discardableResult
    package func commit(_ changes: [StateChange], audit: [AuditRecord]) async throws -> [StateObject] {
        try StateLimits.check(changes, audit: audit)
        let now = time.now()
        return try await queue.submit { db in
            let objects = try ObjectTable.apply(changes, at: now, in: db)
            try AuditTable.append(audit, in: db)
            return objects
        }
    }

    package func get(kind: String, name: String) async throws -> StateObject? {
        try await read { db in try ObjectTable.get(kind: kind, name: name, in: db) }
    }

    package func list(_ query: StateQuery) async throws -> StatePage {
        try await read { db in try ObjectListing(query).page(in: db) }
    }

    package func currentVersion() async throws -> Int64 {
        try await read { db in try VersionCounter.current(db) }
    }

    package func watch(
        kinds: Set<String>, after version: Int64
    ) -> AsyncThrowingStream<StateEvent, any Error> {
        let watcher = SQLiteWatcher(store: self, kinds: kinds, after: version)
        return AsyncThrowingStream { try await watcher.next() }
    }

    package func acquireLease(_ name: String, holder: String, for period: Period) async throws -> Bool {
        let (leases, time) = (leases, time)
        return try await queue.submit { db in
            try LeaseTable.acquire(
                name, holder: holder, period: period, now: time.now(), clock: leases, in: db)
        }
    }

    package func releaseLease(_ name: String, holder: String) async throws {
        try await queue.submit { db in try LeaseTable.release(name, holder: holder, in: db) }
    }

    package func audit(_ query: AuditQuery) async throws -> [AuditRecord] {
        try await read { db in try AuditTable.list(query, in: db) }
    }

    package func close() async throws {
        guard signal.close() else { return }
        do {
            // Waits for reads and commits under way; blocks this thread for as long, at the end of the process.
            try pool.close()
        } catch {
            throw SQLiteFault.error(from: error, path: path)
        }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        guard !signal.isClosed else { throw SQLiteFault.closed(path) }
        do {
            return try await pool.read(body)
        } catch {
            throw SQLiteFault.error(from: error, path: path)
        }
    }
}
