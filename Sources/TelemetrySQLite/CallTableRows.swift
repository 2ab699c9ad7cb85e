import Foundation
import GRDB
import GantryBase
import Model
import Telemetry
import Wire

/// Calls as their windows came: a row for each key of each second and sender.
enum CallTableRows {
    /// - Returns: How many of the windows were there already.
    static func append(
        _ groups: [SourcedRecords<CallWindow>], sources: SourceTable.Writer, in db: Database
    ) throws -> Int {
        guard groups.contains(where: { !$0.records.isEmpty }) else { return 0 }
        var repeated = 0
        var place = try Place(.windows, in: db)
        for group in groups where !group.records.isEmpty {
            let source = try sources.id(group.source)
            for window in group.records {
                guard try takes(window, of: source, sources, db) else {
                    repeated += 1
                    continue
                }
                place.next += 1
                let insert = try db.cachedStatement(
                    sql: "INSERT INTO calls (second, source, key, counts) VALUES (?, ?, ?, ?)")
                for entry in window.calls {
                    try insert.execute(arguments: [
                        window.second, source, try key(entry.key, db),
                        Foundation.Data(JSON.encode(entry.counts)),
                    ])
                }
            }
        }
        try place.keep(in: db)
        return repeated
    }

    /// Whether the window is new; scoped by the sender, so that nobody can use up the numbers of another.
    private static func takes(
        _ window: CallWindow, of source: Int64, _ sources: SourceTable.Writer, _ db: Database
    ) throws -> Bool {
        try db.cachedStatement(
            sql: """
                INSERT INTO windows (stream, epoch, sequence, second) VALUES (?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """
        ).execute(arguments: [
            try sources.stream(window.counter, of: source), window.epoch,
            Int64(bitPattern: window.sequence), window.second,
        ])
        return db.changesCount > 0
    }

    private static func key(_ key: CallKey, _ db: Database) throws -> Int64 {
        let arguments: StatementArguments = [
            key.side.rawValue, key.caller, key.callee, key.interface, key.code, key.outcome.rawValue,
        ]
        let found = try db.cachedStatement(
            sql: """
                SELECT id FROM call_keys WHERE side = ? AND caller = ? AND callee = ? AND interface = ?
                AND code = ? AND outcome = ?
                """)
        if let id = try Int64.fetchOne(found, arguments: arguments) { return id }
        try db.cachedStatement(
            sql: """
                INSERT INTO call_keys (side, caller, callee, interface, code, outcome)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: arguments)
        return db.lastInsertedRowID
    }

    static func table(_ query: CallQuery, sources: SourceTable.Reader, in db: Database) throws -> CallTable {
        let keys = try keys(db)
        var rows: [Group: CallRow] = [:]
        var omitted: Set<Group> = []
        var freshness: Int64?
        let step = query.step.map { max(1, $0.milliseconds / 1000) }
        let cursor = try Row.fetchCursor(
            db, sql: "SELECT second, source, key, counts FROM calls WHERE second >= ? AND second < ?",
            arguments: [query.range.from.secondsUp, query.range.to.secondsUp])
        while let row = try cursor.next() {
            guard let source = try sources.source(row[1], in: query.selection),
                let key = keys[row[2]], matches(query.only, key, source)
            else { continue }
            let second: Int64 = row[0]
            freshness = max(freshness ?? second, second)
            let from = query.range.from.secondsUp
            let start = step.map { from + (second - from) / $0 * $0 } ?? from
            let group = Group(key: query.by.values(key, source), start: start)
            if rows[group] == nil, rows.count >= TelemetryLimits.callRows {
                omitted.insert(group)
                continue
            }
            let counts = try JSON.decode(CallCounts.self, from: [UInt8](row[3] as Foundation.Data))
            rows[group, default: CallRow(key: group.key, start: Timestamp(seconds: start))]
                .add(counts, key.outcome)
        }
        return CallTable(
            rows: Array(rows.values), omitted: omitted.count,
            freshness: freshness.map { Timestamp(seconds: $0 + 1) })
    }

    private struct Group: Hashable {
        var key: [CallDimension: String]
        var start: Int64
    }

    private static func keys(_ db: Database) throws -> [Int64: CallKey] {
        var keys: [Int64: CallKey] = [:]
        let rows = try Row.fetchCursor(
            db, sql: "SELECT id, side, caller, callee, interface, code, outcome FROM call_keys")
        while let row = try rows.next() {
            guard let side = CallSide(rawValue: row[1]), let outcome = CallClass(rawValue: row[6]) else {
                continue
            }
            keys[row[0]] = CallKey(
                side: side, caller: row[2], callee: row[3], interface: row[4], code: row[5], outcome: outcome)
        }
        return keys
    }

    private static func matches(
        _ only: [CallDimension: String], _ key: CallKey, _ source: SignalSource
    ) -> Bool {
        only.allSatisfy { $0.key.value(key, source) == $0.value }
    }
}

extension Timestamp {
    /// The first whole second that is not before it.
    fileprivate var secondsUp: Int64 {
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return rest > 0 ? whole + 1 : whole
    }
}
