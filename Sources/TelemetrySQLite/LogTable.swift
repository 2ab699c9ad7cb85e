import Expressions
import GRDB
import GantryBase
import Model
import Telemetry
import Wire

/// Log records, found by walking the range.
enum LogTable {
    static func append(_ groups: [(source: Int64, records: [LogRecord])], in db: Database) throws {
        guard !groups.isEmpty else { return }
        var place = try Place(.logs, in: db)
        var encoder = RecordEncoder()
        let row = try RowStatement(
            "INSERT INTO logs (position, time, source, severity, record) VALUES (?, ?, ?, ?, ?)", in: db)
        for (source, records) in groups {
            row.bind(3, source)
            for record in records {
                row.bind(1, place.next)
                row.bind(2, record.time.nanoseconds)
                row.bind(4, Int64(record.severity.rawValue))
                encoder.encode(record)
                try encoder.withMessage { bytes in
                    row.bind(5, bytes)
                    try row.run()
                }
                place.next += 1
            }
        }
        try place.keep(in: db)
    }

    static func lastPosition(_ db: Database) throws -> UInt64 { UInt64(try Place(.logs, in: db).next - 1) }

    static func page(
        _ query: LogQuery, sources: SourceTable.Reader, in db: Database
    ) throws -> LogPage {
        var entries: [LogEntry] = []
        var reached: UInt64 = 0
        if case .appended(let position) = query.order { reached = position }
        let (isComplete, meter) = try walk(query, reached: &reached, sources: sources, in: db) { _, entry in
            entries.append(try entry())
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
        let (isComplete, meter) = try walk(query, reached: &reached, sources: sources, in: db) { row, _ in
            let at = Int((row.int(1) - query.range.from.nanoseconds) / width)
            let severity = Severity(rawValue: Int32(truncatingIfNeeded: row.int(4)))
            buckets[min(at, count - 1)].counts[severity.name, default: 0] += 1
            return true
        }
        return LogHistogram(buckets: buckets, cost: meter.cost(isComplete: isComplete))
    }

    /// Calls `visit` with each row that matches, in the order of the query, until it returns false.
    ///
    /// - Parameter reached: becomes the highest position that was looked at.
    /// - Returns: Whether the range was walked to its end, and what it cost.
    private static func walk(
        _ query: LogQuery, reached: inout UInt64, sources: SourceTable.Reader, in db: Database,
        _ visit: (RowView, () throws -> LogEntry) throws -> Bool
    ) throws -> (isComplete: Bool, QueryMeter) {
        var meter = QueryMeter(query.budget)
        var matching = MatchSession(try SignalFields.matcher(query.filter, SignalFields.logs))
        let isFiltered = query.filter.root != .all
        var isComplete = true
        try rows(query, db).forEach { row in
            guard try meter.take() else {
                isComplete = false
                return false
            }
            let position = UInt64(row.int(0))
            reached = max(reached, position)
            guard let source = try sources.source(row.int(2), in: query.selection) else { return true }
            var read: LogRecord?
            if isFiltered {
                let record = try LogRecord(stored: row.bytes(3))
                let holds = matching.matches(LogFields(source, record))
                meter.undecided = matching.undecided
                guard holds else { return true }
                read = record
            }
            isComplete = try visit(row) {
                LogEntry(
                    position: position, source: source,
                    record: try read ?? LogRecord(stored: row.bytes(3)))
            }
            return isComplete
        }
        return (isComplete, meter)
    }

    private static func rows(_ query: LogQuery, _ db: Database) throws -> RowStatement {
        let columns =
            "SELECT position, time, source, record, severity FROM logs WHERE time >= ? AND time < ?"
        let row: RowStatement
        switch query.order {
        case .newestFirst(nil):
            row = try RowStatement(columns + " ORDER BY time DESC, position DESC", in: db)
        case .newestFirst(let cursor?):
            row = try RowStatement(
                columns + " AND (time, position) < (?, ?) ORDER BY time DESC, position DESC", in: db)
            row.bind(3, cursor.time.nanoseconds)
            row.bind(4, Int64(clamping: cursor.position))
        case .appended(let position):
            // The plus signs keep the index of times out of it: a follower reads the end of the table and sorts nothing.
            row = try RowStatement(
                "SELECT position, time, source, record, severity FROM logs "
                    + "WHERE +time >= ? AND +time < ? AND position > ? ORDER BY position", in: db)
            row.bind(3, Int64(clamping: position))
        }
        row.bind(1, query.range.from.nanoseconds)
        row.bind(2, query.range.to.nanoseconds)
        return row
    }
}
