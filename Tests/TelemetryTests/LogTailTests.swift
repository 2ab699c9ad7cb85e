import Foundation
import GantryBase
import Model
import Telemetry
import TelemetrySQLite
import Testing
import Wire

@Suite struct LogTailTests {
    static let noon = Timestamp(seconds: 1_767_225_600)

    static func records(_ texts: [String]) -> SourcedRecords<LogRecord> {
        let name = ServiceName("yidian", "article")
        return SourcedRecords(
            SignalSource(
                instance: InstanceName(WorkloadName(name, "production", "nanjing"), "i1"), release: nil),
            texts.map { LogRecord(time: noon, body: .string($0)) })
    }

    static func withStore(_ body: (SQLiteTelemetryStore) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tail-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try SQLiteTelemetryStore(directory: folder)
        try await body(store)
        try await store.close()
    }

    @Test func whatMatchesRarelyIsNotLookedThroughAgain() async throws {
        try await Self.withStore { store in
            try await store.append(TelemetryBatch(logs: [Self.records(["before"])]))
            let search = LogSearch(range: .always, query: "needle")
            var tail = try await LogTail(store: store, query: search.logQuery(), lines: 10)
            #expect(tail.first.isEmpty && tail.position == 1)
            try await store.append(TelemetryBatch(logs: [Self.records((0..<3000).map { "hay \($0)" })]))
            while tail.position < 3001 { #expect(try await tail.next().isEmpty) }
            try await store.append(TelemetryBatch(logs: [Self.records(["a needle"])]))
            let found = try await tail.next()
            #expect(found.map(\.record.body.text) == ["a needle"] && tail.position == 3002)
        }
    }

    @Test func moreThanAPageIsFollowedPageByPage() async throws {
        try await Self.withStore { store in
            var tail = try await LogTail(
                store: store, query: LogSearch(range: .always).logQuery(), lines: 0)
            let texts = (0..<2500).map { "\($0)" }
            try await store.append(TelemetryBatch(logs: [Self.records(texts)]))
            var found: [String] = []
            while found.count < texts.count { found += try await tail.next().map(\.record.body.text) }
            #expect(found == texts)
        }
    }
}
