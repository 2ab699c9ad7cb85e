import GantryBase
import Model
import Testing
import Wire

@testable import Collecting

/// Nothing that identifies a person reaches the disk, wherever a service put it.
@Suite struct CollectorMaskingTests {
    static let phone = "13800138000"

    @Test func aPhoneNumberIsNowhereInTheSpools() throws {
        let fixture = try CollectorFixture(logFiles: ["a.txt"])
        fixture.gateway.goDown()
        let phone = Self.phone
        let text = AttributeValue.string("call \(phone) now")
        var span = Sample.span(1, route: "/users/\(phone)")
        span.name = "GET /users/\(phone)"
        span.status = .init(.error, message: "no \(phone)")
        span.traceState = "vendor=\(phone),ot=th:8"
        span.attributes["url.path"] = .string("/users/\(phone)")
        span.attributes["deep"] = .map(["list": [text, .map([phone: 13_800_138_000])]])
        span.events = [.init(time: span.end, name: "sent to \(phone)", attributes: ["to": text])]
        var link = SpanRecord.Link(traceID: span.traceID, spanID: span.spanID)
        link.attributes = [phone: text]
        link.traceState = "other=\(phone)"
        span.links = [link]
        let resource: Attributes = ["service.name": .string(phone), "owner": text]
        let scope = SignalScope(phone, version: phone, attributes: ["x": text])
        let traces = OTLP.encode(
            TraceBatch([
                .init(SignalResource(resource), schemaURL: phone, [.init(scope, schemaURL: phone, [span])])
            ]))
        #expect(try fixture.post("/v1/traces", traces).status == 200)
        let log = LogRecord(
            severityText: phone, eventName: phone, body: .map(["message": text]), attributes: [phone: text])
        let logs = OTLP.encode(LogBatch([log], from: SignalResource(resource), scope: scope))
        #expect(try fixture.post("/v1/logs", logs).status == 200)
        #expect(try fixture.post("/v1/metrics", Sample.metrics("m.\(phone)", phone: phone)).status == 200)
        try fixture.append("output.log", "plain \(phone)\n")
        try fixture.append("a.txt", #"{"msg":"json \#(phone)","phone":13800138000,"\#(phone)":1}"# + "\n")
        eventually { fixture.statistics.lines == 2 }
        let spooled = try fixture.spooled()
        #expect(spooled.count > 500)
        #expect(spooled.firstRange(of: Array(phone.utf8)) == nil)
        #expect(spooled.firstRange(of: Array("[phone]".utf8)) != nil)
        // As an integer of protobuf.
        var varint: [UInt8] = []
        var rest: UInt64 = 13_800_138_000
        while rest > 0 {
            varint.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
            rest >>= 7
        }
        #expect(spooled.firstRange(of: varint) == nil)
        try fixture.gateway.comeBack()
        eventually { fixture.gateway.logs.count >= 3 && !fixture.gateway.windows.isEmpty }
        #expect(fixture.gateway.spans.first?.traceState == "vendor=[phone],ot=th:8")
        // Counted after masking, and by the weight that tracestate tells.
        #expect(fixture.gateway.calls.keys.allSatisfy { !$0.contains(phone) })
        #expect(fixture.gateway.calls.values.reduce(0, +) == 2)
        #expect(fixture.statistics.masked >= 20)
    }

    @Test func forgedIdentityPassesAsItIsAndChangesNoCount() throws {
        let fixture = try CollectorFixture()
        let forged: Attributes = [
            "service.name": "bank", "service.namespace": "other", "service.instance.id": "1",
        ]
        #expect(
            try fixture.post("/v1/traces", Sample.traces([Sample.span(1)], resource: forged)).status == 200)
        eventually { !fixture.gateway.windows.isEmpty }
        let key = try #require(fixture.gateway.windows.first?.calls.first?.key)
        #expect(key.callee == "yidian/article")
    }

    @Test func wrongUTF8IsRepairedInLinesAndBodies() throws {
        let fixture = try CollectorFixture()
        try fixture.append("output.log", [0x61, 0xFF, 0xFE, 0x62, 10] + Array("\u{1b}[31mred\u{7}\n".utf8))
        eventually { fixture.gateway.lines.count == 2 }
        #expect(fixture.gateway.lines[0] == "a\u{FFFD}\u{FFFD}b")
    }

    @Test func aLineOfTenMegabytesIsCutAndTheRestCounted() throws {
        let fixture = try CollectorFixture()
        try fixture.append("output.log", [UInt8](repeating: 0x78, count: 10 << 20) + Array("\nnext\n".utf8))
        eventually { fixture.gateway.lines.count == 2 }
        #expect(fixture.gateway.lines[0].utf8.count == FileTailOptions().lineBytes)
        #expect(fixture.gateway.lines[1] == "next")
        #expect(fixture.statistics.files.cutBytes == (10 << 20) - FileTailOptions().lineBytes)
    }

    @Test func aFloodIsBoundedCountedAndTold() throws {
        let fixture = try CollectorFixture {
            $0.limits.linesPerSecond = 100
            $0.limits.floodNotice = .milliseconds(100)
        }
        let block = (0..<5000).map { "flood \($0)\n" }.joined()
        for _ in 0..<10 { try fixture.append("output.log", block) }
        eventually { fixture.statistics.lines + fixture.statistics.droppedLines == 50_000 }
        #expect(fixture.statistics.lines >= 1000)
        #expect(fixture.statistics.lines < 10_000)
        eventually {
            fixture.gateway.logs.contains { $0.attributes["gantry.dropped.lines"] != nil }
                && fixture.gateway.lines.count == fixture.statistics.lines
        }
        eventually {
            let told = fixture.gateway.logs.compactMap { $0.attributes.int("gantry.dropped.lines") }.max()
            return told == Int64(fixture.statistics.droppedLines)
        }
        #expect(fixture.gateway.notices.count < 20)
    }
}
