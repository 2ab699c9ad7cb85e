import Foundation
import Model
import NIOCore
import Synchronization
import Testing

@testable import RegionProxy

/// Endpoints that refuse, close, lie or vanish; big bodies; drains.
@Suite struct FaultTests {
    @Test func goesRoundEndpointsThatRefuse() throws {
        let upstream = try Upstream.named("a")
        let proxy = try ProxyHarness()
        defer {
            proxy.end()
            upstream.stop()
        }
        try proxy.put("dead", try TestSocket.freePort())
        try proxy.put("a", upstream.port)
        for _ in 0..<10 {
            let answer = try proxy.ask(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi", method: "POST")
            #expect(answer?.text == "a")
        }
        try proxy.remove("a")
        #expect(try proxy.get()?.status == 502)
    }

    @Test(arguments: ["GET", "POST"])
    func repeatsOnlyWhatIsSafe(_ method: String) throws {
        // The second request is read and dropped; it comes over a connection that carried the first one.
        let served = Atomic(0)
        let upstream = try Upstream { _ in
            let number = served.add(1, ordering: .relaxed).oldValue
            return number == 1 ? .close : .raw(Upstream.ok("\(number)"))
        }
        let proxy = try ProxyHarness()
        defer {
            proxy.end()
            upstream.stop()
        }
        try proxy.put("a", upstream.port)
        let body = method == "POST" ? "Content-Length: 2\r\n\r\nhi" : "\r\n"
        let request = "\(method) / HTTP/1.1\r\nHost: a\r\n" + body
        #expect(try proxy.ask(request)?.text == "0")
        let second = try #require(try proxy.ask(request))
        if method == "GET" {
            #expect(second.text == "2")
        } else {
            #expect(second.status == 502)
            #expect(served.load(ordering: .relaxed) == 2)
        }
    }

    @Test func takesNoConnectionThatItsEndpointCloses() throws {
        let upstream = try Upstream { request in
            request.target == "/bye"
                ? .raw("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                : .rawThenClose(Upstream.ok("closing without a word"))
        }
        let proxy = try ProxyHarness()
        defer {
            proxy.end()
            upstream.stop()
        }
        try proxy.put("a", upstream.port)
        let post = "HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
        for _ in 0..<20 {
            #expect(try proxy.ask("POST /bye \(post)", method: "POST")?.status == 200)
            #expect(try proxy.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")?.status == 200)
        }
    }

    @Test func saysWhenAnEndpointAnswersNonsenseOrTooLittle() throws {
        let upstream = try Upstream { request in
            switch request.target {
            case "/nonsense": .rawThenClose("hello\r\n\r\n")
            case "/both":
                .rawThenClose("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n")
            default: .rawThenClose("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
            }
        }
        let proxy = try ProxyHarness()
        defer {
            proxy.end()
            upstream.stop()
        }
        try proxy.put("a", upstream.port)
        #expect(try proxy.get("/nonsense")?.status == 502)
        #expect(try proxy.get("/both")?.status == 502)
        #expect(try proxy.get("/short")?.isBodyWhole == false)
    }

    @Test func answersWhenAnEndpointIsSilent() throws {
        var limits = ProxyLimits()
        limits.responseHead = .milliseconds(300)
        let upstream = try Upstream { _ in .take { reader in _ = reader.rest() } }
        let proxy = try ProxyHarness(limits)
        defer {
            proxy.end()
            upstream.stop()
        }
        try proxy.put("a", upstream.port)
        #expect(try proxy.get()?.status == 504)
    }

    @Test func losesNoRequestWhileEndpointsComeAndGo() throws {
        let proxy = try ProxyHarness()
        defer { proxy.end() }
        let keeper = try Upstream.named("keeper")
        defer { keeper.stop() }
        try proxy.put("keeper", keeper.port)
        let isOver = Atomic(false)
        let answered = Atomic(0)
        let failed = Mutex<[String]>([])
        let clients = DispatchGroup()
        for number in 0..<6 {
            clients.enter()
            let isPost = number % 2 == 1
            Thread {
                defer { clients.leave() }
                var socket: TestSocket?
                while !isOver.load(ordering: .acquiring) {
                    guard let open = socket ?? (try? TestSocket.connect(proxy.servicePort)) else {
                        failed.withLock { $0.append("no connection") }
                        return
                    }
                    socket = open
                    open.send(
                        isPost
                            ? "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"
                            : "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                    guard let answer = MessageReader(open).next(isResponseTo: "GET") else {
                        failed.withLock { $0.append("no answer") }
                        return
                    }
                    answered.add(1, ordering: .relaxed)
                    if answer.status != 200 {
                        failed.withLock { $0.append("\(answer.status) \(answer.text)") }
                    }
                    if answer["Connection"] == "close" || answered.load(ordering: .relaxed) % 7 == 0 {
                        open.close()
                        socket = nil
                    }
                }
                socket?.close()
            }.start()
        }
        for round in 0..<12 {
            let upstream = try Upstream.named("\(round)", delay: 0.001)
            try proxy.put("r\(round)", upstream.port)
            Thread.sleep(forTimeInterval: 0.05)
            // The order of an agent: draining, out of the table, the program ends after its requests.
            try proxy.put("r\(round)", upstream.port, state: .draining)
            Thread.sleep(forTimeInterval: 0.1)
            upstream.stop()
            try proxy.remove("r\(round)")
        }
        isOver.store(true, ordering: .releasing)
        clients.wait()
        #expect(failed.withLock { $0 } == [])
        #expect(answered.load(ordering: .relaxed) > 1000)
        #expect(keeper.requests.load(ordering: .relaxed) > 0)
    }

    @Test func streamsBigBodiesInBoundedMemory() throws {
        let size = 64 << 20
        let upstream = try Upstream(readsBody: false) { request in
            .take { reader in
                if request.method == "POST" {
                    var left = size
                    while left > 0 {
                        let bytes = reader.some()
                        if bytes.isEmpty { break }
                        // Slower than the client, so that it has to be held back.
                        if left % 7 == 0 { Thread.sleep(forTimeInterval: 0.001) }
                        left -= bytes.count
                    }
                    reader.socket.send(Upstream.ok("left \(left)"))
                } else {
                    reader.socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
                    let block = [UInt8](repeating: 65, count: 1 << 20)
                    for _ in 0..<size / block.count { reader.socket.send(block) }
                }
            }
        }
        let proxy = try ProxyHarness()
        defer {
            proxy.end()
            upstream.stop()
        }
        try proxy.put("a", upstream.port)
        #expect(try proxy.get("/small-first")?.body.count == size)
        let before = try residentBytes()
        let up = try TestSocket.connect(proxy.servicePort)
        up.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
        let block = [UInt8](repeating: 66, count: 1 << 20)
        for _ in 0..<size / block.count { up.send(block) }
        #expect(MessageReader(up).next(isResponseTo: "POST")?.text == "left 0")
        up.close()
        // A reader that waits: the endpoint is held back, the proxy does not gather the body.
        let slow = try TestSocket.connect(proxy.servicePort, receiveBuffer: 64 << 10)
        slow.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        Thread.sleep(forTimeInterval: 0.5)
        #expect(try residentBytes() - before < 24 << 20)
        var received = 0
        while let bytes = slow.receive(1 << 20), !bytes.isEmpty {
            received += bytes.count
            if received >= size { break }
        }
        #expect(received >= size)
        slow.close()
    }

    private func residentBytes() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        return (Int(text.split(separator: " ")[1]) ?? 0) * 4096
    }
}
