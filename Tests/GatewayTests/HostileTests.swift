import Foundation
import GantryBase
import Gateway
import Model
import Synchronization
import Telemetry
import TelemetrySQLite
import Testing
import Wire

/// Bad input, floods and hostile text, through gateway and store.
@Suite struct HostileTests {
    @Test func `a body cut at any byte is refused or is what a sender could have sent, and harms nothing`()
        async throws
    {
        let world = try World()
        let batch = TraceBatch(
            [World.span(1, attributes: ["a": .map(["b": [1, "two", .bytes([3])]])]), World.span(2)],
            from: SignalResource(["service.name": "x"]), scope: SignalScope("s"))
        let body = OTLP.encode(batch)
        var refused = 0
        for end in 0...body.count {
            guard let decoded = try? OTLP.decodeTraces(Array(body[..<end])) else {
                refused += 1
                continue
            }
            try await world.gateway.take(
                decoded.batch, bytes: end, from: World.source(), origin: .direct)
        }
        #expect(refused > body.count * 9 / 10)
        #expect(
            try await world.store.trace(TraceID(high: 1, low: 1)).spans.map(\.record.spanID.value) == [1, 2])
        try await world.close()
    }

    static let texts = [
        "\u{1B}[2J\u{1B}]0;owned\u{07}", "<script>alert(1)</script>", "\u{202E}gnp.exe\u{202C}",
        "a\u{0}b\r\nc",
        "'; DROP TABLE logs; --", "\u{FFFD}\u{10FFFF}", String(repeating: "a\u{0301}", count: 1000),
    ]

    @Test(arguments: texts) func `hostile text is kept as it came and found by it`(text: String) async throws
    {
        let world = try World()
        let record = LogRecord(
            time: World.noon, severityText: text, body: .string(text), attributes: ["k": .string(text)])
        var span = World.span(1, attributes: ["k": .string(text)])
        span.name = text
        try await world.gateway.take(
            LogBatch([record], from: SignalResource()), bytes: 1, from: World.source(), origin: .agent)
        try await world.gateway.take(
            TraceBatch([span], from: SignalResource()), bytes: 1, from: World.source(), origin: .agent)
        let log = try #require(try await world.store.logs(LogQuery(range: World.day)).entries.first)
        #expect(log.record == record)
        #expect(try await world.store.trace(span.traceID).spans.first?.record == span)
        let shown = TerminalText.safe(log.record.body.text)
        #expect(
            !shown.unicodeScalars.contains {
                $0.properties.generalCategory == .control && $0 != "\n" && $0 != "\t"
            })
        try await world.close()
    }

    @Test func `a line of 10 MB is cut and marked, and the next one is taken`() async throws {
        let world = try World()
        let text = String(repeating: "x", count: 10 << 20)
        try await world.gateway.take(
            LogBatch([LogRecord(time: World.noon, body: .string(text))], from: SignalResource()),
            bytes: text.utf8.count, from: World.source(), origin: .agent)
        try await world.gateway.take(
            LogBatch([LogRecord(time: World.noon + .seconds(1), body: "next")], from: SignalResource()),
            bytes: 10, from: World.source(), origin: .agent)
        let entries = try await world.store.logs(LogQuery(range: World.day)).entries
        #expect(entries.first?.record.body == "next")
        #expect(
            entries.count == 2 && entries.last?.record.body.text.utf8.count == TelemetryLimits.recordBytes)
        #expect(entries.last?.record.attributes["gantry.cut"] == .int(Int64(text.utf8.count)))
        try await world.close()
    }

    @Test func `what waits behind a flood waits for a turn and not for the flood`() async throws {
        var limits = GatewayLimits()
        limits.bodiesOfAppend = 4
        let world = try World(limits)
        world.faults.delay.withLock { $0 = .milliseconds(20) }
        let flooded = Tally()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<80 {
                group.addTask {
                    try await Self.send(number, "yidian/article", world)
                    flooded.count.add(1, ordering: .relaxed)
                }
            }
            // Until the flood is under way.
            while world.faults.appends.withLock({ $0 }) < 2 { try await Task.sleep(for: .milliseconds(1)) }
            try await Self.send(0, "yiyao/medicine", world)
            #expect(flooded.count.load(ordering: .relaxed) < 60)
            try await group.waitForAll()
        }
        #expect(try await world.store.statistics().logs == 81)
        try await world.close()
    }

    private static func send(_ number: Int, _ service: String, _ world: World) async throws {
        try await world.gateway.take(
            LogBatch([LogRecord(time: World.noon, body: .int(Int64(number)))], from: SignalResource()),
            bytes: 10,
            from: World.source(service), origin: .agent)
    }

    @Test func `one service may not have all the room that there is to wait`() async throws {
        var limits = GatewayLimits()
        (limits.waitingBytes, limits.waitingBytesOfService) = (1000, 100)
        let world = try World(limits)
        world.faults.delay.withLock { $0 = .milliseconds(200) }
        let codes = await withTaskGroup(of: GantryError.Code?.self) { group in
            for number in 0..<20 {
                group.addTask {
                    do {
                        try await Self.send(number, "yidian/article", world)
                        return nil
                    } catch { return (error as? GantryError)?.code }
                }
            }
            group.addTask {
                try? await Task.sleep(for: .milliseconds(50))
                do {
                    try await Self.send(0, "yiyao/medicine", world)
                    return nil
                } catch { return .internal }
            }
            return await group.reduce(into: [GantryError.Code?]()) { $0.append($1) }
        }
        #expect(!codes.contains(.internal))
        #expect(codes.contains(.limit))
        try await world.close()
    }
}

private final class Tally: Sendable {
    let count = Atomic(0)
}
