import GantryBase
import Glibc
import Model
import Testing
import Wire

@testable import Collecting

/// What SDKs, and those who only claim to be one, may send to the receiver.
@Suite struct ReceiverTests {
    @Test func aConnectionTakesOneRequestAfterTheOther() throws {
        let fixture = try CollectorFixture()
        var connection = try fixture.connect()
        defer { connection.close() }
        for number in 0..<20 {
            #expect(connection.post("/v1/traces", Sample.traces(number..<number + 1))?.status == 200)
        }
        eventually { fixture.gateway.spans.count == 20 }
    }

    @Test func requestsThatDoNotWaitForAnswersAreAnsweredInOrder() throws {
        let fixture = try CollectorFixture()
        var connection = try fixture.connect()
        defer { connection.close() }
        let good = SDKConnection.request("/v1/logs", Sample.logs(["one"]))
        let bad = SDKConnection.request("/v1/logs", [0xFF, 0xFF])
        let missing = SDKConnection.request("/v1/nothing", [])
        connection.socket.send(good + bad + missing + good)
        #expect((0..<4).map { _ in connection.answer()?.status } == [200, 400, 404, 200])
        eventually { fixture.gateway.lines.count == 2 }
    }

    @Test func aBodyInChunksIsTaken() throws {
        let fixture = try CollectorFixture()
        var connection = try fixture.connect()
        defer { connection.close() }
        connection.send(
            "POST /v1/logs HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-protobuf\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n")
        for byte in Sample.logs(["in chunks"]) {
            connection.socket.send(Array("1\r\n".utf8) + [byte, 13, 10])
        }
        connection.send("0\r\n\r\n")
        #expect(connection.answer()?.status == 200)
        eventually { fixture.gateway.lines == ["in chunks"] }
    }

    @Test func aSenderThatWaitsForItIsToldToContinueOrNot() throws {
        let fixture = try CollectorFixture()
        var connection = try fixture.connect()
        let body = Sample.logs(["expected"])
        let head = "POST /v1/logs HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
        connection.send(
            head + "Content-Type: application/x-protobuf\r\nContent-Length: \(body.count)\r\n\r\n")
        #expect(connection.answer()?.status == 100)
        connection.socket.send(body)
        #expect(connection.answer()?.status == 200)
        connection.close()
        connection = try fixture.connect()
        connection.send(head + "Content-Type: application/x-protobuf\r\nContent-Length: 99999999\r\n\r\n")
        #expect(connection.answer()?.status == 413)
        connection.close()
    }

    @Test func everyOtherRequestIsRefusedWithItsReason() throws {
        let fixture = try CollectorFixture()
        func status(
            _ path: String, _ body: [UInt8] = [], type: String, _ fields: [String] = [],
            _ method: String = "POST"
        )
            throws -> HTTPMessages.Message
        {
            var connection = try fixture.connect()
            defer { connection.close() }
            connection.socket.send(
                SDKConnection.request(path, body, type: type, method: method, fields: fields))
            let answer = connection.answer()
            return try #require(answer)
        }
        let protobuf = "application/x-protobuf"
        let get = try status("/v1/traces", type: protobuf, [], "GET")
        #expect(get.status == 405)
        #expect(get.fields["allow"] == "POST")
        #expect(try status("/v1/profiles", type: protobuf).status == 404)
        #expect(try status("/", type: "").status == 404)
        #expect(try status("/v1/traces", type: "text/plain").status == 415)
        #expect(try status("/v1/traces", type: "").status == 415)
        #expect(try status("/v1/traces", type: protobuf, ["Content-Encoding: br"]).status == 415)
        #expect(try status("/v1/traces", type: protobuf, ["Content-Encoding: gzip, gzip"]).status == 415)
        #expect(
            try status("/v1/traces", [1, 2, 3], type: protobuf, ["Content-Encoding: gzip"]).status == 400)
        let wrong = try status("/v1/traces", Array(#"{"resourceSpans":7}"#.utf8), type: "application/json")
        #expect(wrong.status == 400)
        #expect(wrong.fields["content-type"] == "application/json")
        #expect(wrong.text.contains(#""code":3"#) && wrong.text.contains("resourceSpans"))
        let truncated = try status("/v1/traces", [0x0A, 0x7F], type: protobuf)
        #expect(truncated.status == 400)
        // The code, then the message, as google.rpc.Status has them.
        #expect(truncated.body.starts(with: [0x08, 3, 0x12]))
        #expect(truncated.text.contains("ends too early"))
        #expect(try status("/v1/traces", type: protobuf).status == 200)
        #expect(fixture.gateway.spans.isEmpty)
    }

    @Test func aBodyCutOffAtAnyByteDoesNoHarm() throws {
        let fixture = try CollectorFixture()
        let whole = Sample.traces(0..<1)
        var connection = try fixture.connect()
        defer { connection.close() }
        var taken = 0
        for count in 0..<whole.count {
            let status = connection.post("/v1/traces", Array(whole[..<count]))?.status
            #expect(status == 400 || status == 200)
            taken += status == 200 ? 1 : 0
            let packed = Gzip.pack(whole)
            if count < packed.count {
                connection.socket.send(
                    SDKConnection.request(
                        "/v1/traces", Array(packed[..<count]), fields: ["Content-Encoding: gzip"]))
                #expect(connection.answer()?.status == 400)
            }
        }
        // Only the empty body, and one that ends between fields, are messages by themselves.
        #expect(taken <= 3)
        #expect(connection.post("/v1/traces", whole)?.status == 200)
        eventually { fixture.gateway.spans.count == 1 && fixture.gateway.calls.values.reduce(0, +) == 1 }
    }

    @Test func aConnectionThatBreaksOffInABodyDoesNoHarm() throws {
        let fixture = try CollectorFixture()
        let request = SDKConnection.request("/v1/traces", Sample.traces(0..<1))
        for count in stride(from: 1, to: request.count, by: 7) {
            let socket = try LoopbackSocket.connect(try fixture.port)
            socket.send(Array(request[..<count]))
            socket.close()
        }
        #expect(try fixture.post("/v1/traces", Sample.traces(1..<2)).status == 200)
        eventually { fixture.gateway.spans.count == 1 }
    }

    @Test func aGzipBombAndTooLargeBodiesAreRefusedWithinTheirBound() throws {
        let fixture = try CollectorFixture()
        let bomb = Gzip.pack([UInt8](repeating: 0, count: 200 << 20), level: 9)
        let before = try residentBytes()
        var connection = try fixture.connect()
        connection.socket.send(
            SDKConnection.request("/v1/logs", bomb, fields: ["Content-Encoding: gzip"]))
        #expect(connection.answer()?.status == 413)
        connection.close()
        #expect(try residentBytes() - before < 80 << 20)
        #expect(try fixture.post("/v1/logs", [UInt8](repeating: 0, count: (20 << 20) + 1)).status == 413)
        var chunked = try fixture.connect()
        defer { chunked.close() }
        chunked.send(
            "POST /v1/logs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n")
        let chunk = Array("100000\r\n".utf8) + [UInt8](repeating: 32, count: 1 << 20) + [13, 10]
        for _ in 0..<21 { chunked.socket.send(chunk) }
        chunked.send("0\r\n\r\n")
        #expect(chunked.answer()?.status == 413)
        // Announced and endless: the answer does not wait for the end.
        var endless = try fixture.connect()
        defer { endless.close() }
        endless.send(
            "POST /v1/logs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 999999999\r\n\r\n"
        )
        for _ in 0..<70 where endless.socket.send([UInt8](repeating: 32, count: 1 << 20)) {}
        #expect(endless.answer()?.status == 413)
    }

    @Test func deepNestingIsRefused() throws {
        let fixture = try CollectorFixture()
        let deep = String(repeating: #"{"resourceSpans":["#, count: 50_000)
        let answer = try fixture.post("/v1/traces", Array(deep.utf8), type: "application/json")
        #expect(answer.status == 400)
        var value = "7"
        for _ in 0..<40 { value = #"{"arrayValue":{"values":[\#(value)]}}"# }
        let body =
            #"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":"# + value + "}]}]}]}"
        #expect(try fixture.post("/v1/logs", Array(body.utf8), type: "application/json").status == 400)
    }

    @Test func aBatchNearTheLimitIsCutIntoRecordsThatTheSpoolTakes() throws {
        let fixture = try CollectorFixture()
        let texts = (0..<1500).map { "\($0) " + String(repeating: "y", count: 10_000) }
        #expect(try fixture.post("/v1/logs", Sample.logs(texts)).status == 200)
        eventually { fixture.gateway.lines.count == 1500 }
        #expect(Set(fixture.gateway.lines) == Set(texts))
        #expect(fixture.gateway.taken.allSatisfy { $0.body.count <= CollectorLimits.parcelBytes })
        let answer = try fixture.post(
            "/v1/logs", Sample.logs([String(repeating: "z", count: 5 << 20), "small"]))
        #expect(answer.status == 200)
        let partial = try OTLP.decodeResponse(answer.body, for: .logs)
        #expect(partial?.rejected == 1)
        eventually { fixture.gateway.lines.contains("small") }
        #expect(fixture.statistics.oversizeRecords == 1)
    }

    @Test func slowSendersAreClosedAndConnectionsBounded() throws {
        let fixture = try CollectorFixture {
            $0.limits.connections = 8
            $0.limits.bodyTime = .milliseconds(300)
            $0.limits.idle = .milliseconds(2500)
        }
        let slow = try (0..<8).map { _ in try LoopbackSocket.connect(try fixture.port) }
        let head =
            "POST /v1/logs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n"
        for socket in slow[..<4] { socket.send(Array((head + "{").utf8)) }
        for socket in slow[4...] { socket.send(Array("POST /v1/lo".utf8)) }
        // The ninth takes the place of one that has sent no whole head.
        #expect(try fixture.post("/v1/logs", Sample.logs(["room"])).status == 200)
        let start = ContinuousClock.now
        for socket in slow { while socket.receive() != nil {} }
        #expect(ContinuousClock.now - start < .seconds(8))
        for socket in slow { socket.close() }
        #expect(try fixture.post("/v1/logs", Sample.logs(["still"])).status == 200)
        eventually { fixture.gateway.lines.count == 2 }
    }

    @Test func aHeadThatDoesNotEndIsRefused() throws {
        let fixture = try CollectorFixture()
        var connection = try fixture.connect()
        defer { connection.close() }
        connection.send("POST /v1/logs HTTP/1.1\r\nHost: a\r\n")
        for number in 0..<4000
        where connection.socket.send(Array("X-\(number): \(String(repeating: "a", count: 100))\r\n".utf8)) {}
        let answer = connection.answer()
        #expect(answer == nil || answer?.status == 400)
        #expect(try fixture.post("/v1/logs", Sample.logs(["ok"])).status == 200)
    }

    @Test func aServiceThatSendsTooMuchIsToldToWait() throws {
        let fixture = try CollectorFixture { $0.limits.bodyBytesPerSecond = 1000 }
        let answers = try (0..<30).map { _ in
            try fixture.post("/v1/logs", Sample.logs([String(repeating: "w", count: 900)]))
        }
        #expect(answers[0].status == 200)
        #expect(answers[29].status == 429)
        #expect(answers[29].fields["retry-after"] == "1")
    }

    private func residentBytes() throws -> Int {
        let bytes = try #require(procText("/proc/self/statm"))
        let pages = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        return try #require(pages.count > 1 ? Int(pages[1]) : nil) * 4096
    }

    private func procText(_ path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 200)
        let got = read(file, &bytes, 200)
        return got > 0 ? Array(bytes[..<got]) : nil
    }
}
