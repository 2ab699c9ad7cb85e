package import GantryBase
package import Telemetry

/// `/calls`: who calls whom, how often, how fast, and how much of it fails.
package struct CallsPage: SignalPage {
    package enum Content: Sendable {
        case found(Found)
        case failed(GantryError)
        case loading
    }

    package struct Found: Sendable {
        /// Sorted; all of them, of which the page shows a part.
        package var lines: [CallLine]
        package var omitted: Int
        /// Up to when calls are there; nil without any.
        package var freshness: Timestamp?
        package var range: TimeRange

        package init(lines: [CallLine], omitted: Int = 0, freshness: Timestamp? = nil, range: TimeRange) {
            (self.lines, self.omitted) = (lines, omitted)
            (self.freshness, self.range) = (freshness, range)
        }
    }

    package var question: CallQuestion
    package var content: Content
    package var choices: SignalChoices

    package init(_ question: CallQuestion, _ content: Content, choices: SignalChoices = SignalChoices()) {
        (self.question, self.content, self.choices) = (question, content, choices)
    }

    /// Rows of one page: with their small charts they stay below 150 KB.
    package static let pageRows = 50

    package var title: Phrase { Phrase("Calls", "调用") }
    package var place: String { CallQuestion.place }

    package func write(to html: inout HTML) {
        html.add(Heading(title, note: Self.sides))
        CallFilters(question, choices).write(to: &html)
        switch content {
        case .found(let found) where found.omitted > 0:
            html.add(
                Callout(
                    .warning, Phrase("Not all rows are here", "未包含全部行"),
                    text: Phrase(
                        "\(Formats.grouped(found.omitted)) rows were left out.",
                        "省略了 \(Formats.grouped(found.omitted)) 行。"),
                    hint: Phrase("Choose an environment or another grouping.", "请选择环境或其他分组方式。")))
        default: break
        }
        html.add(Card(isFlush: true) { $0.add(table) })
        if case .found(let found) = content, let freshness = found.freshness {
            html.element("p", .class("card-note")) { html in
                html.text(Phrase("Calls have arrived up to ", "调用数据截至 "))
                html.add(TimeText(freshness, .clock))
                html.raw(" (")
                html.add(TimeText(freshness))
                html.raw(")")
            }
        }
    }

    static let sides = Phrase(
        "Every call is seen from two sides, the one that asks and the one that answers. They are compared and never added.",
        "每次调用都从主调侧和被调侧分别上报，两侧用于对比，从不相加。")

    private var table: Table {
        switch content {
        case .loading: CallTables(question).table(.loading(rows: 8))
        case .failed(let error):
            CallTables(question).table(.error(error, retryAddress: question.address))
        case .found(let found) where found.lines.isEmpty:
            CallTables(question).table(.empty(Self.emptyState(question)))
        case .found(let found):
            CallTables(question).table(found, limit: Self.pageRows, pagination: pagination(found))
        }
    }

    private func pagination(_ found: Found) -> Pagination {
        let end = min(question.skip + Self.pageRows, found.lines.count)
        let first = min(question.skip + 1, found.lines.count)
        let total = Formats.grouped(found.lines.count)
        return Pagination(
            summary: Phrase("\(first)–\(end) of \(total) rows", "第 \(first)–\(end) 行，共 \(total) 行"),
            previousAddress: question.skip == 0
                ? nil
                : question.with { $0.skip = max(0, question.skip - Self.pageRows) }.address,
            nextAddress: end < found.lines.count ? question.with { $0.skip = end }.address : nil)
    }

    static func emptyState(_ question: CallQuestion) -> EmptyState {
        let isNarrowed =
            !question.query.isEmpty || !question.only.isEmpty || question.environment != nil
            || question.region != nil
        if isNarrowed {
            return EmptyState(
                Phrase(
                    "No call in \(question.range.phrase[.english])",
                    "\(question.range.phrase[.chinese])没有匹配的调用"),
                icon: .search,
                actions: { html in
                    html.add(
                        LinkButton(
                            .widerRange,
                            to: question.with { $0.range = question.range.wider(html.context.now) }.address))
                    html.add(
                        LinkButton(
                            .clearAll, to: CallQuestion(range: question.range).address, kind: .quiet))
                })
        }
        return EmptyState(
            Phrase(
                "No call in \(question.range.phrase[.english])", "\(question.range.phrase[.chinese])没有调用"),
            text: Phrase(
                "Calls are counted from the traces that services send. A service finds the address in its environment: OTEL_EXPORTER_OTLP_ENDPOINT.",
                "调用由服务上报的链路统计得出。服务可从环境变量 OTEL_EXPORTER_OTLP_ENDPOINT 得到上报地址。"), icon: .calls,
            actions: { html in
                html.add(
                    LinkButton(
                        .widerRange,
                        to: question.with { $0.range = question.range.wider(html.context.now) }.address))
            })
    }
}
