import GantryBase
import Model
import Wire

extension TelemetryConformance {
    private static func logs(_ messages: [String], _ id: BatchID?, instance: String = "i1") -> TelemetryBatch
    {
        TelemetryBatch(logs: [SourcedRecords(source(instance: instance), messages.map { log($0) }, id: id)])
    }

    private static func id(_ sequence: UInt64, _ stream: String = "logs", epoch: Int64 = 1) -> BatchID {
        BatchID(stream: stream, epoch: epoch, sequence: sequence)
    }

    static let batchCases: [Case] = [
        Case(promise: "a body that comes again is kept once, also within one append and after a restart") {
            subject in
            var store = try await subject.fresh()
            var twice = logs(["a", "b"], id(1))
            twice.logs += twice.logs
            let first = try await store.append(twice).repeatedBatches
            let again = try await store.append(logs(["a", "b"], id(1))).repeatedBatches
            store = try await subject.reopened(store)
            let later = try await store.append(logs(["a", "b"], id(1))).repeatedBatches
            try expect([first, again, later] == [1, 1, 1], "\([first, again, later])")
            let found = try await messages(store, LogQuery(range: day))
            try expect(found == ["b", "a"], "\(found)")
            let count = try await store.statistics().logs
            try expect(count == 2, "\(count)")
        },
        Case(
            promise: "another number, epoch, stream or sender is another body, and one without an id is kept"
        ) {
            subject in
            let store = try await subject.fresh()
            var repeated = 0
            for batch in [
                logs(["1"], id(1)), logs(["2"], id(2)), logs(["3"], id(1, epoch: 2)),
                logs(["4"], id(1, "more")), logs(["5"], id(1), instance: "i2"), logs(["6"], nil),
                logs(["6"], nil), logs(["7"], id(.max, epoch: .min)),
            ] {
                repeated += try await store.append(batch).repeatedBatches
            }
            let count = try await store.statistics().logs
            try expect(repeated == 0 && count == 8, "\(repeated) repeated of \(count)")
        },
        Case(
            promise: "spans and points of a body that comes again are kept once, what comes with them is kept"
        ) {
            subject in
            let store = try await subject.fresh()
            let point = SeriesPoint("cpu", time: noon, value: .delta(1))
            for number in 0..<2 {
                try await store.append(
                    TelemetryBatch(
                        logs: [SourcedRecords(source(), [log("\(number)")])],
                        spans: [SourcedRecords(source(), [span(1, 1)], id: id(1, "spans"))],
                        points: [SourcedRecords(source(), [point], id: id(1, "points"))]))
            }
            let found = try await store.statistics()
            try expect(found.logs == 2 && found.spans == 1 && found.points == 1, "\(found)")
        },
    ]
}
