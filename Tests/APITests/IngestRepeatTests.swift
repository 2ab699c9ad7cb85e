import GantryBase
import Model
import Telemetry
import Testing
import Wire

@testable import API

/// What is sent again, and what is cut, over HTTP.
@Suite struct IngestRepeatTests {
    private static let article = Signals.source("yidian/article")

    @Test func aBodyWithAnIDIsKeptOnceAndOneWithoutIsKeptEachTime() async throws {
        try await TestServer.with { server in
            let now = server.clock.now
            let logs = OTLP.encode(LogBatch([Signals.log("a", at: now)], from: SignalResource()))
            let spans = OTLP.encode(
                TraceBatch(
                    [Signals.span(1, .server, "GET /", at: now, milliseconds: 1)], from: SignalResource()))
            let header = BatchID(stream: "bodies", epoch: 3, sequence: 4).header
            func send(_ headers: [String], _ source: SignalSource = Self.article) async throws {
                for (path, body) in [("/v1/logs", logs), ("/v1/traces", spans)] {
                    let stream = "\(BatchID.headerName): \(path.dropFirst(4))-"
                    let reply = try await server.send(
                        path, body, from: source, headers: headers.map { stream + $0 })
                    #expect(reply.status == 200, "\(reply.text)")
                }
            }
            for _ in 0..<3 { try await send([header]) }
            #expect(try await server.signals.statistics().logs == 1)
            #expect(try await server.signals.statistics().spans == 1)
            try await send([header], Signals.source("yidian/article", instance: "i2"))
            for _ in 0..<2 { try await send([]) }
            // What is no id is none.
            for _ in 0..<2 { try await send(["x/y"]) }
            #expect(try await server.signals.statistics().logs == 6)
            #expect(try await server.signals.statistics().spans == 6)
        }
    }

    @Test func aBodyCutAtAnyByteIsRefusedOrTakenAndTheServerGoesOn() async throws {
        try await TestServer.with { server in
            let body = try Signals.fixture("logs.pb")
            var counts: [Int: Int] = [:]
            for end in stride(from: 0, to: body.count, by: max(1, body.count / 200)) {
                let reply = try await server.send("/v1/logs", Array(body[..<end]), from: Self.article)
                counts[reply.status, default: 0] += 1
            }
            #expect(Set(counts.keys).isSubset(of: [200, 400]), "\(counts)")
            #expect(counts[400, default: 0] > counts[200, default: 0], "\(counts)")
            let whole = try await server.send("/v1/logs", body, from: Self.article)
            #expect(whole.status == 200)
        }
    }

    @Test func valuesWithinValuesBeyondTheBoundAreRefusedAndNotFollowed() async throws {
        try await TestServer.with { server in
            func nested(_ depth: Int) -> AttributeValue {
                (0..<depth).reduce(.int(1)) { value, _ in .array([value]) }
            }
            func send(_ depth: Int) async throws -> Int {
                let record = LogRecord(time: server.clock.now, body: nested(depth))
                let body = OTLP.encode(LogBatch([record], from: SignalResource()))
                return try await server.send("/v1/logs", body, from: Self.article).status
            }
            #expect(try await send(OTLP.deepestValue) == 200)
            #expect(try await send(OTLP.deepestValue + 1) == 400)
            #expect(try await send(2000) == 400)
            let deep = String(repeating: #"{"a":"#, count: 50_000)
            let reply = try await server.send(
                "/v1/logs", Array(deep.utf8), from: Self.article, type: "application/json")
            #expect(reply.status == 400)
        }
    }
}
