import Foundation
import GRDB
import GantryBase
import State

/// What watchers are told of objects that are gone, for as long as it is remembered.
enum RemovalTable {
    /// How many versions lie between two sweeps: each looks at an index or two.
    private static let sweepInterval: Int64 = 64

    static func insert(_ object: StateObject, at now: Timestamp, in db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO removals (\(ObjectTable.columnList), removed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(
            arguments: [
                object.kind, object.name, object.version, object.schemaVersion, Data(object.spec),
                Data(object.status), try ObjectTable.text(of: object.labels), object.createdAt.nanoseconds,
                object.updatedAt.nanoseconds, now.nanoseconds,
            ])
        if object.version % sweepInterval == 0 { try sweep(now: now, in: db) }
    }

    /// Forgets removals that are older than is kept, or beyond how many are kept, and remembers that it did.
    static func sweep(now: Timestamp, in db: Database) throws {
        let oldest = (now - StateLimits.removalsKept).nanoseconds
        let beyond =
            try Int64.fetchOne(
                db, sql: "SELECT version FROM removals ORDER BY version DESC LIMIT 1 OFFSET ?",
                arguments: [StateLimits.largestRemovalCount]) ?? 0
        let last = try Int64.fetchOne(
            db, sql: "SELECT max(version) FROM removals WHERE removed_at < ? OR version <= ?",
            arguments: [oldest, beyond])
        guard let last else { return }
        try db.execute(
            sql: "DELETE FROM removals WHERE removed_at < ? OR version <= ?", arguments: [oldest, beyond])
        try VersionCounter.forget(last, db)
    }
}
