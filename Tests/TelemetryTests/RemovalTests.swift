import Foundation
import GantryBase
import Model
import Synchronization
import Telemetry
import TelemetrySQLite
import Testing
import Wire

/// Removal beside appends, in a real file.
@Suite struct RemovalTests {
    private static let start = Timestamp(seconds: 1_767_225_600)

    private static func source(_ instance: String) -> SignalSource {
        SignalSource(
            instance: InstanceName(
                WorkloadName(ServiceName("yidian", "article"), "production", "nanjing"), instance),
            release: nil)
    }

    private static func batch(_ number: Int, at time: Timestamp, records: Int = 500) -> TelemetryBatch {
        let name = String(repeating: "x", count: 200)
        let logs = (0..<records).map { LogRecord(time: time + .milliseconds(Int64($0)), body: .string(name)) }
        let spans = (0..<records / 5).map { index in
            SpanRecord(
                traceID: TraceID(high: 1, low: UInt64(number * 1000 + index) &* 0x9E37_79B9_7F4A_7C15),
                spanID: SpanID(UInt64(index + 1)), name: name, start: time, end: time)
        }
        let window = CallWindow(
            counter: "i1", epoch: 1, sequence: UInt64(number), second: time.seconds, calls: [])
        let id = BatchID(stream: "logs", epoch: 1, sequence: UInt64(number))
        let from = source("i\(number % 3)")
        return TelemetryBatch(
            logs: [SourcedRecords(from, logs, id: id)], spans: [SourcedRecords(from, spans)],
            windows: [SourcedRecords(from, [window])])
    }

    @Test func `appends go on while much is removed, and the file gives back its space`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "removal-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try SQLiteTelemetryStore(
            directory: folder.path, time: TimeSource(now: { Self.start }, sleep: { _ in }))
        for number in 0..<100 {
            try await store.append(Self.batch(number, at: Self.start + .seconds(Int64(number))))
        }
        let before = try await store.statistics()
        let bound = Self.start + .seconds(95)
        let isDone = Flag()
        let (added, slowest) = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await store.removeOld(before: RetentionBounds(all: bound))
                isDone.value.store(true, ordering: .releasing)
            }
            var (added, slowest) = (0, Duration.zero)
            // No more than that: what is appended meanwhile would outgrow what is removed on a slow disk.
            while added < 100, !isDone.value.load(ordering: .acquiring) {
                let began = ContinuousClock.now
                try await store.append(Self.batch(1000 + added, at: bound, records: 5))
                slowest = max(slowest, ContinuousClock.now - began)
                added += 1
            }
            try await group.waitForAll()
            return (added, slowest)
        }
        // 47,500 lines and 9,500 spans went, in some thirty pieces: an append waits for one of them, not for all.
        #expect(added >= 10)
        #expect(slowest < .seconds(2))
        let after = try await store.statistics()
        #expect(after.logs == 5 * 500 + added * 5)
        #expect(after.spans == 5 * 100 + added)
        #expect(after.windows == 5 + added)
        #expect(after.bytesOnDisk < before.bytesOnDisk / 3)
        let gone = try await store.trace(TraceID(high: 1, low: 1000 &* 0x9E37_79B9_7F4A_7C15))
        #expect(gone.spans.isEmpty)
        let kept = try await store.trace(TraceID(high: 1, low: UInt64(99_007) &* 0x9E37_79B9_7F4A_7C15))
        #expect(kept.spans.count == 1)
        try await store.close()
        let size = Int64(try Self.size(of: folder.path))
        #expect(
            size < before.bytesOnDisk / 3,
            "\(size) bytes of \(before.bytesOnDisk), \(after.bytesOnDisk) in use")
    }

    @Test func `days that come and go do not make the file grow, nor do senders that are gone`() async throws
    {
        let folder = FileManager.default.temporaryDirectory.appending(path: "removal-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let clock = Clock(Self.start)
        func open() throws -> SQLiteTelemetryStore {
            try SQLiteTelemetryStore(
                directory: folder.path,
                time: TimeSource(now: { clock.now.withLock { $0 } }, sleep: { _ in }))
        }
        var sizes: [Int] = []
        for day in 0..<8 {
            let store = try open()
            let today = Self.start + .minutes(Int64(day) * 1440)
            clock.now.withLock { $0 = today }
            for number in 0..<10 {
                var batch = Self.batch(day * 10 + number, at: today + .seconds(Int64(number)))
                let sender = Self.source("day-\(day)-\(number)")
                for at in batch.logs.indices { batch.logs[at].source = sender }
                batch.points = [
                    SourcedRecords(sender, [SeriesPoint("cpu", time: today, value: .gauge(1))])
                ]
                try await store.append(batch)
            }
            try await store.removeOld(before: RetentionBounds(all: today - .minutes(1440)))
            #expect(try await store.statistics().logs == min(day + 1, 2) * 10 * 500)
            try await store.close()
            sizes.append(try Self.size(of: folder.path))
        }
        #expect(sizes[7] <= sizes[3] + sizes[3] / 10, "\(sizes)")
        // The ids of bodies go with the calls: what comes after that is new.
        let store = try open()
        var (old, new) = (Self.batch(0, at: Self.start), Self.batch(79, at: Self.start))
        old.logs[0].source = Self.source("day-0-0")
        new.logs[0].source = Self.source("day-7-9")
        #expect(try await store.append(old).repeatedBatches == 0)
        #expect(try await store.append(new).repeatedBatches == 1)
        try await store.close()
    }

    /// The main file, which closing has brought up to date.
    private static func size(of folder: String) throws -> Int {
        let path = folder + "/" + SQLiteTelemetryStore.fileName
        return try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }
}

private final class Flag: Sendable {
    let value = Atomic(false)
}

private final class Clock: Sendable {
    let now: Mutex<Timestamp>
    init(_ time: Timestamp) { now = Mutex(time) }
}
