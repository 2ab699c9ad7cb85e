import Expressions
import Foundation
import GRDB
import GantryBase
import Model
import Telemetry
import Wire

/// Spans, found by their trace's id or by walking the range.
enum SpanTable {
    static func append(
        _ groups: [SourcedRecords<SpanRecord>], sources: SourceTable.Writer, in db: Database
    ) throws {
        for group in groups where !group.records.isEmpty {
            let source = try sources.id(group.source)
            let insert = try db.cachedStatement(
                sql: "INSERT INTO spans (trace_high, trace_low, start, source, record) VALUES (?, ?, ?, ?, ?)"
            )
            for record in group.records {
                try insert.execute(arguments: [
                    Int64(bitPattern: record.traceID.high), Int64(bitPattern: record.traceID.low),
                    record.start.nanoseconds, source, Data(record),
                ])
            }
        }
    }

    /// A span that came twice is shown once: senders repeat what was not answered.
    static func trace(_ id: TraceID, sources: SourceTable.Reader, in db: Database) throws -> TracePage {
        var spans: [SpanEntry] = []
        var seen: Set<SpanID> = []
        var omitted = 0
        let rows = try Row.fetchCursor(
            db,
            sql: "SELECT source, record FROM spans WHERE trace_high = ? AND trace_low = ? ORDER BY start",
            arguments: [Int64(bitPattern: id.high), Int64(bitPattern: id.low)])
        while let row = try rows.next() {
            guard let source = try sources.source(row[0], in: Selection()) else { continue }
            let record = try SpanRecord(row[1])
            guard seen.insert(record.spanID).inserted else { continue }
            if spans.count < TelemetryLimits.traceSpans {
                spans.append(SpanEntry(source: source, record: record))
            } else {
                omitted += 1
            }
        }
        return TracePage(spans: spans, omitted: omitted)
    }

    static func page(_ query: SpanQuery, sources: SourceTable.Reader, in db: Database) throws -> SpanPage {
        var meter = QueryMeter(query.budget)
        var matching = MatchSession(try SignalFields.matcher(query.filter, SignalFields.spans))
        var spans: [SpanEntry] = []
        let rows = try Row.fetchCursor(
            db, sql: "SELECT source, record FROM spans WHERE start >= ? AND start < ? ORDER BY start DESC",
            arguments: [query.range.from.nanoseconds, query.range.to.nanoseconds])
        while let row = try rows.next() {
            guard try meter.take() else { return SpanPage(spans: spans, cost: meter.cost(isComplete: false)) }
            guard let source = try sources.source(row[0], in: query.selection) else { continue }
            let record = try SpanRecord(row[1])
            let holds = matching.matches(SpanFields(source, record))
            meter.undecided = matching.undecided
            guard holds else { continue }
            spans.append(SpanEntry(source: source, record: record))
            if spans.count == query.limit { break }
        }
        return SpanPage(spans: spans, cost: meter.cost(isComplete: true))
    }
}
