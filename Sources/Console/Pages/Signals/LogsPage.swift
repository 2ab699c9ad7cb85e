package import Expressions
package import GantryBase
package import Telemetry

/// `/search`: lines of all services, newest first, with how many of each level came when.
package struct LogsPage: SignalPage {
    package enum Content: Sendable {
        case found(Found)
        case mistake(ExpressionError)
        case failed(GantryError)
        case loading
    }

    package struct Found: Sendable {
        package var entries: [LogEntry]
        package var next: LogCursor?
        package var cost: QueryCost
        /// Nil where it was not asked for, or failed alone.
        package var histogram: LogHistogram?
        /// When the newest line of the chosen services was, whatever it says; asked for where nothing was found.
        package var newest: Timestamp?
        /// The highest position of a line when the page was made, where new lines go on.
        package var position: UInt64

        package init(
            entries: [LogEntry] = [], next: LogCursor? = nil, cost: QueryCost = QueryCost(),
            histogram: LogHistogram? = nil, newest: Timestamp? = nil, position: UInt64 = 0
        ) {
            (self.entries, self.next, self.cost) = (entries, next, cost)
            (self.histogram, self.newest, self.position) = (histogram, newest, position)
        }
    }

    package var question: LogQuestion
    package var content: Content
    package var choices: SignalChoices

    package init(_ question: LogQuestion, _ content: Content, choices: SignalChoices = SignalChoices()) {
        (self.question, self.content, self.choices) = (question, content, choices)
    }

    /// Lines of one page: with their histogram they stay below 150 KB.
    package static let pageLines = 100
    /// Bars of the histogram: each can be hit by a finger at 390 px width.
    package static let bars = 60
    package static let tailPlace = "/search/tail"

    package var title: Phrase { Phrase("Logs", "日志") }
    package var place: String { LogQuestion.place }

    package func write(to html: inout HTML) {
        html.add(
            Heading(title) { html in
                if question.isLive {
                    let still = question.with { $0.isLive = false }
                    html.add(LinkButton(Phrase("Stop live", "停止实时"), to: still.address, icon: .stopped))
                } else {
                    let live = question.with { $0.isLive = true }
                    html.add(LinkButton(Phrase("Follow live", "实时跟随"), to: live.address, icon: .follow))
                }
            })
        writeQuestion(to: &html)
        switch content {
        case .mistake(let error): html.add(SearchMistake(error))
        case .failed(let error):
            html.add(
                Callout(.somethingFailed, error) { html in
                    html.add(LinkButton(.retry, to: question.address, size: .small, icon: .refresh))
                })
        case .loading: html.add(Card { $0.add(Skeleton(lines: 8)) })
        case .found(let found): write(found, to: &html)
        }
    }

    private func write(_ found: Found, to html: inout HTML) {
        if let histogram = found.histogram, !found.entries.isEmpty {
            html.add(Card { write(histogram, to: &$0) })
        }
        if !found.cost.isComplete || found.cost.undecided > 0 { html.add(incompleteness(found.cost)) }
        if found.entries.isEmpty, !question.isLive { return html.add(Card { $0.add(emptyState(found)) }) }
        html.add(list(found))
        if question.isLive { return }
        html.add(
            Pagination(
                summary: summary(found),
                firstAddress: question.after == nil ? nil : question.with { _ in }.address,
                nextAddress: found.next.map { next in question.with { $0.after = next }.address }))
    }

    private func list(_ found: Found) -> RecordList {
        let phrases = SearchTerms.phrases(question.query)
        let stream = PageAddress.text(Self.tailPlace, tailFields(found.position))
        return RecordList(
            Phrase("Lines", "日志行"), note: Phrase("newest first", "最新在前"),
            records: found.entries.map { LogLine($0).record(marking: phrases) },
            streamAddress: question.isLive ? stream : nil)
    }

    private func tailFields(_ position: UInt64) -> [(String, String?)] {
        [
            ("q", question.query), ("service", question.service), ("environment", question.environment),
            ("region", question.region), ("level", question.level), ("position", String(position)),
        ]
    }

    private func summary(_ found: Found) -> Phrase {
        let formats = Formats(.english)
        let looked = Formats.grouped(found.cost.records)
        let count = Phrase.count(found.entries.count, "line", "lines", "行")
        let took = found.cost.took
        return Phrase(
            "\(count[.english]) · \(looked) records looked at in \(formats.duration(took))",
            "\(count[.chinese]) · 检索 \(looked) 条记录，用时 \(Formats(.chinese).duration(took))")
    }
}
