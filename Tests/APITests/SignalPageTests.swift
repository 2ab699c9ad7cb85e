import Access
import Foundation
import GantryBase
import Model
import Telemetry
import Testing
import Wire

@testable import API

/// The console's pages of signals as a browser gets them, over a real store with real records in it.
@Suite struct SignalPageTests {
    static let article = Signals.source("yidian/article")
    static let doctor = Signals.source("yisheng/doctor")
    static let trace = TraceID(high: 7, low: 7)
    /// In bytes, before packing.
    static let mostBytes = 150_000

    static func with(_ body: @escaping @Sendable (TestServer, Browser) async throws -> Void) async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            try await body(server, try await Browser.signedIn(server, try await server.admin()))
        }
    }

    static func append(_ lines: [LogRecord], _ server: TestServer, from source: SignalSource = article)
        async throws
    {
        _ = try await server.signals.append(TelemetryBatch(logs: [SourcedRecords(source, lines)]))
    }

    static func texts(_ page: String) -> [String] {
        page.replacing("<mark>", with: "").replacing("</mark>", with: "")
            .matches(of: /<span class="log-text">([^<]*)/).map { String($0.1) }
    }

    @Test func aSearchShowsEveryLineOnceNewestFirstPageByPage() async throws {
        try await Self.with { server, browser in
            let now = server.clock.now
            let lines = (0..<250).map {
                Signals.log("line \($0)", at: now - .milliseconds(Int64(1000 + (249 - $0) * 10)))
            }
            try await Self.append(lines, server)
            var address: String? = "/search?q=line"
            var found: [String] = []
            while let next = address {
                let page = try await browser.get(next)
                #expect(page.status == 200 && page.body.count <= Self.mostBytes, "\(page.body.count) bytes")
                found += Self.texts(page.text)
                address = page.text.firstMatch(of: /href="([^"]*)" rel="next"/).map {
                    String($0.1).replacing("&amp;", with: "&")
                }
            }
            #expect(found == (0..<250).reversed().map { "line \($0)" })
        }
    }

    @Test func aReaderSeesTheSignalsOfTheirBusinessesOnly() async throws {
        try await Self.with { server, _ in
            let now = server.clock.now
            try await Self.append([Signals.log("of yidian", at: now - .seconds(2))], server)
            try await Self.append(
                [Signals.log("of yisheng", at: now - .seconds(1))], server, from: Self.doctor)
            let entry = try #require(
                try await server.signals.logs(LogQuery(range: TimeRange(from: now - .seconds(2), to: now)))
                    .entries
                    .first { $0.source == Self.doctor })
            let vic = try await Browser.signedIn(server, try await server.token("vic", [.read]))
            #expect(Self.texts(try await vic.get("/search").text) == ["of yidian"])
            #expect(try await vic.get("/search?service=yisheng/doctor").status == 403)
            #expect(try await vic.get("/search/lines/\(entry.cursor)").status == 404)
            let doc = try await Browser.signedIn(server, try await server.token("doc", [.read]))
            #expect(Self.texts(try await doc.get("/search").text) == ["of yisheng"])
            #expect(try await doc.get("/search/lines/\(entry.cursor)").status == 200)
            let nobody = try await Browser.signedIn(server, try await server.token("eve", [.read]))
            for page in ["/search", "/calls", "/traces", "/search/tail"] {
                #expect(try await nobody.get(page).status == 403)
            }
            #expect(
                try await Browser(server).get("/search?q=x").headers["location"]
                    == "/sign-in?to=/search%3Fq%3Dx")
        }
    }

    @Test func aMistakeIsShownAtItsPlaceUnderTheFilters() async throws {
        try await Self.with { _, browser in
            let page = try await browser.get("/search?q=timeout%20level:%20error&region=nanjing")
            #expect(
                page.status == 400 && page.text.contains("mistake-mark")
                    && page.text.contains("at character 15"))
            #expect(page.text.contains("value=\"timeout level: error\""))
            #expect(try await browser.get("/traces?q=%22").status == 400)
        }
    }

    @Test func aLineOpensToItsFieldsAndItsTrace() async throws {
        try await Self.with { server, browser in
            let now = server.clock.now
            let long = String(repeating: "0123456789", count: 1000)
            try await Self.append(
                [
                    Signals.log(
                        "<script>alert(1)</script>\u{1B}[31m" + long, at: now - .seconds(1), .error,
                        attributes: ["status": 503, "path": "/a\"b"], trace: Self.trace)
                ], server)
            let list = try await browser.get("/search").text
            #expect(
                !list.contains("<script>alert") && list.contains("&lt;script&gt;alert(1)")
                    && list.contains("⟨ESC⟩[31m"))
            #expect(list.utf8.count < 60_000)
            let address = try #require(list.firstMatch(of: /href="(\/search\/lines\/[^"]+)"/)).1
            let part = try await browser.get("\(address)?part=1&q=a%20OR%20b").text
            #expect(part.hasPrefix("<div class=\"record-part\">") && part.contains(long))
            #expect(part.contains("/search?q=%28a%20OR%20b%29%20status%3A503"))
            #expect(part.contains("href=\"/traces/\(Self.trace)\""))
            #expect(try await browser.get(String(address)).text.contains("<!doctype html>"))
            for wrong in ["x", "1-2", "zzzzzzzzzzzzzzzzzzz-1"] {
                #expect(try await browser.get("/search/lines/\(wrong)").status == 404)
            }
        }
    }

    @Test func nothingFoundSaysWhenTheNewestLineWas() async throws {
        try await Self.with { server, browser in
            #expect(try await browser.get("/search").text.contains("No line has come yet"))
            try await Self.append([Signals.log("old", at: server.clock.now - .minutes(47))], server)
            let page = try await browser.get("/search").text
            #expect(page.contains("47 min ago") && page.contains("Show lines until then"))
            #expect(Self.texts(try await browser.get("/search?last=1h").text) == ["old"])
        }
    }

    @Test func newLinesComeAsEventsAndGoOnWhereTheyWereCutOff() async throws {
        try await Self.with { server, browser in
            let now = server.clock.now
            try await Self.append([Signals.log("before", at: now - .seconds(9))], server)
            let page = try await browser.get("/search?live=1&q=line").text
            let match = try #require(page.firstMatch(of: /data-stream="([^"]+)"/))
            let stream = String(match.1).replacing("&amp;", with: "&")
            let cookie = "Cookie: \(PageCookies.session)=\(try #require(browser[PageCookies.session]))"
            let client = try RawClient(port: server.port)
            try client.send(TestServer.head("GET", stream, nil, [cookie, "Accept: text/event-stream"]))
            _ = try await client.read(until: ": \n\n")
            try await Self.append(
                [Signals.log("not meant", at: now), Signals.log("line <b>one</b>\nof two", at: now)], server)
            let first = String(decoding: try await client.read(until: "of two</span>"), as: UTF8.self)
            #expect(first.contains("event: append\nid: ") && !first.contains("not meant"))
            #expect(first.contains("<mark>line</mark> &lt;b&gt;one&lt;/b&gt;\ndata: of two"))
            let id = try #require(first.matches(of: /id: (\d+)/).last).1
            try await Self.append([Signals.log("line three", at: now)], server)
            let again = try RawClient(port: server.port)
            let resumed = "Last-Event-ID: \(id)"
            try again.send(
                TestServer.head("GET", stream, nil, [cookie, resumed, "Accept: text/event-stream"]))
            let second = String(decoding: try await again.read(until: " three</span>"), as: UTF8.self)
            #expect(!second.contains("of two"))
            let refused = try await server.call("GET", stream, headers: ["Accept: text/event-stream"])
            #expect(refused.status == 401)
        }
    }

    @Test func callsAreShownBySideAndNeverAdded() async throws {
        try await Self.with { server, browser in
            let second = server.clock.now.seconds - 60
            func window(_ side: CallSide, _ total: UInt64, failed: UInt64) -> CallWindow {
                func entry(_ outcome: CallClass, _ count: UInt64) -> CallWindow.Entry {
                    var counts = CallCounts(count: count, exemplar: Self.trace, slowest: 0.4)
                    counts.durations.record(0.02, times: count)
                    return .init(
                        CallKey(
                            side: side, caller: "yidian/article", callee: "yisheng/doctor",
                            interface: "GET /doctors",
                            code: outcome == .success ? "200" : "504", outcome: outcome), counts)
                }
                return CallWindow(
                    counter: side.rawValue, epoch: 1, sequence: 1, second: second,
                    calls: [entry(.success, total - failed)] + (failed > 0 ? [entry(.timeout, failed)] : []))
            }
            _ = try await server.signals.append(
                TelemetryBatch(windows: [
                    SourcedRecords(Self.article, [window(.client, 9000, failed: 450)]),
                    SourcedRecords(Self.doctor, [window(.server, 8990, failed: 0)]),
                ]))
            let table = try await browser.get("/calls").text
            #expect(
                table.contains("5% timeouts") && table.contains("/traces/\(Self.trace)")
                    && table.contains("1–2 of 2 rows"))
            let pair = try await browser.get("/calls?caller=yidian/article&callee=yisheng/doctor").text
            #expect(pair.contains("Failure rate") && pair.contains("−0.11%"))
            let service = try await browser.get("/calls?service=yidian/article").text
            #expect(service.contains("Whom it calls") && service.contains("GET /doctors"))
            #expect(
                try await browser.get("/calls?by=code&sort=-failures&q=504").text.contains("1–1 of 1 rows"))
            // Of the two sides a reader sees the one that their business reported.
            let doc = try await Browser.signedIn(server, try await server.token("doc", [.read]))
            let own = try await doc.get("/calls").text
            #expect(own.contains("1–1 of 1 rows") && !own.contains("timeouts"))
        }
    }

    @Test func aTraceIsFoundAndShownWithItsLines() async throws {
        try await Self.with { server, browser in
            let now = server.clock.now - .seconds(30)
            _ = try await server.signals.append(
                TelemetryBatch(
                    logs: [
                        SourcedRecords(
                            Self.article, [Signals.log("in the trace", at: now, trace: Self.trace)])
                    ],
                    spans: [
                        SourcedRecords(
                            Self.article,
                            [
                                Signals.span(1, .server, "GET /articles", at: now, milliseconds: 120),
                                Signals.span(2, parent: 9, .client, "lost below", at: now, milliseconds: 20),
                            ]),
                        SourcedRecords(
                            Self.doctor,
                            [Signals.span(3, parent: 1, .server, "GET /doctors", at: now, milliseconds: 80)]),
                    ]))
            let list = try await browser.get("/traces?operation=GET%20/articles&least=100ms").text
            #expect(list.contains("1 of 1") && list.contains("/traces/\(Self.trace)?span="))
            #expect(
                try await browser.get("/traces?q=\(Self.trace)").headers["location"]
                    == "/traces/\(Self.trace)")
            let page = try await browser.get("/traces/\(Self.trace)?span=\(SpanID(3))")
            #expect(page.status == 200 && page.text.contains("1 span did not arrive"))
            #expect(page.text.contains("in the trace") && page.text.contains("Where the time went"))
            let doc = try await Browser.signedIn(server, try await server.token("doc", [.read]))
            let part = try await doc.get("/traces/\(Self.trace)").text
            #expect(
                part.contains("GET /doctors") && !part.contains("GET /articles")
                    && !part.contains("in the trace"))
            #expect(part.contains("Part of this trace is hidden"))
            let gone = try await browser.get("/traces/\(TraceID(high: 1, low: 1))")
            #expect(gone.status == 404 && gone.text.contains("Nothing of this trace is here"))
            #expect(try await browser.get("/traces/x").status == 404)
        }
    }

    @Test func aHugeTraceIsALightPage() async throws {
        try await Self.with { server, browser in
            let now = server.clock.now - .seconds(90)
            let spans: [SpanRecord] = (1...10_000).map { (index: UInt64) -> SpanRecord in
                let parent: UInt64? = index == 1 ? nil : index < 4000 ? 1 : index - 1
                let start = now + Period.milliseconds(Int64(index))
                return Signals.span(
                    index, parent: parent, .internal, "item \(index) of a long import", at: start,
                    milliseconds: 5)
            }
            _ = try await server.signals.append(TelemetryBatch(spans: [SourcedRecords(Self.article, spans)]))
            for address in [
                "", "?under=\(SpanID(1))", "?under=\(SpanID(1))&skip=60", "?span=\(SpanID(9000))",
                "?under=roots&skip=99",
            ] {
                let page = try await browser.get("/traces/\(Self.trace)\(address)")
                #expect(
                    page.status == 200 && page.body.count <= Self.mostBytes, "\(address): \(page.body.count)")
                #expect(page.text.contains("spans more") || address.contains("roots"))
            }
        }
    }

    @Test func aStoreThatFailsIsSaidUnderTheFilters() async throws {
        try await Self.with { server, browser in
            try await server.signals.close()
            for page in [
                "/search?q=x", "/calls?q=x", "/calls?service=a/b", "/calls?caller=a&callee=b", "/traces?q=x",
                "/traces/\(Self.trace)",
            ] {
                let reply = try await browser.get(page)
                #expect(
                    reply.status == 503 && reply.text.contains("role=\"alert\""), "\(page): \(reply.status)")
                #expect(reply.text.contains("Try again"))
            }
        }
    }
}
