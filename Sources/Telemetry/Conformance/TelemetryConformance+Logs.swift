import Expressions
import GantryBase
import Model
import Wire

extension TelemetryConformance {
    static let logCases: [Case] = [
        Case(promise: "a log record comes back as it was appended, with its sender") { subject in
            let store = try await subject.fresh()
            let record = LogRecord(
                time: noon, observedTime: noon + .milliseconds(3), severity: Severity(rawValue: 14),
                severityText: "WARN2", eventName: "order",
                body: .map(["message": "订单", "n": 3, "list": [1, "two", true, 0.5]]),
                attributes: ["http.route": "/a/{id}", "raw": .bytes([0, 255]), "none": .empty],
                droppedAttributes: 2, flags: 1, traceID: TraceID(high: 1, low: 2), spanID: SpanID(3))
            try await append([record], to: store)
            let entries = try await store.logs(LogQuery(range: day)).entries
            try expect(entries.map(\.record) == [record], "\(entries)")
            try expect(entries.first?.source == source(), "\(entries)")
        },
        Case(promise: "records come newest first, and later appended first where times are equal") {
            subject in
            let store = try await subject.fresh()
            try await append([log("b", 2), log("a", 1), log("d", 9)], to: store)
            try await append([log("c", 2), log("e", -5)], to: store)
            let found = try await messages(store, LogQuery(range: day))
            try expect(found == ["d", "c", "b", "a", "e"], "\(found)")
        },
        Case(promise: "pages join without a gap or a repeat, also among equal times") { subject in
            let store = try await subject.fresh()
            try await append((0..<25).map { log("\($0)", Int64($0 / 10)) }, to: store)
            var found: [String] = []
            var query = LogQuery(range: day, limit: 4)
            while true {
                let page = try await store.logs(query)
                found += page.entries.map(\.record.body.text)
                guard let next = page.next else { break }
                // The cursor travels as text in addresses.
                query.order = .newestFirst(after: LogCursor(next.description))
                try expect(found.count < 100, "pages do not end")
            }
            try expect(found == (0..<25).reversed().map { "\($0)" }, "\(found)")
        },
        Case(promise: "a range holds its start and not its end") { subject in
            let store = try await subject.fresh()
            try await append([log("before", -1), log("start", 0), log("end", 5)], to: store)
            let range = TimeRange(from: noon, to: noon + .seconds(5))
            let found = try await messages(store, LogQuery(range: range))
            try expect(found == ["start"], "\(found)")
        },
        Case(promise: "a follower gets what was appended after it looked, in the order of appends") {
            subject in
            let store = try await subject.fresh()
            try await append([log("old", 5)], to: store)
            let seen = try await store.statistics().lastPosition
            async let woken: Void = store.logsAppended(after: seen)
            try await append([log("late", -50), log("new", 6)], to: store)
            try await woken
            let found = try await messages(store, LogQuery(range: day, order: .appended(after: seen)))
            try expect(found == ["late", "new"], "\(found)")
        },
        Case(promise: "waiting for new records ends with its task") { subject in
            let store = try await subject.fresh()
            let position = try await store.statistics().lastPosition
            // Safe: cancelled and awaited right here.
            let waiting = Task { try await store.logsAppended(after: position) }
            waiting.cancel()
            let outcome = await waiting.result
            try expect((try? outcome.get()) == nil, "it returned as if there were something")
        },
        Case(promise: "the histogram counts every match once, empty parts too") { subject in
            let store = try await subject.fresh()
            try await append(
                [log("a", 0), log("b", 9, .error), log("c", 10), log("d", 39, .error), log("e", 40)],
                to: store)
            let query = LogQuery(range: TimeRange(from: noon, to: noon + .seconds(40)))
            let found = try await store.logHistogram(query, buckets: 4).buckets
            try expect(found.map(\.total) == [2, 1, 0, 1], "\(found)")
            try expect(found[0].counts == ["info": 1, "error": 1], "\(found)")
            try expect(found[1].start == noon + .seconds(10), "\(found)")
        },
    ]
}
