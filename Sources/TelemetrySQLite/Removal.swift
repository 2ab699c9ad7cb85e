import GRDB
import GantryBase
import Telemetry

/// Removes what is old in pieces, each a transaction of its own, so that an append never waits for more than one.
enum Removal {
    /// Rows of one piece: some ten milliseconds.
    static let rows = 2000
    /// Pages that one piece moves from the end of the file into holes: as long.
    static let pages = 500
    /// Holes that the file may keep, as a part of it: what comes next fills them, and moving pages for less would be work
    /// for nothing. The file is a fourth larger than its contents at most.
    static let keptHoles = 5

    /// One kind of piece; it is repeated until it returns 0.
    struct Piece: Sendable {
        let run: @Sendable (Database) throws -> Int
    }

    static func pieces(_ bounds: RetentionBounds) -> [Piece] {
        let oldest = [bounds.logs, bounds.spans, bounds.calls, bounds.series].map(\.seconds).min() ?? 0
        return [
            old("logs", "position", "time", bounds.logs.nanoseconds, .logs),
            old("spans", "id", "start", bounds.spans.nanoseconds, .spans),
            old("calls", "rowid", "second", bounds.calls.seconds, nil),
            old("windows", "rowid", "second", bounds.calls.seconds, .windows),
            old("batches", "rowid", "second", bounds.calls.seconds, nil),
            old("points", "rowid", "time", bounds.series.nanoseconds, .points),
            Piece(run: emptyParts),
            Piece { db in
                try delete(
                    "series WHERE id IN (SELECT id FROM series WHERE NOT EXISTS "
                        + "(SELECT 1 FROM points WHERE series = series.id) LIMIT \(rows))", [], db)
            },
            Piece { db in
                try delete(
                    "sources WHERE id IN (SELECT id FROM sources WHERE seen < ? LIMIT \(rows))",
                    [oldest - SourceTable.seenStep], db)
            },
            Piece { db in
                try delete(
                    "streams WHERE id IN (SELECT id FROM streams WHERE NOT EXISTS "
                        + "(SELECT 1 FROM sources WHERE id = streams.source) LIMIT \(rows))", [], db)
            },
            Piece(run: fillHoles),
        ]
    }

    private static func old(
        _ table: String, _ id: String, _ column: String, _ bound: Int64, _ place: Place.Table?
    ) -> Piece {
        Piece { db in
            let count = try delete(
                "\(table) WHERE \(id) IN (SELECT \(id) FROM \(table) WHERE \(column) < ? "
                    + "ORDER BY \(column) LIMIT \(rows))", [bound], db)
            if let place, count > 0 { try Place.remove(count, from: place, in: db) }
            return count
        }
    }

    /// Parts of the index of traces of which no span is left. Entries of single spans that are gone stay until then: a
    /// look-up passes over them.
    private static func emptyParts(_ db: Database) throws -> Int {
        let oldest = try Int64.fetchOne(db, sql: "SELECT min(id) FROM spans") ?? Place(.spans, in: db).next
        return try delete(
            "span_traces WHERE (part, trace, first) IN "
                + "(SELECT part, trace, first FROM span_traces WHERE part < ? LIMIT \(rows))",
            [oldest / SpanTable.part], db)
    }

    private static func fillHoles(_ db: Database) throws -> Int {
        let holes = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
        let all = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        guard holes > all / keptHoles else { return 0 }
        // One row a page, each of which has to be asked for.
        return try Row.fetchAll(db, sql: "PRAGMA incremental_vacuum(\(pages))").count
    }

    private static func delete(_ what: String, _ arguments: StatementArguments, _ db: Database) throws -> Int
    {
        try db.cachedStatement(sql: "DELETE FROM " + what).execute(arguments: arguments)
        return db.changesCount
    }
}
