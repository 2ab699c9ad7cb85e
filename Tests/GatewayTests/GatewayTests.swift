import Expressions
import GantryBase
import Gateway
import Model
import Synchronization
import Telemetry
import TelemetrySQLite
import Testing
import Wire

@Suite struct GatewayTests {
    @Test func `signals are kept under the sender of the token, whatever they claim`() async throws {
        let world = try World()
        let forged = SignalResource([
            "service.name": "yiyao/medicine", "gantry.region": "moon", "deployment.environment.name": "x",
            "team": "a",
        ])
        let log = LogRecord(time: World.noon, body: "hello", attributes: ["n": 1])
        try await world.gateway.take(
            LogBatch([log], from: forged, scope: SignalScope("app.db")), bytes: 100, from: World.source(),
            origin: .direct)
        let entry = try #require(try await world.store.logs(LogQuery(range: World.day)).entries.first)
        #expect(entry.source == (try World.source()))
        #expect(entry.record.attributes == ["n": 1, "team": "a", "otel.scope.name": "app.db"])
        try await world.close()
    }

    @Test func `what came without an agent is masked before it is kept or counted`() async throws {
        let world = try World()
        let span = World.span(
            1,
            attributes: [
                "http.request.method": "GET", "http.route": "/patients/13812345678", "user": "13812345678",
            ])
        let log = LogRecord(time: World.noon, body: "call 13812345678", attributes: ["phone": "13812345678"])
        try await world.gateway.take(
            TraceBatch([span], from: SignalResource()), bytes: 1, from: World.source(), origin: .direct)
        try await world.gateway.take(
            LogBatch([log], from: SignalResource()), bytes: 1, from: World.source(), origin: .direct)
        let spans = try await world.store.trace(span.traceID).spans
        let logs = try await world.store.logs(LogQuery(range: World.day)).entries
        let calls = try await world.store.calls(CallQuery(range: World.day, by: [.interface])).rows
        #expect(spans.count == 1 && logs.count == 1 && calls.count == 1)
        for text in ["\(spans)", "\(logs)", "\(calls)"] { #expect(!text.contains("13812345678")) }
        #expect(world.gateway.statistics().masked == 4)
        try await world.close()
    }

    @Test func `spans without an agent are counted as calls, once, together with their append`() async throws
    {
        let world = try World()
        let batch = TraceBatch(
            [
                World.span(1), World.span(2, .client, attributes: ["peer.service": "yisheng/doctor"]),
                World.span(3, .internal),
            ],
            from: SignalResource())
        world.faults.isDown.withLock { $0 = true }
        await #expect(throws: GantryError.self) {
            try await world.gateway.take(batch, bytes: 100, from: World.source(), origin: .direct)
        }
        world.faults.isDown.withLock { $0 = false }
        try await world.gateway.take(batch, bytes: 100, from: World.source(), origin: .direct)
        let rows = try await world.store.calls(CallQuery(range: World.day, by: [.side, .callee])).rows
        let found = Dictionary(uniqueKeysWithValues: rows.map { ($0.key[.callee] ?? "", $0.total) })
        #expect(found == ["yidian/article": 1, "yisheng/doctor": 1])
        #expect(try await world.store.trace(TraceID(high: 1, low: 1)).spans.count == 3)
        try await world.close()
    }

    @Test func `spans of an agent are not counted again`() async throws {
        let world = try World()
        try await world.gateway.take(
            TraceBatch([World.span(1)], from: SignalResource()), bytes: 100, from: World.source(),
            origin: .agent)
        #expect(try await world.store.calls(CallQuery(range: World.day, by: [])).rows.isEmpty)
        try await world.close()
    }

    @Test func `calls are handed on once and before the store has them`() async throws {
        let world = try World()
        let feed = world.gateway.calls.subscribe()
        let window = CallWindow(counter: "i1", epoch: 1, sequence: 1, second: World.noon.seconds, calls: [])
        world.faults.isDown.withLock { $0 = true }
        await #expect(throws: GantryError.self) {
            try await world.gateway.take([window], bytes: 10, from: World.source())
        }
        var reader = feed.windows.makeAsyncIterator()
        #expect(await reader.next()?.records == [window])
        world.faults.isDown.withLock { $0 = false }
        // The agent sends again what was not answered.
        var next = window
        next.sequence = 2
        try await world.gateway.take([window, next], bytes: 10, from: World.source())
        #expect(await reader.next()?.records == [next])
        #expect(try await world.store.statistics().windows == 2)
        try await world.close()
    }

    @Test func `a service that floods is limited alone, and calls are not`() async throws {
        var limits = GatewayLimits()
        (limits.serviceBurst, limits.serviceBytesPerSecond) = (1000, 1)
        let world = try World(limits)
        func send(_ service: String) async throws {
            try await world.gateway.take(
                LogBatch([LogRecord(time: World.noon, body: "x")], from: SignalResource()), bytes: 600,
                from: World.source(service), origin: .agent)
        }
        try await send("yidian/article")
        do {
            try await send("yidian/article")
            Issue.record("a flood was taken")
        } catch let error as GantryError {
            #expect(error.code == .limit)
            #expect(error.hint?.contains("send again after") == true)
        }
        try await send("yiyao/medicine")
        let window = CallWindow(counter: "i1", epoch: 1, sequence: 1, second: World.noon.seconds, calls: [])
        try await world.gateway.take([window], bytes: 600, from: World.source())
        #expect(world.gateway.statistics().refused == [ServiceName("yidian", "article"): 1])
        try await world.close()
    }

    @Test func `what comes while the store writes shares an append, and each is answered`() async throws {
        let world = try World()
        world.faults.delay.withLock { $0 = .milliseconds(50) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                group.addTask {
                    try await world.gateway.take(
                        LogBatch(
                            [LogRecord(time: World.noon, body: .int(Int64(number)))], from: SignalResource()),
                        bytes: 10, from: World.source(instance: "i\(number)"), origin: .agent)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await world.store.statistics().logs == 60)
        #expect(world.faults.appends.withLock { $0 } < 30)
        #expect(world.gateway.statistics().waitingBytes == 0)
        try await world.close()
    }

    @Test func `more than may wait is refused and not lost silently`() async throws {
        var limits = GatewayLimits()
        limits.waitingBytes = 100
        let world = try World(limits)
        world.faults.delay.withLock { $0 = .milliseconds(300) }
        let outcomes = await withTaskGroup(of: GantryError.Code?.self) { group in
            for number in 0..<10 {
                group.addTask {
                    do {
                        try await world.gateway.take(
                            LogBatch([LogRecord(time: World.noon, body: "x")], from: SignalResource()),
                            bytes: 40,
                            from: World.source("yidian/s\(number)"), origin: .agent)
                        return nil
                    } catch { return (error as? GantryError)?.code }
                }
            }
            return await group.reduce(into: [GantryError.Code?]()) { $0.append($1) }
        }
        let taken = outcomes.count { $0 == nil }
        #expect(outcomes.allSatisfy { $0 == nil || $0 == .limit })
        #expect(taken >= 2 && taken < 10)
        #expect(try await world.store.statistics().logs == taken)
        try await world.close()
    }

    @Test func `the lag is a number`() async throws {
        let world = try World()
        #expect(world.gateway.statistics().lag == nil)
        try await world.gateway.take(
            TraceBatch([World.span(1, milliseconds: 500)], from: SignalResource()), bytes: 1,
            from: World.source(),
            origin: .agent)
        let lag = try #require(world.gateway.statistics().lag)
        #expect((450...550).contains(lag.milliseconds))
        try await world.close()
    }

    @Test func `cumulative counters are kept as what was added`() async throws {
        let world = try World()
        let labels: Attributes = ["route": "/a"]
        for (at, start, value) in [(0, 0, 100.0), (10, 0, 130), (20, 0, 130), (30, 25, 7)]
            as [(Int64, Int64, Double)]
        {
            let point = NumberPoint(
                PointHeader(
                    attributes: labels, start: World.noon + .seconds(start), time: World.noon + .seconds(at)),
                value: .double(value))
            let metric = MetricRecord(name: "orders", data: .sum([point], .cumulative, monotonic: true))
            try await world.gateway.take(
                MetricBatch([metric], from: SignalResource()), bytes: 1, from: World.source(), origin: .direct
            )
        }
        let series = try await world.store.series(SeriesQuery("orders", range: World.day)).series
        #expect(series.first?.labels == ["route": "/a"])
        #expect(series.first?.points.map(\.value) == [.delta(30), .delta(0), .delta(7)])
        try await world.close()
    }
}
