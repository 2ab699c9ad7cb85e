import Console
import Expressions
import Foundation
import GantryBase
import Model
import Telemetry
import Testing
import Wire

/// Holds every page of signals, in every state and both languages, to the rules of all pages.
@Suite struct SignalPageTests {
    static let failure = GantryError(
        .unavailable, "the store does not answer", hint: "look at the server's log")

    static func mistake(_ text: String) -> ExpressionError? {
        do {
            _ = try LogQuestion(query: text).filter()
            return nil
        } catch { return error }
    }

    static func pages() throws -> [(String, any SignalPage)] {
        let choices = SignalSamples.choices
        let trace = TraceQuestion(SignalSamples.trace)
        let mistake = try #require(Self.mistake("超时 level: error"))
        let narrow = LogQuestion([
            "q": "a OR \"b c\"", "service": "yidian/article", "environment": "production",
            "region": "nanjing",
            "level": "warn", "from": "2026-11-24T09:00:00Z", "to": "2026-11-24T09:30:00Z",
        ])
        return [
            ("logs", SignalSamples.logs()), ("logs live", SignalSamples.logs(LogQuestion(isLive: true))),
            ("logs narrowed", SignalSamples.logs(narrow)),
            (
                "logs mistake",
                LogsPage(LogQuestion(query: "超时 level: error"), .mistake(mistake), choices: choices)
            ),
            ("logs failed", LogsPage(LogQuestion(), .failed(failure))),
            ("logs loading", LogsPage(LogQuestion(), .loading)),
            ("logs empty", LogsPage(narrow, .found(.init(newest: SignalSamples.now - .minutes(47))))),
            ("logs none", LogsPage(LogQuestion(), .found(.init()))),
            (
                "logs incomplete",
                LogsPage(
                    LogQuestion(),
                    .found(
                        .init(entries: SignalSamples.entries, cost: QueryCost(records: 5, isComplete: false)))
                )
            ), ("line", LogLinePage(LogLine(SignalSamples.entries[6]), question: narrow)),
            ("calls", SignalSamples.calls()),
            ("calls by code", SignalSamples.calls(CallQuestion(grouping: .code))),
            ("calls by caller", SignalSamples.calls(CallQuestion(grouping: .caller))),
            ("calls failed", CallsPage(CallQuestion(), .failed(failure))),
            ("calls loading", CallsPage(CallQuestion(), .loading)),
            ("calls empty", CallsPage(CallQuestion(), .found(.init(lines: [], range: SignalSamples.range)))),
            (
                "calls not found",
                CallsPage(
                    CallQuestion(query: "x"), .found(.init(lines: [], omitted: 3, range: SignalSamples.range))
                )
            ), ("pair", SignalSamples.pair), ("service", SignalSamples.service),
            ("traces", SignalSamples.traces()),
            (
                "traces slowest",
                SignalSamples.traces(SpanQuestion(least: "100ms", isFailed: true, order: .slowest))
            ),
            ("traces mistake", TracesPage(SpanQuestion(query: "a:"), .mistake(mistake))),
            ("traces failed", TracesPage(SpanQuestion(), .failed(failure))),
            ("traces loading", TracesPage(SpanQuestion(), .loading)),
            ("traces empty", TracesPage(SpanQuestion(), .found(SpanPage(spans: [], cost: QueryCost())))),
            ("trace", try SignalSamples.tracePage()),
            ("trace span", try SignalSamples.tracePage(TraceQuestion(SignalSamples.trace, span: SpanID(8)))),
            ("trace huge", try SignalSamples.tracePage(nil, SignalSamples.hugeSpans)),
            (
                "trace part",
                try SignalSamples.tracePage(
                    TraceQuestion(SignalSamples.trace, under: "roots", skip: 0), SignalSamples.hugeSpans)
            ),
            ("trace missing", TraceTreePage(trace, .missing)),
            ("trace failed", TraceTreePage(trace, .failed(failure))),
        ]
    }

    @Test(arguments: ReaderLanguage.allCases) func everyPageKeepsTheRules(language: ReaderLanguage) throws {
        for (name, page) in try Self.pages() {
            let text = page.render(context(language)).string
            try PageRules.check(text, name)
            // What a page weighs before it is packed; the pages of most rows are among these.
            #expect(text.utf8.count <= 150_000, "\(name): \(text.utf8.count) bytes")
        }
    }

    @Test func aHostileLineIsShownAndDoesNothing() throws {
        let text = SignalSamples.logs().render(context()).string
        #expect(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(text.contains("⟨ESC⟩[31mred⟨BEL⟩") && text.contains("⟨U+202E⟩gpj.exe"))
        let line = LogLinePage(LogLine(SignalSamples.entries[6])).render(context()).string
        #expect(
            line.contains("&lt;b&gt;name&lt;/b&gt;") && line.contains("&lt;img src=x onerror=alert(1)&gt;"))
        #expect(!line.contains("<img") && !line.contains("<b>name"))
    }

    @Test func aLongLineIsCutInTheListAndWholeWhenItIsOpened() throws {
        let long = String(repeating: "长", count: 5000) + String(repeating: "x", count: 5000)
        let entry = SignalSamples.entry(9, long)
        let record = LogLine(entry).record()
        #expect(record.text.unicodeScalars.count == 401 && record.text.hasSuffix("…"))
        let page = LogsPage(LogQuestion(), .found(.init(entries: Array(repeating: entry, count: 100))))
        #expect(page.render(context()).string.utf8.count < 230_000)
        #expect(LogLinePage(LogLine(entry)).part(context()).string.contains(long))
    }

    @Test func anEmptySearchSaysWhenTheNewestLineWas() throws {
        let page = LogsPage(LogQuestion(query: "x"), .found(.init(newest: SignalSamples.now - .minutes(47))))
        let english = page.render(context()).string
        #expect(english.contains("No line in the last 15 min") && english.contains("47 min ago"))
        #expect(page.render(context(.chinese)).string.contains("47 分钟前"))
        // A newest line within the range is no reason to look at another time.
        let near = LogsPage(LogQuestion(query: "x"), .found(.init(newest: SignalSamples.now - .minutes(3))))
        #expect(!near.render(context()).string.contains("Show lines until then"))
    }

    @Test func aMistakeIsMarkedAtItsCharacter() throws {
        let error = try #require(Self.mistake("status:>=x level:\"a"))
        let root = try rendered(SearchMistake(error))
        let mark = try #require(root.all("mark").first)
        #expect(error.source.contains(mark.text.replacing("&quot;", with: "\"")) && !mark.text.isEmpty)
        let end = try #require(Self.mistake("超时 level:"))
        #expect(try rendered(SearchMistake(end), .chinese).text.contains("位于第 10 个字符"))
    }

    @Test func aLineOffersFiltersOfItsValues() throws {
        let page = LogLinePage(LogLine(SignalSamples.entries[2]), question: LogQuestion(query: "a OR b"))
        let links = try Markup(page.render(context()).string).root.all("a").compactMap { $0["href"] }
        #expect(
            links.contains("/search?q=%28a%20OR%20b%29%20peer%3A%22yisheng%2Fdoctor%22")
                || links.contains("/search?q=%28a%20OR%20b%29%20peer%3Ayisheng%2Fdoctor"))
        #expect(links.contains { $0.contains("-level%3Aerror") })
        // Every filter that is offered can be read.
        for link in links where link.hasPrefix("/search?q=") {
            let query = link.dropFirst("/search?q=".count).prefix { $0 != "&" }
            let text = try #require(String(query).removingPercentEncoding)
            _ = try BooleanExpression.search(text)
        }
    }

    @Test func aBarOfTheHistogramLeadsToItsTime() throws {
        let root = try Markup(SignalSamples.logs(LogQuestion(query: "x")).render(context()).string).root
        let chart = try #require(root.all("figure").first)
        #expect(chart["data-narrows"] == "")
        let links = chart.all("a").compactMap { $0["href"] }
        #expect(links.count == LogsPage.bars)
        let narrowed = LogQuestion(fields(of: links[3]))
        #expect(narrowed.query == "x")
        let start = SignalSamples.now - .minutes(15) + .seconds(45)
        #expect(narrowed.range == .fixed(TimeRange(from: start, to: start + .seconds(15))))
    }
}

/// The fields of an address, as a server reads them.
func fields(of address: String) -> [String: String] {
    let address = address.replacing("&amp;", with: "&")
    guard let mark = address.firstIndex(of: "?") else { return [:] }
    var fields: [String: String] = [:]
    for pair in address[address.index(after: mark)...].split(separator: "&") {
        let parts = pair.split(separator: "=", maxSplits: 1).map { String($0).removingPercentEncoding ?? "" }
        fields[parts[0]] = parts.count > 1 ? parts[1] : ""
    }
    return fields
}
