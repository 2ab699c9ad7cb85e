import GantryBase
import Testing
import Wire

@testable import API

@Suite struct TracingTests {
    private func spans(_ server: TestServer, _ count: Int) async throws -> [SpanRecord] {
        var spans: [SpanRecord] = []
        for _ in 0..<500 where spans.count < count {
            spans += server.spans.take()
            try await Task.sleep(for: .milliseconds(10))
        }
        return spans
    }

    @Test func aRequestGoesOnWithTheTraceThatItNames() async throws {
        try await TestServer.with { server in
            let admin = try await server.admin()
            _ = server.spans.take()
            let trace = "0af7651916cd43dd8448eb211c80319c"
            _ = try await server.call(
                "GET", "/v1/runs/yidian/a/1?x=1", token: admin,
                headers: [
                    "traceparent: 00-\(trace)-b7ad6b7169203331-01", "tracestate: a=b",
                    "baggage: gantry.caller=yidian/portal",
                ])
            let span = try #require(try await spans(server, 1).first)
            #expect(span.traceID.description == trace && span.parentSpanID?.description == "b7ad6b7169203331")
            #expect(span.traceState == "a=b" && span.kind == .server)
            #expect(span.name == "GET /v1/runs/{business}/{service}/{number}")
            #expect(span.attributes.string("url.path") == "/v1/runs/yidian/a/1")
            #expect(span.attributes.int("http.response.status_code") == 422)
            #expect(span.attributes.string("gantry.caller") == "yidian/portal")
            #expect(span.attributes.string("enduser.id") == "root")
            #expect(server.log.all.contains { $0.contains(trace) })
        }
    }

    @Test func aTraceBeginsWhereNoneOrAWrongOneIsNamed() async throws {
        try await TestServer.with { server in
            let admin = try await server.admin()
            _ = server.spans.take()
            for header in [
                "x-other: 1", "traceparent: 00-00000000000000000000000000000000-b7ad6b7169203331-01",
            ] {
                _ = try await server.call(
                    "GET", "/v1/whoami", token: admin, headers: [header, "tracestate: a=b"])
            }
            let found = try await spans(server, 2)
            #expect(found.count == 2 && Set(found.map(\.traceID)).count == 2)
            #expect(
                found.allSatisfy { $0.traceID.isValid && $0.parentSpanID == nil && $0.traceState.isEmpty })
        }
    }

    @Test func whatMachinesAskForWithoutEndIsNotTraced() async throws {
        try await TestServer.with { server in
            let admin = try await server.admin()
            for path in ["/livez", "/readyz", "/metrics", "/nothing"] {
                _ = try await server.call("GET", path, token: admin)
            }
            _ = try await server.call("GET", "/v1/whoami", token: admin)
            let found = try await spans(server, 1)
            #expect(found.map(\.name) == ["GET /v1/whoami"])
        }
    }

    @Test func aFullQueueDropsAndCounts() {
        let queue = SpanQueue()
        let span = SpanRecord(
            traceID: TraceID(high: 1, low: 1), spanID: SpanID(1), name: "x", start: .epoch, end: .epoch)
        for _ in 0..<SpanQueue.limit + 7 { queue.add(span) }
        #expect(queue.count == SpanQueue.limit && queue.dropped == 7)
        #expect(queue.take().count == SpanQueue.limit && queue.take().isEmpty)
    }
}
