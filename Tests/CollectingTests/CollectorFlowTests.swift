import GantryBase
import Glibc
import Model
import Testing
import Wire

@testable import Collecting

/// What goes in comes out at the gateway, once in the ordinary case.
@Suite struct CollectorFlowTests {
    @Test func spansReachTheGatewayAndTheirCallsBesideThem() throws {
        let fixture = try CollectorFixture()
        let client = Sample.span(
            9, route: "/doctors/{id}", kind: .client,
            attributes: ["server.address": "127.0.0.1", "server.port": 9001])
        let answer = try fixture.post("/v1/traces", Sample.traces((0..<3).map { Sample.span($0) } + [client]))
        #expect(answer.status == 200)
        #expect(answer.body.isEmpty)
        #expect(answer.fields["content-type"] == "application/x-protobuf")
        eventually { fixture.gateway.spans.count == 4 && fixture.gateway.windows.count >= 1 }
        #expect(fixture.gateway.calls == ["GET /articles/{id}": 3, "GET /doctors/{id}": 1])
        let keys = fixture.gateway.windows.flatMap(\.calls).map(\.key)
        #expect(keys.contains { $0.side == .client && $0.callee == "yisheng/doctor" })
        #expect(fixture.gateway.windows.allSatisfy { $0.counter == "agent/" + CollectorFixture.name.path })
        let request = try #require(fixture.gateway.taken.first)
        #expect(request.fields["authorization"] == "Bearer token-1")
        #expect(request.fields["content-encoding"] == "gzip")
        eventually { fixture.statistics.bulkLane.waiting == 0 && fixture.statistics.callsLane.waiting == 0 }
        #expect(fixture.statistics.spans == 4)
        #expect(fixture.statistics.calls == 4)
    }

    @Test(arguments: [false, true]) func jsonIsTakenAndAnsweredInJSON(gzip: Bool) throws {
        let fixture = try CollectorFixture()
        let batch = TraceBatch([Sample.span(1)], from: SignalResource(["service.name": "x"]))
        let answer = try fixture.post(
            "/v1/traces", OTLP.encode(batch, as: .json), type: "application/json; charset=utf-8", gzip: gzip)
        #expect(answer.status == 200)
        #expect(answer.text == "{}")
        #expect(answer.fields["content-type"] == "application/json")
        eventually { fixture.gateway.spans == [batch.groups[0].scopes[0].records[0]] }
    }

    @Test func logRecordsAndMetricsPassThrough() throws {
        let fixture = try CollectorFixture()
        #expect(try fixture.post("/v1/logs", Sample.logs(["one", "two"]), gzip: true).status == 200)
        #expect(try fixture.post("/v1/metrics", Sample.metrics("queue.depth")).status == 200)
        eventually { fixture.gateway.lines == ["one", "two"] && fixture.gateway.metrics.count == 1 }
        #expect(fixture.gateway.metrics.first?.name == "queue.depth")
        #expect(fixture.gateway.taken.contains { $0.path == "/v1/calls" } == false)
    }

    @Test func linesOfOutputAndFilesBecomeRecordsWithTimeSeverityAndTrace() throws {
        let fixture = try CollectorFixture(logFiles: ["log-*.txt"])
        let trace = "0af7651916cd43dd8448eb211c80319c"
        try fixture.append(
            "log-a.txt",
            #"{"time":"2026-11-24T18:10:31.077Z","level":"error","message":"request failed","trace_id":"\#(trace)","#
                + #""span_id":"b7ad6b7169203331","status":502}"# + "\n")
        try fixture.append("output.log", "plain words\r\n\n2026-11-24T18:10:32Z WARN slow\n")
        eventually { fixture.gateway.logs.count == 3 }
        let failed = try #require(fixture.gateway.logs.first { $0.body == "request failed" })
        #expect(failed.time == Timestamp("2026-11-24T18:10:31.077Z"))
        #expect(failed.severity == .error)
        #expect(failed.traceID?.description == trace)
        #expect(failed.spanID?.description == "b7ad6b7169203331")
        #expect(failed.attributes["status"] == 502)
        #expect(fixture.gateway.lines.contains("plain words"))
        let slow = try #require(fixture.gateway.logs.first { $0.body.text.hasSuffix("slow") })
        #expect(slow.severity == .warn)
        let resources = try fixture.gateway.taken.filter { $0.path == "/v1/logs" }.flatMap {
            try OTLP.decodeLogs($0.body).batch.groups.map(\.resource.attributes)
        }
        #expect(resources.contains { $0["log.file.path"] == .string(fixture.folder.path + "/log-a.txt") })
        #expect(resources.contains { $0["log.iostream"] == "stdout" })
    }

    @Test func aLineIsOnDiskSoonAfterItWasWritten() throws {
        let fixture = try CollectorFixture { $0.limits.poll = CollectorLimits().poll }
        fixture.gateway.goDown()
        try fixture.append("output.log", "first\n")
        eventually { fixture.statistics.lines == 1 }
        var slowest = Duration.zero
        for number in 2..<12 {
            let start = ContinuousClock.now
            try fixture.append("output.log", "line \(number)\n")
            eventually(5) { fixture.statistics.lines == number }
            slowest = max(slowest, ContinuousClock.now - start)
        }
        // 200 ms on an idle machine; this one runs other tests.
        #expect(slowest < .milliseconds(1000))
    }

    @Test func linesThatWereReadAreNotReadAgainAfterARestart() throws {
        let fixture = try CollectorFixture()
        try fixture.append("output.log", "one\ntwo\n")
        eventually { fixture.gateway.lines.count == 2 }
        fixture.stop()
        try fixture.append("output.log", "three\n")
        try fixture.start()
        eventually { fixture.gateway.lines.count == 3 }
        #expect(fixture.gateway.lines == ["one", "two", "three"])
    }

    @Test func stoppingTakesTheLastLineAndSendsEverything() throws {
        let fixture = try CollectorFixture {
            $0.limits.poll = .seconds(60)
            $0.limits.gathering = .seconds(60)
        }
        #expect(try fixture.post("/v1/traces", Sample.traces(0..<5)).status == 200)
        try fixture.append("output.log", "whole\nwithout an end")
        fixture.stop()
        #expect(fixture.gateway.lines == ["whole", "without an end"])
        #expect(fixture.gateway.spans.count == 5)
        #expect(fixture.gateway.calls == ["GET /articles/{id}": 5])
    }

    @Test func shippingReadsAndSendsWhatIsLeft() throws {
        let fixture = try CollectorFixture()
        fixture.gateway.goDown()
        #expect(try fixture.post("/v1/traces", Sample.traces(0..<5)).status == 200)
        fixture.kill()
        try fixture.append("output.log", "last words")
        #expect(try Collector.ship(fixture.setup, until: .milliseconds(300)) == false)
        try fixture.gateway.comeBack()
        #expect(try Collector.ship(fixture.setup, until: .seconds(20)))
        #expect(fixture.gateway.lines == ["last words"])
        #expect(fixture.gateway.spans.count == 5)
        #expect(fixture.gateway.calls == ["GET /articles/{id}": 5])
        #expect(try Collector.ship(fixture.setup, until: .seconds(20)))
    }

    @Test func aFolderHasOneCollectorAndATakenPortIsSaid() throws {
        let fixture = try CollectorFixture()
        #expect(throws: GantryError.self) { _ = try Collector.start(fixture.setup) }
        let other = try CollectorFixture(isStarted: false)
        other.setup.plan.receiverPort = try fixture.port
        let error = #expect(throws: GantryError.self) { try other.start() }
        #expect(error?.code == .unavailable)
        other.setup.plan.receiverPort = 0
        try other.start()
    }
}
