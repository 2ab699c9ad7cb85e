package import GantryBase
import Model
package import Telemetry
import Wire

/// `/calls?service=…`: one service in the middle: who calls it, and whom it calls.
package struct CallServicePage: SignalPage {
    package struct Found: Sendable {
        /// Calls of which it is the callee, and those of which it is the caller.
        package var callers: [CallLine]
        package var callees: [CallLine]
        /// The calls that it has answered, as it saw them itself.
        package var course: CallCourse
        package var range: TimeRange

        package init(callers: [CallLine], callees: [CallLine], course: CallCourse, range: TimeRange) {
            (self.callers, self.callees, self.course, self.range) = (callers, callees, course, range)
        }
    }
    package enum Content: Sendable {
        case found(Found)
        case failed(GantryError)
    }

    package var question: CallQuestion
    package var content: Content
    package var choices: SignalChoices

    package init(_ question: CallQuestion, _ content: Content, choices: SignalChoices = SignalChoices()) {
        (self.question, self.content, self.choices) = (question, content, choices)
    }

    /// Rows of each of the two tables; all of them are one press away.
    private static let rows = 25

    private var service: String { question.service ?? "" }
    package var title: Phrase { Phrase("Calls of \(service)", "\(service) 的调用") }
    package var place: String { CallQuestion.place }
    package var crumbs: [PageShell.Crumb] {
        [.init(Phrase("Calls", "调用"), question.with { $0.service = nil }.address), .init(.verbatim(service))]
    }

    package func write(to html: inout HTML) {
        html.add(
            Heading(title) { html in
                guard let name = ServiceName(path: service) else { return }
                html.add(
                    LinkButton(
                        .service, to: SignalAddress.service(name), size: .small, icon: .service))
                html.add(
                    LinkButton(
                        Phrase("Logs", "日志"),
                        to: LogQuestion(service: service, range: question.range).address,
                        size: .small, icon: .logs))
                html.add(
                    LinkButton(
                        Phrase("Traces", "链路"),
                        to: SpanQuestion(service: service, range: question.range).address, size: .small,
                        icon: .trace))
            })
        CallFilters(question, choices, hasGrouping: false).write(to: &html)
        switch content {
        case .failed(let error):
            html.add(
                Callout(.somethingFailed, error) { html in
                    html.add(LinkButton(.retry, to: question.address, size: .small, icon: .refresh))
                })
        case .found(let found) where found.callers.isEmpty && found.callees.isEmpty:
            html.add(Card { $0.add(CallsPage.emptyState(question)) })
        case .found(let found):
            writeStats(found, to: &html)
            write(
                Phrase("Who calls it", "谁在调用它"), found.callers, found.range, known: .callee,
                all: question.with { ($0.service, $0.callee) = (nil, service) }, to: &html)
            write(
                Phrase("Whom it calls", "它调用了谁"), found.callees, found.range, known: .caller,
                all: question.with { ($0.service, $0.caller) = (nil, service) }, to: &html)
        }
    }

    private func writeStats(_ found: Found, to html: inout HTML) {
        var sum = CallRow(key: [:], start: found.range.from)
        for line in found.callers where line.row.key[.side] == CallSide.server.rawValue {
            for (outcome, count) in line.row.counts { sum.counts[outcome, default: 0] += count }
            sum.durations.merge(line.row.durations)
        }
        let formats = html.context.formats
        let total = CallLine(sum)
        func duration(_ share: Double) -> String {
            total.milliseconds(share).map { formats.duration(milliseconds: $0) } ?? "–"
        }
        func known(_ values: [Double]) -> [Double] { values.filter(\.isFinite) }
        html.element("div", .class("stats")) { html in
            html.add(
                Stat(
                    Phrase("Calls answered", "响应的调用"), formats.compact(total.perSecond(found.range)),
                    unit: Phrase("per second", "每秒"), series: found.course.perSecond))
            html.add(
                Stat(
                    Phrase("Failure rate", "失败率"), formats.percent(sum.failureRate),
                    series: known(found.course.failureRate)))
            html.add(Stat(.verbatim("p50"), duration(0.5), series: known(found.course.p50)))
            html.add(Stat(.verbatim("p99"), duration(0.99), series: known(found.course.p99)))
        }
    }

    private func write(
        _ title: Phrase, _ lines: [CallLine], _ range: TimeRange, known: CallDimension, all: CallQuestion,
        to html: inout HTML
    ) {
        var question = question
        question.grouping = .interface
        let tables = CallTables(question, known: [known])
        let found = CallsPage.Found(lines: lines, range: range)
        let nobody = EmptyState(Phrase("No call in this time", "该时间段内没有调用"), icon: .calls)
        html.add(
            Card(
                title, note: .rows(lines.count), isFlush: true,
                actions: lines.count > Self.rows
                    ? {
                        $0.add(LinkButton(SignalChoices.anyone, to: all.address, kind: .quiet, size: .small))
                    } : nil
            ) { html in
                html.add(lines.isEmpty ? tables.table(.empty(nobody)) : tables.table(found, limit: Self.rows))
            })
    }
}
