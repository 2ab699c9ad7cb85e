import GantryBase
import Model
import Wire

extension TelemetryConformance {
    static let storeCases: [Case] = [
        Case(promise: "an empty store answers every query with nothing") { subject in
            let store = try await subject.fresh()
            let logs = try await store.logs(LogQuery(range: day))
            let spans = try await store.spans(SpanQuery(range: day))
            let calls = try await store.calls(CallQuery(range: day, by: [.caller]))
            let series = try await store.series(SeriesQuery("cpu", range: day))
            try expect(logs.entries.isEmpty && logs.next == nil && logs.cost.isComplete, "\(logs)")
            try expect(spans.spans.isEmpty && calls.rows.isEmpty && series.series.isEmpty, "not empty")
            try expect(calls.freshness == nil, "\(calls)")
        },
        Case(promise: "what append returned from is there after a restart, at the same positions") {
            subject in
            var store = try await subject.fresh()
            try await append([log("a"), log("b", 1)], to: store)
            try await store.append(TelemetryBatch(spans: [SourcedRecords(source(), [span(1, 1)])]))
            let before = try await store.logs(LogQuery(range: day)).entries
            store = try await subject.reopened(store)
            let after = try await store.logs(LogQuery(range: day)).entries
            try expect(before == after && before.count == 2, "\(after)")
            try await append([log("c", 2)], to: store)
            let last = try await store.statistics()
            try expect(last.lastPosition > (before.map(\.position).max() ?? 0), "\(last)")
            try expect(last.logs == 3 && last.spans == 1 && last.bytesOnDisk > 0, "\(last)")
        },
        Case(promise: "appends at the same time keep everything, each batch in one piece") { subject in
            let store = try await subject.fresh()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for sender in 0..<8 {
                    group.addTask {
                        for batch in 0..<10 {
                            try await append(
                                (0..<5).map { log("\(sender)-\(batch)-\($0)") },
                                source(instance: "i\(sender)"), to: store)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let entries = try await store.logs(LogQuery(range: day, order: .appended(after: 0))).entries
            try expect(entries.count == 400 && Set(entries.map(\.position)).count == 400, "\(entries.count)")
            for at in stride(from: 0, to: 400, by: 5) {
                let ends = entries[at..<at + 5].map { $0.record.body.text.suffix(2) }
                try expect(ends == ["-0", "-1", "-2", "-3", "-4"], "a batch is torn at \(at)")
            }
        },
        Case(promise: "series come by name, labels and sender with their points by time") { subject in
            let store = try await subject.fresh()
            func point(_ seconds: Int64, _ value: Double, _ labels: [String: String]) -> SeriesPoint {
                SeriesPoint("cpu", labels: labels, time: noon + .seconds(seconds), value: .gauge(value))
            }
            let points = [
                point(2, 0.2, ["core": "0"]), point(1, 0.1, ["core": "0"]), point(1, 0.9, ["core": "1"]),
            ]
            try await store.append(TelemetryBatch(points: [SourcedRecords(source(), points)]))
            let one = try await store.series(SeriesQuery("cpu", labels: ["core": "0"], range: day)).series
            try expect(one.map(\.labels) == [["core": "0"]], "\(one)")
            try expect(one.first?.points == [points[1], points[0]], "\(one)")
            let all = try await store.series(SeriesQuery("cpu", range: day)).series
            try expect(all.count == 2, "\(all)")
            let none = try await store.series(SeriesQuery("cpu", Selection(region: "tianjin"), range: day))
                .series
            try expect(none.isEmpty, "\(none)")
        },
        Case(promise: "what is older than its bound goes, the rest stays, and positions are not given again")
        { subject in
            let store = try await subject.fresh()
            try await append([log("old", -100), log("new", 0)], to: store)
            try await store.append(
                TelemetryBatch(spans: [SourcedRecords(source(), [span(1, 1, at: -100), span(2, 2)])]))
            _ = try await append(
                [window(1, second: -100, [(key(), counts([1]))]), window(2, [(key(), counts([1]))])],
                to: store)
            let last = try await store.statistics().lastPosition
            try await store.removeOld(before: RetentionBounds(all: noon - .seconds(10)))
            let logs = try await messages(store, LogQuery(range: day))
            try expect(logs == ["new"], "\(logs)")
            let gone = try await store.trace(TraceID(high: 1, low: 1)).spans
            try expect(gone.isEmpty, "\(gone)")
            let calls = try await store.calls(CallQuery(range: day, by: [])).rows
            try expect(calls.map(\.total) == [1], "\(calls)")
            try await store.removeOld(before: RetentionBounds(all: noon + .seconds(10)))
            try await append([log("next", 1)], to: store)
            let next = try await store.statistics().lastPosition
            try expect(next > last, "\(next) after \(last)")
        },
        Case(promise: "a closed store refuses with unavailable and lets its followers go") { subject in
            let store = try await subject.fresh()
            let position = try await store.statistics().lastPosition
            // Safe: awaited below, and let go by `close`.
            let waiting = Task { try await store.logsAppended(after: position) }
            try await store.close()
            try await store.close()
            try await expectUnavailable { try await waiting.value }
            try await expectUnavailable { try await append([log("x")], to: store) }
            try await expectUnavailable { _ = try await store.logs(LogQuery(range: day)) }
        },
    ]

    private static func expectUnavailable(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as GantryError {
            return try expect(error.code == .unavailable, "\(error)")
        }
        throw TelemetryFailure(found: "a closed store answered", line: #line)
    }
}
