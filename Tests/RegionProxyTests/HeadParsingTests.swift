import GantryBase
import NIOCore
import Testing

@testable import RegionProxy

/// What the parser makes of one head: the request, or the status of its refusal.
private func parse(_ text: String) -> Result<RequestHead, HTTPRefusal> {
    parse(Array(text.utf8))
}

private func parse(_ bytes: [UInt8]) -> Result<RequestHead, HTTPRefusal> {
    bytes.withUnsafeBytes { bytes in
        do throws(HTTPRefusal) {
            var scanner = HeadScanner()
            guard let end = try scanner.end(of: bytes) else { return .failure(HTTPRefusal(0, "incomplete")) }
            var head = RequestHead()
            try head.parse(UnsafeRawBufferPointer(rebasing: bytes[0..<end]))
            return .success(head)
        } catch {
            return .failure(error)
        }
    }
}

private func edited(_ text: String, front: Bool = false) throws -> String {
    var head = try parse(text).get()
    _ = head.fields.lines.count
    var out = ByteBuffer()
    var bytes = ByteBuffer(string: text)
    try bytes.withHead(text.utf8.count) { bytes throws(HTTPRefusal) in
        try head.parse(bytes)
        HeadEdit.writeRequest(
            head, bytes, client: front ? ForwardedClient(address: "192.0.2.7") : nil, requestID: { "made" },
            to: &out)
    }
    bytes.clear()
    return String(buffer: out)
}

@Suite struct HeadParsingTests {
    @Test(
        "Refuses heads that two readers could read differently",
        arguments: [
            ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999999999999\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
                400
            ),
            ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
            ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", 501),
            ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: a\u{0}b\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400),
            ("GET / HTTP/1.1\nHost: a\n\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\nNoColon\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\n: empty\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\n\r\n", 400),
            ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET / x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET /\r\nHost: a\r\n\r\n", 400),
            ("GET / http/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400),
            ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
            ("PRI * HTTP/2.0\r\n\r\n", 505),
            ("GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505),
            ("G@T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("GET http://u@h/x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            ("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 501),
            ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ])
    func refuses(_ text: String, _ status: Int) {
        guard case .failure(let refusal) = parse(text) else {
            Issue.record("taken: \(text)")
            return
        }
        #expect(refusal.status == status, "\(text): \(refusal.reason)")
    }

    @Test(
        "Reads well-formed heads",
        arguments: [
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a?b=c HTTP/1.1\r\nhost:a:80\r\nX:\r\n\r\n",
            "GET / HTTP/1.0\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET http://h:80/p?q HTTP/1.1\r\nHost: other\r\n\r\n",
            "M-SEARCH / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:  Chunked \r\n\r\n",
            "GET /\u{4f60} HTTP/1.1\r\nHost: a\r\nX: \u{4f60}\r\n\r\n",
        ])
    func reads(_ text: String) throws {
        _ = try parse(text).get()
    }

    @Test func takesBodiesFromTheirFraming() throws {
        let length = try parse("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 007\r\n\r\n").get()
        #expect(length.body == .length(7))
        let chunked = try parse("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n").get()
        #expect(chunked.body == .chunked)
        #expect(try parse("POST / HTTP/1.1\r\nHost: a\r\n\r\n").get().body == .none)
    }

    @Test func removesHopByHopFields() throws {
        let text = try edited(
            "GET /x HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, X-Secret, content-length\r\nKeep-Alive: 5\r\n"
                + "X-Secret: 1\r\nTE: trailers\r\nUpgrade: h2c\r\nContent-Length: 3\r\nAccept: */*\r\n"
                + "Proxy-Connection: close\r\nX-Forwarded-For: 1.1.1.1\r\n\r\n")
        #expect(
            text == "GET /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nAccept: */*\r\n"
                + "X-Forwarded-For: 1.1.1.1\r\nX-Request-ID: made\r\n\r\n")
    }

    @Test func replacesForwardedFieldsAtTheFrontDoor() throws {
        let text = try edited(
            "GET / HTTP/1.1\r\nX-Forwarded-For: 1.1.1.1\r\nForwarded: for=1\r\nHost: A.example:8080\r\n"
                + "X-Forwarded-Host: evil\r\nX-Request-ID: given\r\nX-Request-Id: twice\r\n\r\n", front: true)
        #expect(
            text == "GET / HTTP/1.1\r\nHost: A.example:8080\r\nX-Request-ID: given\r\n"
                + "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: http\r\n"
                + "X-Forwarded-Host: A.example:8080\r\n\r\n")
    }

    @Test func writesAbsoluteTargetsInOriginForm() throws {
        let text = try edited("GET http://h:81?x HTTP/1.1\r\nHost: b\r\n\r\n".replacing("?x", with: "/?x"))
        #expect(text.hasPrefix("GET /?x HTTP/1.1\r\nHost: h:81\r\nX-Request-ID"))
        #expect(try edited("GET http://h HTTP/1.0\r\n\r\n").hasPrefix("GET / HTTP/1.1\r\nHost: h\r\n"))
    }

    @Test func findsTheSameEndHoweverTheBytesCome() throws {
        let text = Array("GET / HTTP/1.1\r\nHost: a\r\nX: yz\r\n\r\nrest".utf8)
        var scanner = HeadScanner()
        for count in 1...text.count {
            let end = try text[0..<count].withUnsafeBytes { bytes in try scanner.end(of: bytes) }
            #expect(end == (count < text.count - 4 ? nil : text.count - 4))
            if end != nil { break }
        }
    }

    @Test func refusesHeadsBeyondTheLimits() {
        let long = "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "y", count: 64 << 10)
        #expect(parse(long).refusal == 431)
        #expect(parse(long + "\r\n\r\n").refusal == 431)
        let line = "GET /" + String(repeating: "y", count: 16 << 10) + " HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(parse(line).refusal == 414)
        let many = String(repeating: "X: 1\r\n", count: 300)
        #expect(parse("GET / HTTP/1.1\r\nHost: a\r\n\(many)\r\n").refusal == 431)
    }

    /// Any byte anywhere, and any cut: the parser answers, and what it takes it writes without a stray line.
    @Test func standsMutatedHeads() throws {
        let seeds = [
            "POST /a/b?c HTTP/1.1\r\nHost: a:1\r\nContent-Length: 12\r\nConnection: x, close\r\nX: 1\r\n\r\n",
            "GET http://h/ HTTP/1.0\r\nTE: a\r\nTransfer-Encoding: chunked\r\nUpgrade: w\r\n\r\n",
        ]
        var random = SeededGenerator(seed: 20_261_124)
        var taken = 0
        for round in 0..<20_000 {
            var bytes = Array(seeds[round % 2].utf8)
            for _ in 0...Int(random.next() % 3) {
                let at = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 4 {
                case 0: bytes[at] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: at)
                case 2: bytes.insert([10, 13, 32, 58, 9, 0].randomElement(using: &random) ?? 0, at: at)
                default: bytes.removeLast(Int(random.next() % 5))
                }
            }
            guard case .success(let head) = parse(bytes) else { continue }
            taken += 1
            var out = ByteBuffer()
            bytes.withUnsafeBytes {
                HeadEdit.writeRequest(
                    head, $0, client: ForwardedClient(address: "1.2.3.4"), requestID: { "made" }, to: &out)
            }
            let again = parse(Array(out.readableBytesView))
            #expect((try? again.get())?.body == head.body, "what was written is read otherwise")
        }
        #expect(taken > 1000)
    }
}

extension Result where Failure == HTTPRefusal {
    fileprivate var refusal: Int? {
        guard case .failure(let refusal) = self else { return nil }
        return refusal.status
    }
}
