package import Expressions
package import GantryBase
import Model
package import Telemetry
import Wire

/// `/traces`: spans that match, each a way into its trace.
package struct TracesPage: SignalPage {
    package enum Content: Sendable {
        /// Those that began last first.
        case found(SpanPage)
        case mistake(ExpressionError)
        case failed(GantryError)
        case loading
    }

    package var question: SpanQuestion
    package var content: Content
    package var choices: SignalChoices

    package init(_ question: SpanQuestion, _ content: Content, choices: SignalChoices = SignalChoices()) {
        (self.question, self.content, self.choices) = (question, content, choices)
    }

    /// Spans that are asked for; the slowest are looked for among them.
    package static let askedSpans = 1000
    /// Rows of the page.
    static let rows = 100

    package var title: Phrase { Phrase("Traces", "链路") }
    package var place: String { TraceAddress.place }

    package func write(to html: inout HTML) {
        html.add(Heading(title))
        writeQuestion(to: &html)
        switch content {
        case .mistake(let error): html.add(SearchMistake(error))
        case .failed(let error):
            html.add(Card(isFlush: true) { $0.add(table(.error(error, retryAddress: question.address))) })
        case .loading: html.add(Card(isFlush: true) { $0.add(table(.loading(rows: 8))) })
        case .found(let page) where page.spans.isEmpty:
            html.add(Card(isFlush: true) { $0.add(table(.empty(emptyState))) })
        case .found(let page):
            if !page.cost.isComplete {
                html.add(
                    Callout(
                        .warning, Phrase("Not everything was searched", "未搜索全部记录"),
                        hint: Phrase("Choose a shorter time, or a service.", "请缩短时间范围，或选择一个服务。")))
            }
            html.add(Card(isFlush: true) { $0.add(table(page)) })
        }
    }

    private var emptyState: EmptyState {
        EmptyState(
            Phrase(
                "No span in \(question.range.phrase[.english])", "\(question.range.phrase[.chinese])没有匹配的跨度"),
            text: Phrase(
                "Services send spans over OTLP to the address in OTEL_EXPORTER_OTLP_ENDPOINT.",
                "服务通过 OTLP 把跨度上报到 OTEL_EXPORTER_OTLP_ENDPOINT 所指地址。"), icon: .trace,
            actions: { html in
                let wider = question.with { $0.range = question.range.wider(html.context.now) }
                html.add(LinkButton(.widerRange, to: wider.address))
                html.add(
                    LinkButton(.clearAll, to: SpanQuestion(range: question.range).address, kind: .quiet))
            })
    }

    private func table(_ content: Table.Content, pagination: Pagination? = nil) -> Table {
        let question = question
        return Table(
            Phrase("Spans", "跨度"),
            columns: [
                .init(Phrase("Operation", "操作"), .name), .init(.service, .text, isExtra: true),
                .init(Phrase("State", "状态"), .status, isExtra: true),
                .init(.duration, .number, sortKey: "slowest"),
                .init(Phrase("Beside the slowest", "与最慢者相比"), .text, isExtra: true),
                .init(Phrase("Began", "开始"), .time, sortKey: "newest"),
            ],
            content: content, sort: .init(question.order.rawValue, ascending: false),
            sortAddress: { sort in
                question.with { $0.order = SpanQuestion.Order(rawValue: sort.key) ?? .newest }.address
            }, isDense: true, pagination: pagination)
    }

    private func table(_ page: SpanPage) -> Table {
        let spans =
            question.order == .newest
            ? page.spans
            : page.spans.sorted { $0.record.durationNanoseconds > $1.record.durationNanoseconds }
        let shown = spans.prefix(Self.rows)
        let longest = Double(shown.map(\.record.durationNanoseconds).max() ?? 1) / 1e6
        let isPart = page.spans.count >= Self.askedSpans
        let summary =
            isPart
            ? Phrase(
                "\(shown.count) of the \(Formats.grouped(page.spans.count)) newest; narrow the search for more",
                "最新 \(Formats.grouped(page.spans.count)) 个中的 \(shown.count) 个，缩小搜索范围可查看更多")
            : .shown(shown.count, of: page.spans.count)
        return table(.rows(shown.map { row($0, longest) }), pagination: Pagination(summary: summary))
    }

    private func row(_ entry: SpanEntry, _ longest: Double) -> Table.Row {
        let span = entry.record
        let milliseconds = Double(span.durationNanoseconds) / 1e6
        let address = TraceAddress.trace(span.traceID, span: span.spanID)
        let isFailed = span.status.code == .error
        return Table.Row(
            [
                .slot { html in
                    html.element(
                        "a", .class("cell-cut"), .href(address), .shown("title", span.name),
                        text: LogLine.cut(span.name, 120))
                    html.element(
                        "span", .class("cell-below narrow-only"),
                        text: "\(entry.source.service) · \(entry.source.region)")
                },
                .slot { html in
                    html.text(entry.source.service.path)
                    html.element(
                        "span", .class("cell-below"),
                        text: "\(entry.source.environment) · \(entry.source.region)")
                },
                isFailed ? .status(NamedStatus(.failed)) : .phrase(Phrase("–", "–")),
                .slot { $0.text($0.context.formats.duration(milliseconds: milliseconds)) },
                .slot {
                    $0.add(ShareBar(milliseconds / max(longest, .leastNonzeroMagnitude), isFailed: isFailed))
                },
                .time(span.start),
            ], address: address, tone: isFailed ? .failed : nil)
    }
}
