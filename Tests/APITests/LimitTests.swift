import GantryBase
import Testing

@testable import API

@Suite struct LimitTests {
    static let large = 50 << 20

    @Test func aLargeBodyIsRefusedBeforeItIsRead() async throws {
        try await TestServer.with { server in
            let admin = try await server.admin()
            let client = try RawClient(port: server.port)
            try client.send(
                "PUT /v1/platform HTTP/1.1\r\nHost: gantry\r\nAuthorization: Bearer \(admin)\r\n"
                    + "Content-Length: \(Self.large)\r\n\r\n")
            let sent = try await client.sendUntilAnswered(
                [UInt8](repeating: 120, count: 64 << 10), most: Self.large)
            let reply = try await client.reply()
            #expect(reply.status == 413 && reply.title == "limit", "\(reply.text)")
            #expect(reply.headers["connection"] == "close")
            #expect(sent < Self.large / 2)
        }
    }

    @Test func aLargeBodyInChunksIsRefusedWhileItComes() async throws {
        try await TestServer.with { server in
            let admin = try await server.admin()
            let client = try RawClient(port: server.port)
            try client.send(
                "PUT /v1/platform HTTP/1.1\r\nHost: gantry\r\nAuthorization: Bearer \(admin)\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n")
            let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 120, count: 65536) + Array("\r\n".utf8)
            let sent = try await client.sendUntilAnswered(chunk, most: Self.large)
            let reply = try await client.reply()
            #expect(reply.status == 413, "\(reply.text)")
            #expect(sent > 1 << 20 && sent < Self.large / 2, "\(sent)")
        }
    }

    @Test func aLargeBodyToARouteThatReadsNoneEndsTheConnection() async throws {
        try await TestServer.with { server in
            let client = try RawClient(port: server.port)
            try client.send("POST /nothing HTTP/1.1\r\nHost: gantry\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 120, count: 65536) + Array("\r\n".utf8)
            _ = try await client.sendUntilAnswered(chunk, most: Self.large)
            #expect(try await client.reply().status == 404)
        }
    }

    @Test func aLengthThatLiesIsNoWayIn() async throws {
        try await TestServer.with { server in
            let admin = try await server.admin()
            let short = try RawClient(port: server.port)
            try short.send(
                TestServer.head("POST", "/v1/services", admin, length: 1000) + "{\"service\":\"a/b\"}")
            short.shutdownWriting()
            let bytes = try await short.read()
            #expect(!String(decoding: bytes, as: UTF8.self).contains("201"))
            let both = try await server.call(
                "POST", "/v1/services", token: admin, body: "0\r\n\r\nGET /livez HTTP/1.1\r\n\r\n",
                headers: ["Transfer-Encoding: chunked"])
            #expect(both.status == 400 || both.status == 422, "\(both.text)")
        }
    }

    @Test func aSlowBodyIsGivenUp() async throws {
        var limits = APILimits()
        limits.bodyPeriod = .milliseconds(200)
        try await TestServer.with(limits: limits) { server in
            let client = try RawClient(port: server.port)
            try client.send(
                TestServer.head("POST", "/v1/services", try await server.admin(), length: 100) + "{")
            #expect(try await client.reply().status == 504)
        }
    }

    @Test func aSlowHeadIsGivenUp() async throws {
        var limits = APILimits()
        limits.idlePeriod = .milliseconds(300)
        try await TestServer.with(limits: limits) { server in
            let client = try RawClient(port: server.port)
            try client.send("GET /livez HTTP/1.1\r\nHo")
            for _ in 0..<3 {
                try await Task.sleep(for: .milliseconds(50))
                // On a busy machine the server may have given up already.
                try? client.send("s")
            }
            // Ends without an answer: the head never came in full.
            #expect(try await client.read().isEmpty)
        }
    }

    @Test func longAddressesAndHeadersAreRefused() async throws {
        try await TestServer.with { server in
            let admin = try await server.admin()
            let long = String(repeating: "x", count: 9000)
            #expect(try await server.call("GET", "/v1/runs?prefix=\(long)", token: admin).status == 422)
            let header = try await server.call(
                "GET", "/livez", headers: ["X-Long: \(String(repeating: "y", count: 40_000))"])
            #expect(header.status == 400)
            let many = try await server.call("GET", "/livez", headers: (0..<200).map { "X-\($0): 1" })
            #expect(many.status == 400)
            for junk in ["\u{16}\u{3}\u{1}\u{0}hello\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"] {
                let client = try RawClient(port: server.port)
                try client.send(junk)
                client.shutdownWriting()
                let answer = String(decoding: try await client.read(), as: UTF8.self)
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400"), "\(answer)")
            }
            #expect(try await server.call("GET", "/livez").status == 200)
        }
    }

    @Test func whatIsBeyondTheSeatsIsToldToComeBack() async throws {
        var limits = APILimits()
        (limits.requests, limits.watchStreams) = (3, 2)
        try await TestServer.with(limits: limits) { server in
            let admin = try await server.admin()
            var watches: [RawClient] = []
            for _ in 0..<2 {
                let client = try RawClient(port: server.port)
                try client.send(TestServer.head("GET", "/v1/watch", admin))
                _ = try await client.read(until: "\r\n\r\n1\r\n\n")
                watches.append(client)
            }
            let third = try await server.call("GET", "/v1/watch", token: admin)
            #expect(third.status == 503 && third.headers["retry-after"] == "1", "\(third.text)")
            let slow = try RawClient(port: server.port)
            try slow.send(TestServer.head("POST", "/v1/services", admin, length: 100) + "{")
            var full: Reply?
            for _ in 0..<200 where full?.status != 503 { full = try await server.call("GET", "/livez") }
            #expect(full?.status == 503 && full?.headers["retry-after"] == "1")
            watches.removeAll()
            slow.shutdownWriting()
            var free: Reply?
            for _ in 0..<500 where free?.status != 200 {
                free = try await server.call("GET", "/livez")
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(free?.status == 200)
        }
    }
}
