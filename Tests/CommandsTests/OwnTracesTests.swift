import API
import GantryBase
import Logging
import Model
import Synchronization
import Testing
import Wire

@testable import Commands

@Suite struct OwnTracesTests {
    private static func span(_ number: UInt64) -> SpanRecord {
        SpanRecord(
            traceID: TraceID(high: 1, low: number), spanID: SpanID(number), name: "GET /v1/runs",
            kind: .server, start: .epoch, end: .epoch)
    }

    @Test func spansGoOutInBatchesInTheirOrder() async throws {
        let taken = Mutex<[TraceBatch]>([])
        var traces = OwnTraces(logger: Logger(label: "test")) { batch, bytes, source in
            #expect(source.service == OwnTraces.service && bytes > 0)
            taken.withLock { $0.append(batch) }
        }
        traces.interval = .milliseconds(5)
        for number in 1...3 { traces.queue.add(Self.span(UInt64(number))) }
        await traces.flush()
        await traces.flush()
        let batch = try #require(taken.withLock { $0.count == 1 ? $0.first : nil })
        #expect(batch.groups[0].scopes[0].records.map(\.spanID.value) == [1, 2, 3])
        #expect(batch.groups[0].resource.attributes.string("service.name") == "server")
        traces.queue.add(Self.span(4))
        let running = traces
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await running.run() }
            for _ in 0..<500 where taken.withLock({ $0.count }) < 2 {
                try? await Task.sleep(for: .milliseconds(10))
            }
            group.cancelAll()
        }
        #expect(taken.withLock { $0.count } == 2)
    }

    @Test func whatCannotBeTakenIsLostAndNothingElse() async {
        let traces = OwnTraces(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) { _, _, _ in
            throw GantryError(.unavailable, "the store is full")
        }
        traces.queue.add(Self.span(1))
        await traces.flush()
        #expect(traces.queue.count == 0)
    }
}
