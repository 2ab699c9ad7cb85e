import Access
import GantryBase
import Model
import Running
import State
import Testing

@testable import API

/// Logs that pages follow.
@Suite struct ObjectPageStreamTests {
    private static func open(
        _ server: TestServer, _ address: String, _ browser: Browser, after: Int? = nil
    ) throws -> RawClient {
        let client = try RawClient(port: server.port)
        let cookie = browser[PageCookies.session] ?? ""
        var headers = ["Cookie: \(PageCookies.session)=\(cookie)", "Accept: text/event-stream"]
        if let after { headers.append("Last-Event-ID: \(after)") }
        try client.send(TestServer.head("GET", address, nil, headers))
        return client
    }

    @Test func theLogOfARunComesAsItIsWritten() async throws {
        try await TestServer.with { server in
            try await PageFixture.fill(server)
            try await PageFixture.addRun(server, 3, .running, at: server.clock.now)
            let id = StepID(run: RunName(PageFixture.service, 3), stage: 0, step: 1, attempt: 1)
            let viewer = try await Browser.signedIn(server, try await server.token("vic"))
            #expect(
                try await viewer.get("/runs/yidian/article/3").text.contains(
                    "data-stream=\"/runs/yidian/article/3/log\""))
            let client = try Self.open(server, "/runs/yidian/article/3/log", viewer)
            server.executor.print("first <b>\n\u{1B}[31mred\u{1B}[0m\nhalf", id)
            let first = String(decoding: try await client.read(until: "red"), as: UTF8.self)
            #expect(
                first.contains("content-type: text/event-stream")
                    || first.contains("Content-Type: text/event-stream"))
            #expect(first.contains("event: append") && first.contains("first &lt;b&gt;"))
            #expect(first.contains("== stage quality / step test (attempt 1) ==") && !first.contains("[31m"))
            #expect(!first.contains("half"))
            server.executor.print(" a line\n", id)
            _ = try await client.read(until: "half a line")
            server.executor.end(id)
            try await server.store.mutate(StoredRun.self, "yidian/article/3") {
                $0.status.progress = .succeeded
                $0.status.stages[0].progress = .succeeded
            }
            _ = try await client.read(until: "event: end")
        }
    }

    @Test func aBrowserThatWasCutOffGetsNoLineTwice() async throws {
        try await TestServer.with { server in
            try await PageFixture.fill(server)
            try await PageFixture.addRun(server, 3, .running, at: server.clock.now)
            let id = StepID(run: RunName(PageFixture.service, 3), stage: 0, step: 1, attempt: 1)
            let viewer = try await Browser.signedIn(server, try await server.token("vic"))
            server.executor.print("alpha\nbeta\ngamma\n", id)
            // The heading and two lines had come.
            let client = try Self.open(server, "/runs/yidian/article/3/log", viewer, after: 3)
            let text = String(decoding: try await client.read(until: "gamma"), as: UTF8.self)
            #expect(!text.contains("alpha") && !text.contains("beta") && text.contains("id: 4"))
        }
    }

    @Test func theOutputOfAnInstanceComesWithoutOrdersToATerminal() async throws {
        try await TestServer.with { server in
            try await PageFixture.fill(server)
            let viewer = try await Browser.signedIn(server, try await server.token("vic"))
            let address = "/instances/\(PageFixture.workload)/aaaaaaaa/output"
            let client = try Self.open(server, address, viewer)
            let text = String(decoding: try await client.read(until: "line 199 of"), as: UTF8.self)
            #expect(text.contains("line 0 of aaaaaaaa") && !text.contains("\u{1B}") && !text.contains("[31m"))
            #expect(try await viewer.get("/instances/\(PageFixture.workload)/zzzzzzzz/output").status == 404)
        }
    }

    @Test func anEndedRunShowsItsLastLinesAndSaysHowManyItLeavesOut() async throws {
        try await TestServer.with { server in
            try await PageFixture.fill(server)
            let id = StepID(run: RunName(PageFixture.service, 1), stage: 0, step: 1, attempt: 1)
            server.executor.print((0..<5000).map { "line \($0)\n" }.joined(), id)
            server.executor.end(id)
            let viewer = try await Browser.signedIn(server, try await server.token("vic"))
            let page = try await viewer.get("/runs/yidian/article/1")
            #expect(page.text.contains("line 4999") && !page.text.contains("line 4599<"))
            #expect(page.text.contains("4,601 earlier lines are not shown"))
            #expect(page.body.count < 150_000 && !page.text.contains("data-stream"))
        }
    }

    @Test func linesAreCutFromPiecesAndKeptWithinBounds() {
        var splitter = LogText.Splitter()
        #expect(splitter.lines(of: Array("a\nb".utf8)) == ["a"])
        #expect(splitter.lines(of: Array("c\n\n".utf8)) == ["bc", ""])
        let long = splitter.lines(of: [UInt8](repeating: 0x78, count: LogText.Splitter.longestLine * 2 + 5))
        #expect(long.map(\.utf8.count) == [LogText.Splitter.longestLine, LogText.Splitter.longestLine])
        #expect(splitter.last() == ["xxxxx"] && splitter.last().isEmpty)
        #expect(LogText.plain("10%\r50%\r100%") == "100%")
        #expect(LogText.plain("\u{1B}[1;32mok\u{1B}[0m") == "ok")
        #expect(LogText.plain("windows\r") == "windows")
        var tail = LogTailBuffer(lines: 3, bytes: 1000)
        tail.add((0..<10).map { "\($0)" })
        tail.trim()
        #expect(tail.lines == ["7", "8", "9"] && tail.omitted == 7)
    }
}
