import GantryBase
import Model
import Wire

extension TelemetryConformance {
    static func key(
        _ side: CallSide = .server, _ interface: String = "GET /", code: String = "200",
        _ outcome: CallClass = .success
    ) -> CallKey {
        CallKey(
            side: side, caller: "yidian/portal", callee: "yidian/article", interface: interface, code: code,
            outcome: outcome)
    }

    static func counts(_ seconds: [Double], exemplar: UInt64? = nil) -> CallCounts {
        var counts = CallCounts(
            count: UInt64(seconds.count), exemplar: exemplar.map { TraceID(high: 1, low: $0) },
            slowest: seconds.max() ?? 0)
        for value in seconds { counts.durations.record(value) }
        return counts
    }

    static func window(
        _ sequence: UInt64, second: Int64 = 0, epoch: Int64 = 1, _ calls: [(CallKey, CallCounts)]
    ) -> CallWindow {
        CallWindow(
            counter: "i1", epoch: epoch, sequence: sequence, second: noon.seconds + second,
            calls: calls.map { .init($0.0, $0.1) })
    }

    static func append(_ windows: [CallWindow], to store: any TelemetryStore) async throws -> Int {
        try await store.append(TelemetryBatch(windows: [SourcedRecords(source(), windows)])).repeatedWindows
    }

    static let callCases: [Case] = [
        Case(promise: "a window that comes again changes nothing, also after a restart") { subject in
            var store = try await subject.fresh()
            let window = window(1, [(key(), counts([0.1, 0.2]))])
            let first = try await append([window], to: store)
            let again = try await append([window, window], to: store)
            store = try await subject.reopened(store)
            let later = try await append([window], to: store)
            try expect([first, again, later] == [0, 2, 1], "\([first, again, later])")
            let rows = try await store.calls(CallQuery(range: day, by: [])).rows
            try expect(rows.map(\.total) == [2], "\(rows)")
        },
        Case(promise: "windows of one second add up, and another epoch is another window") { subject in
            let store = try await subject.fresh()
            _ = try await append(
                [
                    window(1, [(key(), counts([0.1]))]), window(2, [(key(), counts([0.3], exemplar: 5))]),
                    window(1, epoch: 2, [(key(), counts([0.2], exemplar: 6))]),
                ], to: store)
            let rows = try await store.calls(CallQuery(range: day, by: [.interface])).rows
            try expect(rows.count == 1 && rows[0].total == 3, "\(rows)")
            try expect(rows[0].durations.count == 3, "\(rows)")
            try expect(rows[0].exemplar == TraceID(high: 1, low: 5), "\(rows)")
        },
        Case(promise: "windows of one name and number from two senders are two") { subject in
            let store = try await subject.fresh()
            for instance in ["i1", "i2"] {
                try await store.append(
                    TelemetryBatch(
                        windows: [
                            SourcedRecords(source(instance: instance), [window(1, [(key(), counts([0.1]))])])
                        ]))
            }
            let rows = try await store.calls(CallQuery(range: day, by: [])).rows
            try expect(rows.map(\.total) == [2], "\(rows)")
        },
        Case(promise: "calls are told apart by the dimensions that are asked for, and only by those") {
            subject in
            let store = try await subject.fresh()
            _ = try await append(
                [
                    window(
                        1,
                        [
                            (key(.server), counts([0.1])), (key(.client), counts([0.2])),
                            (key(.server, code: "500", .exception), counts([0.3, 0.3])),
                            (key(.server, "GET /slow", code: "", .timeout), counts([3])),
                        ])
                ], to: store)
            let bySide = try await store.calls(CallQuery(range: day, by: [.side])).rows
            let totals = Dictionary(uniqueKeysWithValues: bySide.map { ($0.key[.side] ?? "", $0.total) })
            try expect(totals == ["server": 4, "client": 1], "\(bySide)")
            let only = try await store.calls(
                CallQuery(range: day, by: [.interface, .code], only: [.side: "server", .interface: "GET /"])
            ).rows
            try expect(only.count == 2, "\(only)")
            let failed = only.first { $0.key[.code] == "500" }
            try expect(failed?.counts == [.exception: 2] && failed?.failureRate == 1, "\(only)")
            let region = try await store.calls(
                CallQuery(Selection(region: "tianjin"), range: day, by: [.region])
            ).rows
            try expect(region.isEmpty, "\(region)")
        },
        Case(promise: "steps of time begin at the range's start, and calls lie in the second they ended in") {
            subject in
            let store = try await subject.fresh()
            _ = try await append(
                (0..<25).map { window(UInt64($0), second: Int64($0), [(key(), counts([0.1]))]) }, to: store)
            let range = TimeRange(from: noon + .seconds(2), to: noon + .seconds(22))
            let table = try await store.calls(CallQuery(range: range, by: [], step: .seconds(10)))
            let rows = table.rows.sorted { $0.start < $1.start }
            try expect(rows.map(\.total) == [10, 10], "\(rows)")
            try expect(rows.map(\.start) == [range.from, range.from + .seconds(10)], "\(rows)")
            try expect(table.freshness == noon + .seconds(22), "\(String(describing: table.freshness))")
        },
    ]
}
