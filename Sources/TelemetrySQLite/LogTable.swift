import Expressions
import Foundation
import GRDB
import GantryBase
import Model
import Telemetry
import Wire

/// Log records, found by walking the range.
enum LogTable {
    static func append(
        _ groups: [SourcedRecords<LogRecord>], sources: SourceTable.Writer, in db: Database
    ) throws {
        for group in groups where !group.records.isEmpty {
            let source = try sources.id(group.source)
            let insert = try db.cachedStatement(
                sql: "INSERT INTO logs (time, source, severity, record) VALUES (?, ?, ?, ?)")
            for record in group.records {
                try insert.execute(arguments: [
                    record.time.nanoseconds, source, record.severity.rawValue, Data(record),
                ])
            }
        }
    }

    static func lastPosition(_ db: Database) throws -> UInt64 {
        let last = try Int64.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'logs'")
        return UInt64(last ?? 0)
    }

    static func page(
        _ query: LogQuery, sources: SourceTable.Reader, in db: Database
    ) throws -> LogPage {
        var entries: [LogEntry] = []
        var reached: UInt64 = 0
        if case .appended(let position) = query.order { reached = position }
        let (isComplete, meter) = try walk(query, reached: &reached, sources: sources, in: db) { entry in
            entries.append(entry)
            return entries.count < query.limit
        }
        // A walk that ended early, at the limit or the budget, can go on where it stopped.
        let isAtLimit = entries.count == query.limit
        let next = isComplete ? nil : entries.last?.cursor
        return LogPage(
            entries: entries, next: next, reached: reached,
            cost: meter.cost(isComplete: isComplete || isAtLimit))
    }

    static func histogram(
        _ query: LogQuery, buckets wanted: Int, sources: SourceTable.Reader, in db: Database
    ) throws -> LogHistogram {
        let count = min(max(wanted, 1), TelemetryLimits.histogramBuckets)
        let width = max(1, (query.range.nanoseconds + Int64(count) - 1) / Int64(count))
        var buckets = (0..<count).map { at in
            LogHistogram.Bucket(
                start: Timestamp(nanoseconds: query.range.from.nanoseconds + Int64(at) * width))
        }
        var query = query
        query.order = .newestFirst(after: nil)
        var reached: UInt64 = 0
        let (isComplete, meter) = try walk(query, reached: &reached, sources: sources, in: db) { entry in
            let at = Int((entry.record.time.nanoseconds - query.range.from.nanoseconds) / width)
            buckets[min(at, count - 1)].counts[entry.record.severity.name, default: 0] += 1
            return true
        }
        return LogHistogram(buckets: buckets, cost: meter.cost(isComplete: isComplete))
    }

    /// Calls `visit` with each match in the order of the query until it returns false.
    ///
    /// - Parameter reached: becomes the highest position that was looked at.
    /// - Returns: Whether the range was walked to its end, and what it cost.
    private static func walk(
        _ query: LogQuery, reached: inout UInt64, sources: SourceTable.Reader, in db: Database,
        _ visit: (LogEntry) -> Bool
    ) throws -> (isComplete: Bool, QueryMeter) {
        var meter = QueryMeter(query.budget)
        var matching = MatchSession(try SignalFields.matcher(query.filter, SignalFields.logs))
        let rows = try rows(query, db)
        while let row = try rows.next() {
            guard try meter.take() else { return (false, meter) }
            let position = UInt64(row[0] as Int64)
            reached = max(reached, position)
            guard let source = try sources.source(row[2], in: query.selection) else { continue }
            let record = try LogRecord(row[3])
            let holds = matching.matches(LogFields(source, record))
            meter.undecided = matching.undecided
            guard holds else { continue }
            if !visit(LogEntry(position: position, source: source, record: record)) {
                return (false, meter)
            }
        }
        return (true, meter)
    }

    private static func rows(_ query: LogQuery, _ db: Database) throws -> RowCursor {
        let columns = "SELECT position, time, source, record FROM logs WHERE time >= ? AND time < ?"
        let range = [query.range.from.nanoseconds, query.range.to.nanoseconds]
        switch query.order {
        case .newestFirst(nil):
            return try Row.fetchCursor(
                db, sql: columns + " ORDER BY time DESC, position DESC", arguments: StatementArguments(range))
        case .newestFirst(let cursor?):
            return try Row.fetchCursor(
                db, sql: columns + " AND (time, position) < (?, ?) ORDER BY time DESC, position DESC",
                arguments: StatementArguments(range + [cursor.time.nanoseconds, Int64(cursor.position)]))
        case .appended(let position):
            // The plus signs keep the index of times out of it: a follower reads the end of the table and sorts nothing.
            return try Row.fetchCursor(
                db,
                sql: "SELECT position, time, source, record FROM logs "
                    + "WHERE position > ? AND +time >= ? AND +time < ? ORDER BY position",
                arguments: StatementArguments([Int64(clamping: position)] + range))
        }
    }
}
