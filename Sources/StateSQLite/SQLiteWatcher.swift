import Foundation
import GRDB
import GantryBase
import State

/// Reads one watcher's changes page by page, as its reader comes for them.
actor SQLiteWatcher {
    /// Events read at a time.
    private static let pageSize = StateLimits.pageSize
    /// How often commits of other processes are looked for; those of this process wake at once.
    private static let pollInterval = Duration.seconds(1)

    private let store: SQLiteStateStore
    private let kinds: [String]
    /// All that was committed up to here has been read.
    private var position: Int64
    /// The reader had everything that there was at this version.
    private var level: Int64
    /// Removals up to here were forgotten before a reader that starts at 0 had seen anything.
    private var pardoned: Int64?
    /// Read and not yet asked for, the next one last.
    private var events: [StateEvent] = []

    init(store: SQLiteStateStore, kinds: Set<String>, after version: Int64) {
        (self.store, self.kinds) = (store, kinds.sorted())
        (position, level) = (version, version)
        pardoned = version > 0 ? 0 : nil
    }

    /// The next event; nil when the task is cancelled or the store is closed.
    func next() async throws -> StateEvent? {
        while !Task.isCancelled {
            if let event = events.popLast() { return event }
            guard !store.signal.isClosed else { return nil }
            do {
                try await readPage()
                if events.isEmpty { try await waitForCommit() }
            } catch is CancellationError {
                return nil
            } catch let error as GantryError where error.code == .unavailable && store.signal.isClosed {
                return nil
            }
        }
        return nil
    }

    private func waitForCommit() async throws {
        let signal = store.signal
        await signal.wait(above: position, atMost: Self.pollInterval)
        if !signal.isClosed, !Task.isCancelled, signal.claimPoll(every: Self.pollInterval) {
            signal.raise(to: try await store.currentVersion())
        }
    }

    private func readPage() async throws {
        let (position, level, kinds) = (position, level, kinds)
        let page = try await store.read { db in
            try EventPage(after: position, level: level, kinds: kinds, limit: Self.pageSize, in: db)
        }
        let pardoned = pardoned ?? page.forgotten
        self.pardoned = pardoned
        guard page.forgotten <= max(position, pardoned) else {
            throw GantryError(
                .conflict,
                "removals up to version \(page.forgotten) are forgotten, asked was after \(position)",
                hint: "list the objects again and watch from there")
        }
        self.position = page.end
        if page.isLast { self.level = page.end }
        events = page.events.reversed()
    }
}

/// The changes after a version, as one read transaction sees them.
struct EventPage: Sendable {
    var events: [StateEvent]
    /// Everything up to here is in this page or those before.
    var end: Int64
    var isLast: Bool
    /// The highest version whose removal is no longer remembered.
    var forgotten: Int64

    init(after version: Int64, level: Int64, kinds: [String], limit: Int, in db: Database) throws {
        let marks = kinds.map { _ in "?" }.joined(separator: ", ")
        let condition = "version > ?" + (kinds.isEmpty ? "" : " AND kind IN (\(marks))")
        let arguments = StatementArguments([version]) + StatementArguments(kinds) + [limit]
        let objects = try Self.rows(
            "SELECT \(ObjectTable.columnList), created_version FROM objects INDEXED BY objects_version "
                + "WHERE \(condition) ORDER BY version LIMIT ?", arguments, limit, in: db
        ) { row in
            let createdVersion: Int64 = row[ObjectTable.columns.count]
            return StateEvent(
                kind: createdVersion > level ? .created : .updated, object: try ObjectTable.object(row))
        }
        let removals = try Self.rows(
            "SELECT \(ObjectTable.columnList) FROM removals WHERE \(condition) ORDER BY version LIMIT ?",
            arguments, limit, in: db
        ) { StateEvent(kind: .removed, object: try ObjectTable.object($0)) }
        let bound = min(objects.bound, removals.bound)
        events = (objects.events + removals.events).filter { $0.object.version <= bound }
            .sorted { $0.object.version < $1.object.version }
        isLast = bound == .max
        end = isLast ? max(version, try VersionCounter.current(db)) : bound
        forgotten = try VersionCounter.forgotten(db)
    }

    /// Reads until the limit of events or bytes; `bound` is the version up to which the events are complete.
    private static func rows(
        _ sql: String, _ arguments: StatementArguments, _ limit: Int, in db: Database,
        _ event: (Row) throws -> StateEvent
    ) throws -> (events: [StateEvent], bound: Int64) {
        let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: arguments)
        var (events, bytes) = ([StateEvent](), 0)
        while let row = try rows.next() {
            let event = try event(row)
            events.append(event)
            bytes += event.object.spec.count + event.object.status.count
            if events.count == limit || bytes >= StateLimits.pageBytes {
                return (events, event.object.version)
            }
        }
        return (events, .max)
    }
}
