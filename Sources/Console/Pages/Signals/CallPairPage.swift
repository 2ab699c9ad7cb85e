package import GantryBase
import Model
package import Telemetry

/// `/calls?caller=…&callee=…`: the calls of one pair of services as both sides have seen them.
package struct CallPairPage: SignalPage {
    package struct Found: Sendable {
        /// By interface and side.
        package var lines: [CallLine]
        package var client: CallCourse
        package var server: CallCourse
        package var range: TimeRange

        package init(lines: [CallLine], client: CallCourse, server: CallCourse, range: TimeRange) {
            (self.lines, self.client, self.server, self.range) = (lines, client, server, range)
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

    /// Points of each chart.
    package static let steps = 60
    /// Interfaces of one page; a pair has a few.
    private static let pageRows = 100

    private var caller: String { question.caller ?? "" }
    private var callee: String { question.callee ?? "" }
    package var title: Phrase { .verbatim("\(caller) → \(callee)") }
    package var place: String { CallQuestion.place }
    package var crumbs: [PageShell.Crumb] {
        let all = question.with { ($0.caller, $0.callee, $0.interface) = (nil, nil, nil) }
        return [.init(Phrase("Calls", "调用"), all.address), .init(title)]
    }

    package func write(to html: inout HTML) {
        html.add(
            Heading(title, note: CallsPage.sides) { html in
                for name in [caller, callee] where name.contains("/") {
                    html.add(
                        LinkButton(
                            .verbatim(name), to: CallQuestion(service: name, range: question.range).address,
                            size: .small, icon: .service))
                }
            })
        CallFilters(question, choices, hasGrouping: false).write(to: &html)
        switch content {
        case .failed(let error):
            html.add(
                Callout(.somethingFailed, error) { html in
                    html.add(LinkButton(.retry, to: question.address, size: .small, icon: .refresh))
                })
        case .found(let found) where found.lines.isEmpty:
            html.add(Card { $0.add(CallsPage.emptyState(question)) })
        case .found(let found):
            writeCharts(found, to: &html)
            html.add(Card(Phrase("Interfaces", "接口"), isFlush: true) { $0.add(table(found)) })
        }
    }

    private func writeCharts(_ found: Found, to html: inout HTML) {
        let unseen = Phrase("not reported", "无上报")
        func series(_ values: KeyPath<CallCourse, [Double]>) -> [LineChart.Series] {
            [
                .init(CallTables.client, found.client.isEmpty ? none(found) : found.client[keyPath: values]),
                .init(CallTables.server, found.server.isEmpty ? none(found) : found.server[keyPath: values]),
            ]
        }
        let missing = [(found.client, CallTables.client), (found.server, CallTables.server)]
            .first { $0.0.isEmpty }.map { $0.1 }
        let note = missing.map {
            Phrase("\($0[.english]) \(unseen[.english])", "\($0[.chinese])\(unseen[.chinese])")
        }
        html.element("div", .class("grid grid-three")) { html in
            let charts: [(Phrase, KeyPath<CallCourse, [Double]>, LineChart.Unit)] = [
                (Phrase("Calls per second", "每秒调用量"), \.perSecond, .perSecond),
                (Phrase("Failure rate", "失败率"), \.failureRate, .fraction),
                (.verbatim("p99"), \.p99, .milliseconds),
            ]
            for (title, values, unit) in charts {
                html.add(
                    Card {
                        $0.add(
                            LineChart(
                                title, note: note, times: found.client.times, series: series(values),
                                unit: unit))
                    })
            }
        }
    }

    private func none(_ found: Found) -> [Double] { Array(repeating: .nan, count: found.client.times.count) }

    /// One row for each interface, with the two sides beside each other.
    private func table(_ found: Found) -> Table {
        let byInterface = Dictionary(grouping: found.lines) { $0.row.key[.interface] ?? "" }
        func line(_ interface: String, _ side: CallSide) -> CallLine? {
            byInterface[interface]?.first { $0.row.key[.side] == side.rawValue }
        }
        let interfaces = byInterface.keys.sorted { a, b in
            let (x, y) = (volume(byInterface[a]), volume(byInterface[b]))
            return x == y ? a < b : x > y
        }
        let rows = interfaces.prefix(Self.pageRows).map { interface in
            row(interface, line(interface, .client), line(interface, .server), found.range)
        }
        func both(_ text: String, _ chinese: String) -> [Table.Column] {
            [
                .init(Phrase("\(text), client", "\(chinese)（主调）"), .number),
                .init(Phrase("\(text), server", "\(chinese)（被调）"), .number, isExtra: true),
            ]
        }
        return Table(
            Phrase("Interfaces of the pair", "该调用对的接口"),
            columns: [.init(.interface, .name)] + both("per second", "每秒")
                + [.init(Phrase("Unseen", "差额"), .number, isExtra: true)] + both("Failures", "失败率")
                + both("p99", "p99") + [.init(Phrase("Trace", "链路"), .actions)],
            content: .rows(Array(rows)), isDense: true,
            pagination: interfaces.count > Self.pageRows
                ? Pagination(summary: .shown(Self.pageRows, of: interfaces.count)) : nil)
    }

    private func volume(_ lines: [CallLine]?) -> UInt64 { lines?.map(\.row.total).max() ?? 0 }

    private func row(
        _ interface: String, _ client: CallLine?, _ server: CallLine?, _ range: TimeRange
    ) -> Table.Row {
        func rate(_ line: CallLine?) -> Table.Cell {
            guard let line else { return .nothing }
            return .slot { $0.text($0.context.formats.compact(line.perSecond(range))) }
        }
        func failures(_ line: CallLine?) -> Table.Cell {
            guard let line else { return .nothing }
            return .slot { CallTables.writeFailures(line.row, to: &$0) }
        }
        func p99(_ line: CallLine?) -> Table.Cell { CallTables.duration(line?.milliseconds(0.99)) }
        let address = question.with { $0.interface = interface }.address
        let exemplar = client?.row.exemplar == nil ? server : client
        return Table.Row(
            [
                .link(interface, address: address), rate(client), rate(server), unseen(client, server),
                failures(client), failures(server), p99(client), p99(server),
                exemplar.map { line in .slot { CallTables.writeTrace(line.row, to: &$0) } } ?? .nothing,
            ], address: address)
    }

    /// What the asking side saw more of than the answering one: calls that were lost on the way, or refused.
    private func unseen(_ client: CallLine?, _ server: CallLine?) -> Table.Cell {
        guard let client, let server, client.row.total > 0 else { return .nothing }
        let difference = Double(client.row.total) - Double(server.row.total)
        return .slot { html in
            let share = html.context.formats.percent(abs(difference) / Double(client.row.total))
            html.text(difference == 0 ? "0" : (difference > 0 ? "−" : "+") + share)
        }
    }
}
