import Expressions
import GRDB
import GantryBase
import Model
import Telemetry
import Wire

/// Spans, found by their trace's id or by walking the range.
enum SpanTable {
    /// Rows in a part of the index of traces. A trace's id is random, so that an append writes into as many pages as it has
    /// traces, up to those of the part, about 300; a trace is looked for in each part: some 1,500 in a hundred million
    /// spans.
    static let part: Int64 = 1 << 16

    static func append(_ groups: [(source: Int64, records: [SpanRecord])], in db: Database) throws {
        guard !groups.isEmpty else { return }
        var place = try Place(.spans, in: db)
        var encoder = RecordEncoder()
        let row = try RowStatement(
            "INSERT INTO spans (id, start, source, record) VALUES (?, ?, ?, ?)", in: db)
        let index = try RowStatement(
            "INSERT INTO span_traces (part, trace, first, count) VALUES (?, ?, ?, ?)", in: db)
        var run = Run(first: place.next)
        for key in keys(of: groups) {
            let record = groups[key.group].records[key.record]
            if key.trace != run.trace || place.next / part != run.first / part {
                try run.keep(index)
                run = Run(trace: key.trace, first: place.next)
            }
            run.count += 1
            row.bind(1, place.next)
            row.bind(2, record.start.nanoseconds)
            row.bind(3, groups[key.group].source)
            encoder.encode(record)
            try encoder.withMessage { bytes in
                row.bind(4, bytes)
                try row.run()
            }
            place.next += 1
        }
        try run.keep(index)
        try place.keep(in: db)
    }

    /// Spans of one trace that lie behind each other.
    private struct Run {
        var trace: Int64 = 0
        var first: Int64
        var count: Int64 = 0

        func keep(_ index: RowStatement) throws {
            guard count > 0 else { return }
            index.bind(1, first / SpanTable.part)
            index.bind(2, trace)
            index.bind(3, first)
            index.bind(4, count)
            try index.run()
        }
    }

    private struct Key {
        var trace: Int64
        var group: Int
        var record: Int
    }

    /// The spans by trace, so that those of a trace need one entry in the index, and the entries come in its order.
    private static func keys(of groups: [(source: Int64, records: [SpanRecord])]) -> [Key] {
        var keys: [Key] = []
        keys.reserveCapacity(groups.reduce(0) { $0 + $1.records.count })
        for (group, item) in groups.enumerated() {
            for (record, span) in item.records.enumerated() {
                keys.append(Key(trace: key(of: span.traceID), group: group, record: record))
            }
        }
        keys.sort { ($0.trace, $0.group, $0.record) < ($1.trace, $1.group, $1.record) }
        return keys
    }

    private static func key(of id: TraceID) -> Int64 { Int64(bitPattern: id.low) }

    /// A span that came twice is shown once: what has no batch id may be repeated.
    static func trace(_ id: TraceID, sources: SourceTable.Reader, in db: Database) throws -> TracePage {
        var found = try places(of: id, in: db)
        found.sort { ($0.start, $0.id) < ($1.start, $1.id) }
        var spans: [SpanEntry] = []
        var seen: Set<SpanID> = []
        var omitted = 0
        let row = try RowStatement("SELECT source, record FROM spans WHERE id = ?", in: db)
        for place in found {
            row.bind(1, place.id)
            try row.forEach { row in
                let record = try SpanRecord(stored: row.bytes(1))
                guard record.traceID == id, let source = try sources.source(row.int(0), in: Selection()),
                    seen.insert(record.spanID).inserted
                else { return false }
                if spans.count < TelemetryLimits.traceSpans {
                    spans.append(SpanEntry(source: source, record: record))
                } else {
                    omitted += 1
                }
                return false
            }
        }
        return TracePage(spans: spans, omitted: omitted)
    }

    private static func places(of id: TraceID, in db: Database) throws -> [(start: Int64, id: Int64)] {
        var found: [(start: Int64, id: Int64)] = []
        guard let oldest = try Int64.fetchOne(db, sql: "SELECT min(id) FROM spans") else { return [] }
        let next = try Place(.spans, in: db).next
        let row = try RowStatement(
            """
            SELECT spans.start, spans.id FROM span_traces AS t
            JOIN spans ON spans.id >= t.first AND spans.id < t.first + t.count
            WHERE t.part = ? AND t.trace = ?
            """, in: db)
        row.bind(2, key(of: id))
        for part in oldest / Self.part...max(oldest, next - 1) / Self.part {
            row.bind(1, part)
            try row.forEach { row in
                found.append((row.int(0), row.int(1)))
                return true
            }
        }
        return found
    }

    static func page(_ query: SpanQuery, sources: SourceTable.Reader, in db: Database) throws -> SpanPage {
        var meter = QueryMeter(query.budget)
        var matching = MatchSession(try SignalFields.matcher(query.filter, SignalFields.spans))
        var spans: [SpanEntry] = []
        var isComplete = true
        let rows = try RowStatement(
            "SELECT source, record FROM spans WHERE start >= ? AND start < ? ORDER BY start DESC", in: db)
        rows.bind(1, query.range.from.nanoseconds)
        rows.bind(2, query.range.to.nanoseconds)
        try rows.forEach { row in
            guard try meter.take() else {
                isComplete = false
                return false
            }
            guard let source = try sources.source(row.int(0), in: query.selection) else { return true }
            let record = try SpanRecord(stored: row.bytes(1))
            let holds = matching.matches(SpanFields(source, record))
            meter.undecided = matching.undecided
            if holds { spans.append(SpanEntry(source: source, record: record)) }
            return spans.count < query.limit
        }
        return SpanPage(spans: spans, cost: meter.cost(isComplete: isComplete))
    }
}
