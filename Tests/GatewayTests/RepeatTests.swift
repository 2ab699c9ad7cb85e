import Foundation
import GantryBase
import Gateway
import Glibc
import Model
import Synchronization
import Telemetry
import TelemetrySQLite
import Testing
import Wire

/// What comes again: after a refusal, after an answer that was lost, after the death of the gateway.
@Suite struct RepeatTests {
    private static let batch = TraceBatch(
        [World.span(1), World.span(2, .client, attributes: ["peer.service": "yisheng/doctor"])],
        from: SignalResource())

    @Test func `spans of a direct sender that come again are handed on, kept and counted once`() async throws
    {
        let world = try World()
        let feed = world.gateway.calls.subscribe()
        var reader = feed.windows.makeAsyncIterator()
        func send(_ gateway: Gateway) async throws {
            try await gateway.take(Self.batch, bytes: 100, from: World.source(), origin: .direct)
        }
        world.faults.isDown.withLock { $0 = true }
        for _ in 0..<3 { await #expect(throws: GantryError.self) { try await send(world.gateway) } }
        #expect(await reader.next()?.records.first?.calls.count == 2)
        world.faults.isDown.withLock { $0 = false }
        try await send(world.gateway)
        // The answer is lost; and once more to another process of the gateway.
        try await send(world.gateway)
        let other = Gateway(name: "test", store: world.store, time: world.time)
        try await send(other)
        let marker = TraceBatch([World.span(9)], from: SignalResource())
        try await world.gateway.take(marker, bytes: 1, from: World.source(), origin: .direct)
        #expect(await reader.next()?.records.first?.calls.first?.counts.count == 1)
        let rows = try await world.store.calls(CallQuery(range: World.day, by: [.side])).rows
        #expect(rows.map(\.total).sorted() == [1, 2])
        #expect(try await world.store.statistics().spans == 3)
        try await world.close()
    }

    @Test func `a body with an id is kept once, whoever else uses that id`() async throws {
        let world = try World()
        let id = BatchID(stream: "logs", epoch: 5, sequence: 1)
        for instance in ["i1", "i1", "i2", "i1"] {
            try await world.gateway.take(
                LogBatch([LogRecord(time: World.noon, body: "x")], from: SignalResource()), bytes: 1,
                from: World.source(instance: instance), origin: .agent, id: id)
        }
        #expect(try await world.store.statistics().logs == 2)
        try await world.close()
    }

    @Test func `numbers of another sender's windows cannot be used up`() async throws {
        let world = try World()
        let feed = world.gateway.calls.subscribe()
        var reader = feed.windows.makeAsyncIterator()
        let window = CallWindow(counter: "i1", epoch: 1, sequence: 7, second: World.noon.seconds, calls: [])
        try await world.gateway.take([window], bytes: 1, from: World.source("yiyao/evil"))
        try await world.gateway.take([window], bytes: 1, from: World.source())
        #expect(await reader.next()?.source == (try World.source("yiyao/evil")))
        #expect(await reader.next()?.source == (try World.source()))
        #expect(try await world.store.statistics().windows == 2)
        try await world.close()
    }

    @Test func `a sum that was not kept is differenced again from where it was`() async throws {
        let world = try World()
        func send(_ seconds: Int64, _ value: Double) async throws {
            let point = NumberPoint(
                PointHeader(start: World.noon, time: World.noon + .seconds(seconds)), value: .double(value))
            let metric = MetricRecord(name: "orders", data: .sum([point], .cumulative, monotonic: true))
            try await world.gateway.take(
                MetricBatch([metric], from: SignalResource()), bytes: 1, from: World.source(), origin: .direct
            )
        }
        try await send(0, 100)
        world.faults.isDown.withLock { $0 = true }
        await #expect(throws: GantryError.self) { try await send(10, 130) }
        world.faults.isDown.withLock { $0 = false }
        try await send(10, 130)
        try await send(20, 131)
        let series = try await world.store.series(SeriesQuery("orders", range: World.day)).series
        #expect(series.first?.points.map(\.value) == [.delta(30), .delta(1)])
        try await world.close()
    }
}

/// The gateway dies under traffic.
@Suite struct DeathTests {
    /// Bodies that all senders together send; each has so many spans, log lines and calls.
    static let bodies = 400
    static let records = 20

    /// Sends the body of a number as an agent does: spans, logs, and the windows of its calls, all with their ids.
    static func send(_ number: Int, to gateway: Gateway) async throws {
        let source = try World.source(instance: "i\(number % 5)")
        let id = BatchID(stream: "spans", epoch: 1, sequence: UInt64(number))
        let spans = (0..<records).map { World.span(UInt64(number * records + $0 + 1)) }
        let logs = (0..<records).map { LogRecord(time: World.noon, body: .string("\(number)-\($0)")) }
        let key = CallKey(
            side: .server, caller: "a/b", callee: "c/d", interface: "GET /", code: "200", outcome: .success)
        let window = CallWindow(
            counter: "agent", epoch: 1, sequence: UInt64(number), second: World.noon.seconds,
            calls: [.init(key, CallCounts(count: UInt64(records)))])
        try await gateway.take([window], bytes: 100, from: source)
        try await gateway.take(
            TraceBatch(spans, from: SignalResource()), bytes: 1000, from: source, origin: .agent, id: id)
        try await gateway.take(
            LogBatch(logs, from: SignalResource()), bytes: 1000, from: source, origin: .agent,
            id: BatchID(stream: "logs", epoch: 1, sequence: UInt64(number)))
    }

    @Test func `what was answered outlives kills, and what is sent again is counted once`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "death-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for round: Int in 1...3 {
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = folder.path as String, last = round * 60 as Int] in
                let store = try SQLiteTelemetryStore(directory: path + "/store")
                let gateway = Gateway(name: "test", store: store, time: .wall)
                let answered = open(path + "/answered", O_WRONLY | O_CREAT | O_APPEND, 0o600)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for sender in 0..<8 {
                        group.addTask {
                            for number in stride(from: sender, to: DeathTests.bodies, by: 8) {
                                try await DeathTests.send(number, to: gateway)
                                _ = "x".withCString { write(answered, $0, 1) }
                                if number > last { kill(getpid(), SIGKILL) }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
        let answered = try Data(contentsOf: folder.appending(path: "answered")).count
        let store = try SQLiteTelemetryStore(directory: folder.path + "/store")
        let before = try await store.statistics()
        // Each body was answered up to three times; whole ones only are there.
        #expect(answered >= 100)
        #expect(before.logs >= 180 / 8 * 8 * Self.records && before.logs % Self.records == 0)
        #expect(before.spans % Self.records == 0)
        let gateway = Gateway(name: "test", store: store, time: .wall)
        for number in 0..<Self.bodies { try await Self.send(number, to: gateway) }
        let after = try await store.statistics()
        #expect(after.spans == Self.bodies * Self.records)
        #expect(after.logs == Self.bodies * Self.records)
        #expect(after.windows == Self.bodies)
        let calls = try await store.calls(CallQuery(range: World.day, by: [])).rows
        #expect(calls.map(\.total) == [UInt64(Self.bodies * Self.records)])
        try await store.close()
    }
}
