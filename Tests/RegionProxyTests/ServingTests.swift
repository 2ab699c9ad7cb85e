import Foundation
import Model
import Synchronization
import Testing

@testable import RegionProxy

/// Requests through a real proxy to real servers: routes, framing, refusals.
@Suite struct ServingTests {
    @Test func balancesOverReadyEndpoints() throws {
        let (a, b) = (try Upstream.named("a"), try Upstream.named("b"))
        let proxy = try ProxyHarness()
        defer {
            proxy.end()
            a.stop()
            b.stop()
        }
        #expect(try proxy.get()?.status == 503)
        #expect(try proxy.get()?["Retry-After"] == "1")
        try proxy.put("a", a.port)
        try proxy.put("b", b.port)
        var answers: [String: Int] = [:]
        for _ in 0..<20 { answers[try proxy.get()?.text ?? "none", default: 0] += 1 }
        #expect(answers == ["a": 10, "b": 10])
        try proxy.put("a", a.port, state: .draining)
        for _ in 0..<5 { #expect(try proxy.get()?.text == "b") }
        try proxy.remove("b")
        let refusal = try #require(try proxy.get())
        #expect(refusal.status == 503)
        #expect(refusal["Content-Type"] == "application/problem+json")
    }

    @Test func routesTheFrontDoorByHostAndPath() throws {
        let seen = Mutex<[MessageReader.Message]>([])
        let article = try Upstream { request in
            seen.withLock { $0.append(request) }
            return .raw(Upstream.ok("article"))
        }
        let author = try Upstream.named("author")
        let proxy = try ProxyHarness()
        defer {
            proxy.end()
            article.stop()
            author.stop()
        }
        try proxy.put("a", article.port)
        try proxy.put("b", author.port, service: ProxyHarness.author)
        func ask(_ path: String, _ host: String) throws -> MessageReader.Message? {
            try proxy.ask(
                "GET \(path) HTTP/1.1\r\nHost: \(host)\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n",
                port: proxy.frontPort)
        }
        #expect(try ask("/", "Articles.example.com:8080")?.text == "article")
        #expect(try ask("/authors/1", "articles.example.com")?.text == "author")
        #expect(try ask("/authorsx", "articles.example.com")?.text == "article")
        #expect(try ask("/", "other.example.com")?.status == 404)
        #expect(try ask("/../authors", "articles.example.com")?.status == 400)
        let first = try #require(seen.withLock { $0.first })
        #expect(first["X-Forwarded-For"] == "127.0.0.1")
        #expect(first["X-Forwarded-Proto"] == "http")
        #expect(first["X-Forwarded-Host"] == "Articles.example.com:8080")
        #expect(first["X-Request-ID"]?.count == 16)
        #expect(first.count("X-Forwarded-For") == 1)
    }

    @Test func keepsAClientsConnectionOverEndpointsAndPipelines() throws {
        let (a, b) = (try Upstream.named("a"), try Upstream.named("b"))
        let proxy = try ProxyHarness()
        defer {
            proxy.end()
            a.stop()
            b.stop()
        }
        try proxy.put("a", a.port)
        try proxy.put("b", b.port)
        let socket = try TestSocket.connect(proxy.servicePort)
        defer { socket.close() }
        let one = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        let body = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
        socket.send(one + body + "\r\n" + one)
        let reader = MessageReader(socket)
        let answers = (0..<3).compactMap { _ in reader.next(isResponseTo: "GET")?.text }
        #expect(answers.count == 3)
        #expect(Set(answers) == ["a", "b"])
    }

    @Test(
        "Refuses what could smuggle a request, and closes",
        arguments: [
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
            "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n X: folded\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n",
        ])
    func refusesSmuggling(_ text: String) throws {
        // An endpoint that answers only whole requests, as a real one does.
        let upstream = try Upstream.named("a")
        let proxy = try ProxyHarness()
        defer {
            proxy.end()
            upstream.stop()
        }
        try proxy.put("a", upstream.port)
        let socket = try TestSocket.connect(proxy.servicePort)
        defer { socket.close() }
        socket.send(text)
        let reader = MessageReader(socket)
        let answer = try #require(reader.next(isResponseTo: "POST"))
        #expect(answer.status == 400)
        #expect(answer["Connection"] == "close")
        #expect(reader.rest().isEmpty)
    }

    @Test func framesResponsesWithoutABody() throws {
        let upstream = try Upstream { request in
            switch request.target {
            case "/204": .raw("HTTP/1.1 204 No Content\r\n\r\n")
            case "/304": .raw("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\nETag: x\r\n\r\n")
            case "/103": .raw("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + Upstream.ok("hinted"))
            default: .raw("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n")
            }
        }
        let proxy = try ProxyHarness()
        defer {
            proxy.end()
            upstream.stop()
        }
        try proxy.put("a", upstream.port)
        let socket = try TestSocket.connect(proxy.servicePort)
        defer { socket.close() }
        let reader = MessageReader(socket)
        socket.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(reader.next(isResponseTo: "HEAD")?["Content-Length"] == "1234")
        socket.send("GET /204 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(reader.next(isResponseTo: "GET")?.status == 204)
        socket.send("GET /304 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(reader.next(isResponseTo: "GET")?["ETag"] == "x")
        socket.send("GET /103 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(reader.next(isResponseTo: "GET")?.status == 103)
        #expect(reader.next(isResponseTo: "GET")?.text == "hinted")
        #expect(upstream.connections.load(ordering: .relaxed) == 1)
    }

    @Test func passesChunksBothWays() throws {
        let upstream = try Upstream { request in
            .raw(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "\(String(request.body.count, radix: 16));x=y\r\n\(request.text)\r\n1\r\n!\r\n0\r\nT: u\r\n\r\n"
            )
        }
        let proxy = try ProxyHarness()
        defer {
            proxy.end()
            upstream.stop()
        }
        try proxy.put("a", upstream.port)
        let body = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        let socket = try TestSocket.connect(proxy.servicePort)
        defer { socket.close() }
        let reader = MessageReader(socket)
        for byte in Array((body + "3\r\nabc\r\n00002;e\r\nde\r\n0\r\n\r\n").utf8) { socket.send([byte]) }
        #expect(reader.next(isResponseTo: "POST")?.text == "abcde!")
        socket.send(body + "1\r\nx\r\n0\r\nTrailer: 1\r\n\r\n")
        #expect(reader.next(isResponseTo: "POST")?.text == "x!")
        let old = try #require(
            try proxy.ask("POST / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi"))
        #expect(old["Transfer-Encoding"] == nil)
        #expect(old["Connection"] == "close")
        #expect(old.text == "hi!")
    }

    @Test func servesOldClientsAndOldEndpoints() throws {
        let upstream = try Upstream { request in
            request.target == "/close"
                ? .rawThenClose("HTTP/1.0 200 OK\r\n\r\nuntil the end") : .raw(Upstream.ok("kept"))
        }
        let proxy = try ProxyHarness()
        defer {
            proxy.end()
            upstream.stop()
        }
        try proxy.put("a", upstream.port)
        let answer = try #require(try proxy.get("/close"))
        #expect(answer.text == "until the end")
        #expect(answer["Transfer-Encoding"] == "chunked")
        let old = try #require(try proxy.ask("GET /close HTTP/1.0\r\n\r\n"))
        #expect(old.text == "until the end")
        let kept = try #require(try proxy.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"))
        #expect(kept["Connection"] == "keep-alive")
        #expect(kept.text == "kept")
    }

    @Test func passesExpectContinue() throws {
        let upstream = try Upstream(readsBody: false) { request in
            guard request["Expect"] == "100-continue" else { return .raw(Upstream.ok("no")) }
            return .take { reader in
                reader.socket.send("HTTP/1.1 100 Continue\r\n\r\n")
                let body = reader.some()
                reader.socket.send(Upstream.ok(String(decoding: body, as: UTF8.self)))
            }
        }
        let proxy = try ProxyHarness()
        defer {
            proxy.end()
            upstream.stop()
        }
        try proxy.put("a", upstream.port)
        let socket = try TestSocket.connect(proxy.servicePort)
        defer { socket.close() }
        let reader = MessageReader(socket)
        socket.send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
        #expect(reader.next(isResponseTo: "PUT")?.status == 100)
        socket.send("data")
        #expect(reader.next(isResponseTo: "PUT")?.text == "data")
    }

    @Test func tunnelsUpgrades() throws {
        let upstream = try Upstream { request in
            guard request["Upgrade"] == "websocket", request["Connection"] == "upgrade" else { return .close }
            return .take { reader in
                reader.socket.send(
                    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello"
                )
                while true {
                    let bytes = reader.some()
                    if bytes.isEmpty { break }
                    reader.socket.send(bytes.map { $0 ^ 32 })
                }
                reader.socket.send("bye")
            }
        }
        let proxy = try ProxyHarness()
        defer {
            proxy.end()
            upstream.stop()
        }
        try proxy.put("a", upstream.port)
        let socket = try TestSocket.connect(proxy.frontPort)
        defer { socket.close() }
        let reader = MessageReader(socket)
        socket.send(
            "GET / HTTP/1.1\r\nHost: articles.example.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        )
        let answer = try #require(reader.next(isResponseTo: "GET"))
        #expect(answer.status == 101)
        #expect(answer["Upgrade"] == "websocket")
        #expect(String(decoding: reader.some(), as: UTF8.self) == "hello")
        socket.send("ABC")
        #expect(String(decoding: reader.some(), as: UTF8.self) == "abc")
        socket.shutdownOutput()
        #expect(String(decoding: reader.rest(), as: UTF8.self) == "bye")
    }

    @Test func passesStreamsOnATcpRoute() throws {
        let (listener, port) = try TestSocket.listen()
        Thread {
            while let socket = listener.accept() {
                let all = socket.receiveAll()
                socket.send("got \(all.count)")
                socket.close()
            }
        }.start()
        let proxy = try ProxyHarness()
        defer {
            proxy.end()
            listener.stopAccepting()
        }
        try proxy.put("dead", try TestSocket.freePort())
        try proxy.put("a", port)
        for _ in 0..<4 {
            let socket = try TestSocket.connect(proxy.streamPort)
            socket.send([UInt8](repeating: 7, count: 300_000))
            socket.shutdownOutput()
            #expect(String(decoding: socket.receiveAll(), as: UTF8.self) == "got 300000")
            socket.close()
        }
    }

    @Test func refusesBeyondTheConnectionLimit() throws {
        var limits = ProxyLimits()
        limits.clientConnections = 2
        let upstream = try Upstream.named("a")
        let proxy = try ProxyHarness(limits)
        defer {
            proxy.end()
            upstream.stop()
        }
        try proxy.put("a", upstream.port)
        let held = try (0..<2).map { _ in try TestSocket.connect(proxy.servicePort) }
        for socket in held {
            socket.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(MessageReader(socket).next(isResponseTo: "GET")?.text == "a")
        }
        #expect(try proxy.get()?.status == 503)
        for socket in held { socket.close() }
        let status = try proxy.poll { try proxy.get()?.status == 200 ? 200 : nil }
        #expect(status == 200)
    }
}
