package import GantryBase
import Model
package import Telemetry
import Wire

/// `/traces/ID`: one trace as a tree of bars, what it waited for, one span in full, and what was logged meanwhile.
package struct TraceTreePage: SignalPage {
    package enum Content: Sendable {
        case found(Found)
        /// Nothing of it is there that the reader may see.
        case missing
        case failed(GantryError)
    }
    package struct Found: Sendable {
        package var tree: TraceTree
        /// Lines with its id, newest first.
        package var lines: [LogEntry]
        /// Whether there are more lines than these.
        package var hasMoreLines: Bool

        package init(tree: TraceTree, lines: [LogEntry] = [], hasMoreLines: Bool = false) {
            (self.tree, self.lines, self.hasMoreLines) = (tree, lines, hasMoreLines)
        }
    }

    package var question: TraceQuestion
    package var content: Content

    package init(_ question: TraceQuestion, _ content: Content) {
        (self.question, self.content) = (question, content)
    }

    /// Lines that stand beside the trace.
    package static let lines = 40
    /// Before and after the trace: lines come with the clock of their machine.
    package static let margin = Period.minutes(5)

    package var title: Phrase {
        guard case .found(let found) = content, let root = found.tree.nodes.first?.span else {
            return Phrase("Trace", "链路")
        }
        return .verbatim(LogLine.cut(root.record.name, 120))
    }
    package var place: String { TraceAddress.place }
    package var crumbs: [PageShell.Crumb] {
        [
            .init(Phrase("Traces", "链路"), TraceAddress.place),
            .init(.verbatim(String(question.id.description.prefix(8)))),
        ]
    }

    package func write(to html: inout HTML) {
        switch content {
        case .found(let found): write(found, to: &html)
        case .failed(let error):
            html.add(Heading(title))
            html.add(
                Callout(.somethingFailed, error) { html in
                    html.add(
                        LinkButton(.retry, to: TraceAddress.trace(question.id), size: .small, icon: .refresh))
                })
        case .missing:
            html.add(Heading(title))
            html.add(Card { $0.add(emptyState) })
        }
    }

    private var emptyState: EmptyState {
        EmptyState(
            Phrase("Nothing of this trace is here", "没有此链路的数据"),
            text: Phrase(
                "Its spans have not arrived yet, are older than what is kept, were not sampled, or belong to businesses that you may not look into.",
                "其跨度可能尚未到达、已超过保留期、未被采样，或属于你无权查看的业务。"), icon: .trace,
            actions: { html in
                html.add(CopyText(question.id.description))
                html.add(
                    LinkButton(
                        .retry, to: TraceAddress.trace(question.id), kind: .primary, icon: .refresh))
                let lines = LogQuestion(
                    query: SearchTerms.term("trace_id", question.id.description),
                    range: .last(.minutes(7 * 1440)))
                html.add(LinkButton(Phrase("Look in the logs", "在日志中查找"), to: lines.address, icon: .logs))
            })
    }

    private func write(_ found: Found, to html: inout HTML) {
        let tree = found.tree
        html.add(
            Heading(title, status: tree.nodes.contains(where: \.isFailed) ? NamedStatus(.failed) : nil) {
                html in
                html.add(
                    CopyText(question.id.description, short: String(question.id.description.prefix(16)) + "…")
                )
                html.add(
                    LinkButton(Phrase("Its logs", "相关日志"), to: logs(tree).address, size: .small, icon: .logs))
            })
        writeNumbers(tree, to: &html)
        writeGaps(tree, to: &html)
        let chosen = question.span.flatMap { id in tree.nodes.firstIndex { $0.spanID == id } }
        html.element("div", .class("split")) { html in
            html.element("div", .class("stack")) { html in
                writeWaterfall(tree, chosen, to: &html)
                writeShares(tree, to: &html)
            }
            html.element("div", .class("stack")) { html in
                html.add(SpanDetails(tree, chosen ?? tree.nodes.firstIndex { $0.span != nil } ?? 0))
                write(found.lines, tree, hasMore: found.hasMoreLines, to: &html)
            }
        }
    }

    private func logs(_ tree: TraceTree) -> LogQuestion {
        let end = tree.start + .milliseconds(tree.durationNanoseconds / 1_000_000 + 1)
        return LogQuestion(
            query: SearchTerms.term("trace_id", question.id.description),
            range: .fixed(TimeRange(from: tree.start - Self.margin, to: end + Self.margin)))
    }

    private func write(_ lines: [LogEntry], _ tree: TraceTree, hasMore: Bool, to html: inout HTML) {
        guard !lines.isEmpty else {
            return html.add(
                Card(Phrase("Log lines", "日志行")) { html in
                    html.element(
                        "p", .class("card-note"),
                        text: Phrase("No line carries the id of this trace.", "没有带此链路 ID 的日志。"))
                })
        }
        let ordered = lines.sorted { ($0.record.time, $0.position) < ($1.record.time, $1.position) }
        html.add(
            RecordList(
                Phrase("Log lines", "日志行"),
                note: hasMore ? Phrase("the newest \(lines.count)", "最新 \(lines.count) 行") : nil,
                records: ordered.map { LogLine($0).record() },
                actions: { html in
                    html.element("a", .href(logs(tree).address), text: Phrase("Search in them", "在其中搜索"))
                }))
    }
}
