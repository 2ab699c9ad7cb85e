import Foundation
import Model
import Synchronization
import Testing

@testable import RegionProxy

/// Plans that change, addresses that are taken, files that are wrong, and the end.
@Suite struct ControlTests {
    @Test func followsChangesOfThePlanWithoutTouchingWhatStays() throws {
        let upstream = try Upstream.named("a")
        let proxy = try ProxyHarness()
        defer {
            proxy.end()
            upstream.stop()
        }
        try proxy.put("a", upstream.port)
        let kept = try TestSocket.connect(proxy.servicePort)
        let gone = try TestSocket.connect(proxy.frontPort)
        defer {
            kept.close()
            gone.close()
        }
        let added = try TestSocket.freePort()
        var plan = proxy.plan
        plan.frontDoors = []
        plan.services.append(
            RoutePlan.ServiceRoute(
                service: ProxyHarness.article, environment: "production", port: "http", transport: .http,
                listenHost: "127.0.0.1", listenPort: added))
        try ProxyHarness.write(plan, to: proxy.folder + "/plan.json")
        let answer = try proxy.poll { try? proxy.get(port: added) }
        #expect(answer.text == "a")
        #expect(throws: TestSocket.Failure.self) { _ = try TestSocket.connect(proxy.frontPort) }
        kept.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(MessageReader(kept).next(isResponseTo: "GET")?.text == "a")
        gone.send("GET / HTTP/1.1\r\nHost: articles.example.com\r\n\r\n")
        let last = MessageReader(gone).next(isResponseTo: "GET")
        #expect(last?.text == "a")
        #expect(last?["Connection"] == "close")
    }

    @Test func keepsItsPlanWhenTheFileIsWrong() throws {
        let upstream = try Upstream.named("a")
        let proxy = try ProxyHarness()
        defer {
            proxy.end()
            upstream.stop()
        }
        try proxy.put("a", upstream.port)
        let path = proxy.folder + "/plan.json"
        #expect(FileManager.default.createFile(atPath: path, contents: Data("{".utf8)))
        _ = try proxy.poll { proxy.report()?.failures[path] }
        #expect(
            FileManager.default.createFile(
                atPath: proxy.folder + "/endpoints/bad.json", contents: Data("nonsense".utf8)))
        _ = try proxy.poll { proxy.report()?.failures["bad.json"] }
        #expect(try proxy.get()?.text == "a")
    }

    @Test func reportsATakenAddressAndTriesAgain() throws {
        let (taken, port) = try TestSocket.listen()
        let upstream = try Upstream.named("a")
        let proxy = try ProxyHarness()
        defer {
            proxy.end()
            upstream.stop()
        }
        try proxy.put("a", upstream.port)
        var plan = proxy.plan
        plan.services[0].listenPort = port
        try ProxyHarness.write(plan, to: proxy.folder + "/plan.json")
        let reason = try proxy.poll { proxy.report()?.failures["127.0.0.1:\(port)"] }
        #expect(reason.contains("Address already in use"))
        taken.close()
        _ = try proxy.poll { proxy.report()?.failures.isEmpty == true ? true : nil }
        #expect(try proxy.get(port: port)?.text == "a")
    }

    @Test func finishesRequestsWhenStopped() throws {
        let upstream = try Upstream.named("slow", delay: 0.4)
        let proxy = try ProxyHarness()
        defer {
            proxy.end()
            upstream.stop()
        }
        try proxy.put("a", upstream.port)
        let busy = try TestSocket.connect(proxy.servicePort)
        let idle = try TestSocket.connect(proxy.servicePort)
        defer {
            busy.close()
            idle.close()
        }
        busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try proxy.poll { upstream.requests.load(ordering: .relaxed) == 1 ? true : nil }
        proxy.stop()
        let answer = MessageReader(busy).next(isResponseTo: "GET")
        #expect(answer?.text == "slow")
        #expect(answer?["Connection"] == "close")
        #expect(idle.receiveAll().isEmpty)
        _ = try proxy.poll { proxy.hasEnded ? true : nil }
        #expect(throws: TestSocket.Failure.self) { _ = try TestSocket.connect(proxy.servicePort) }
        #expect(proxy.report()?.requests == 1)
    }

    @Test func leavesTheReportToAProxyThatTookOver() throws {
        let proxy = try ProxyHarness()
        defer { proxy.end() }
        let other = ProxyReport(proxy: ProcessIdentity(pid: 1, startTicks: 7), requests: 9)
        try ProxyHarness.write(other, to: proxy.folder + "/report.json")
        proxy.stop()
        _ = try proxy.poll { proxy.hasEnded ? true : nil }
        #expect(proxy.report() == other)
    }

    @Test func followsNewRulesOfAFrontDoor() throws {
        let (article, author) = (try Upstream.named("article"), try Upstream.named("author"))
        let proxy = try ProxyHarness()
        defer {
            proxy.end()
            article.stop()
            author.stop()
        }
        try proxy.put("a", article.port)
        try proxy.put("b", author.port, service: ProxyHarness.author)
        let socket = try TestSocket.connect(proxy.frontPort)
        defer { socket.close() }
        let reader = MessageReader(socket)
        let request = "GET /authors HTTP/1.1\r\nHost: articles.example.com\r\n\r\n"
        socket.send(request)
        #expect(reader.next(isResponseTo: "GET")?.text == "author")
        var plan = proxy.plan
        plan.frontDoors[0].rules.removeLast()
        try ProxyHarness.write(plan, to: proxy.folder + "/plan.json")
        // The same connection sees the new rules with one of its next requests.
        _ = try proxy.poll {
            socket.send(request)
            return reader.next(isResponseTo: "GET")?.text == "article" ? true : nil
        }
        try proxy.put("a", article.port, state: .draining)
        try proxy.put("a", article.port)
        socket.send(request)
        #expect(reader.next(isResponseTo: "GET")?.text == "article")
    }

    @Test func readsItsArguments() throws {
        let arguments = try #require(ProxyCommand.Arguments(["p.json", "--report", "r", "--threads", "2"]))
        #expect(arguments.plan == "p.json" && arguments.report == "r" && arguments.threads == 2)
        #expect(ProxyCommand.Arguments(["p.json"]) == nil)
        #expect(ProxyCommand.Arguments(["p.json", "--report", "r", "--threads", "0"]) == nil)
        #expect(ProxyCommand.Arguments(["p.json", "q.json", "--report", "r"]) == nil)
    }
}
