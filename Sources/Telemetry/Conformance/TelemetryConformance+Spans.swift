import Expressions
import GantryBase
import Model
import Wire

extension TelemetryConformance {
    static let spanCases: [Case] = [
        Case(promise: "a trace is all its spans by start, from every sender, each once") { subject in
            let store = try await subject.fresh()
            let (root, child) = (span(7, 1, at: 0, milliseconds: 90), span(7, 2, parent: 1, at: 1))
            try await store.append(TelemetryBatch(spans: [SourcedRecords(source("yiyao/medicine"), [child])]))
            try await store.append(TelemetryBatch(spans: [SourcedRecords(source(), [root, span(8, 3)])]))
            try await store.append(TelemetryBatch(spans: [SourcedRecords(source("yiyao/medicine"), [child])]))
            let page = try await store.trace(TraceID(high: 1, low: 7))
            try expect(page.spans.map(\.record) == [root, child], "\(page)")
            try expect(page.spans.last?.source == source("yiyao/medicine"), "\(page)")
            let none = try await store.trace(TraceID(high: 2, low: 7))
            try expect(none.spans.isEmpty, "\(none)")
        },
        Case(promise: "traces that came mixed, in many appends, are each found whole") { subject in
            let store = try await subject.fresh()
            for turn in 0..<UInt64(4) {
                let spans = (UInt64(1)...200).map {
                    span($0 &* 0x9E37_79B9_7F4A_7C15, $0 * 10 + turn, at: Int64(turn))
                }
                try await store.append(
                    TelemetryBatch(spans: [
                        SourcedRecords(source(), Array(spans[..<90])),
                        SourcedRecords(source(instance: "i2"), Array(spans[90...])),
                    ]))
            }
            for number in [UInt64(1), 90, 91, 200] {
                let id = TraceID(high: 1, low: number &* 0x9E37_79B9_7F4A_7C15)
                let found = try await store.trace(id).spans.map(\.record.spanID.value)
                try expect(found == (0..<4).map { number * 10 + $0 }, "\(number): \(found)")
            }
        },
        Case(promise: "a span comes back with its events, links and status") { subject in
            let store = try await subject.fresh()
            var record = span(9, 1)
            record.traceState = "ot=th:8"
            record.flags = 0x301
            record.events = [.init(time: noon, name: "exception", attributes: ["exception.type": "E"])]
            record.links = [.init(traceID: TraceID(high: 5, low: 6), spanID: SpanID(7))]
            record.status = .init(.error, message: "no")
            try await store.append(TelemetryBatch(spans: [SourcedRecords(source(), [record])]))
            let found = try await store.trace(record.traceID).spans.map(\.record)
            try expect(found == [record], "\(found)")
        },
        Case(promise: "spans are searched by name, duration, status and sender, newest first") { subject in
            let store = try await subject.fresh()
            var failed = span(2, 2, "GET /b", at: 2, milliseconds: 900)
            failed.status = .init(.error)
            let spans = [span(1, 1, "GET /a", at: 1, milliseconds: 20), failed, span(3, 3, "GET /c", at: 3)]
            try await store.append(TelemetryBatch(spans: [SourcedRecords(source(), spans)]))
            let searches: [(String, [UInt64])] = [
                ("", [3, 2, 1]), ("duration:>500ms", [2]), ("status:error", [2]),
                ("duration:<=20ms", [3, 1]),
                ("name:~\"/[ab]$\"", [2, 1]), ("service:article kind:server", [3, 2, 1]),
                ("region:tianjin", []),
            ]
            for (text, wanted) in searches {
                let query = SpanQuery(range: day, filter: try BooleanExpression.search(text))
                let found = try await store.spans(query).spans.map(\.record.spanID.value)
                try expect(found == wanted, "\(text) finds \(found)")
            }
            let two = try await store.spans(SpanQuery(range: day, limit: 2)).spans
            try expect(two.count == 2, "\(two)")
        },
    ]
}
