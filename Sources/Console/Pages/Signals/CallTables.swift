import GantryBase
import Model
import Telemetry

/// Tables of calls, the same on every page that has one.
struct CallTables {
    var question: CallQuestion
    /// Dimensions that the page is about and that need no column.
    var known: Set<CallDimension>

    init(_ question: CallQuestion, known: Set<CallDimension> = []) {
        (self.question, self.known) = (question, known)
    }

    static let client = Phrase("Client", "主调侧")
    static let server = Phrase("Server", "被调侧")
    /// A rate above it stands on a coloured ground: one call in a hundred is what people begin to notice.
    static let alarming = 0.01

    private var shown: Set<CallDimension> { question.grouping.dimensions.subtracting(known) }

    private var columns: [Table.Column] {
        var columns: [Table.Column] = []
        let isNamed = !shown.isDisjoint(with: [.callee, .caller])
        if shown.contains(.caller) {
            columns.append(
                .init(
                    .caller, shown.contains(.callee) ? .text : .name, sortKey: "caller",
                    isExtra: shown.contains(.callee)))
        }
        if shown.contains(.callee) { columns.append(.init(.callee, .name, sortKey: "callee")) }
        if shown.contains(.interface) {
            columns.append(
                .init(.interface, isNamed ? .code : .name, sortKey: "interface", isExtra: isNamed))
        }
        if shown.contains(.code) { columns.append(.init(Phrase("Code", "返回码"), .code)) }
        if shown.contains(.environment) { columns.append(.init(.environment, .text, isExtra: true)) }
        if shown.contains(.region) { columns.append(.init(.region, .text)) }
        if shown.contains(.release) { columns.append(.init(Phrase("Release", "发布版本"), .code)) }
        columns += [
            .init(.side, .text, isExtra: isNamed), .init(Phrase("Calls", "调用量"), .text, isExtra: true),
            .init(Phrase("per second", "每秒"), .number, sortKey: "volume"),
            .init(Phrase("Failures", "失败率"), .number, sortKey: "failures"),
            .init(.verbatim("p50"), .number, sortKey: "p50", isExtra: true),
            .init(.verbatim("p99"), .number, sortKey: "p99"),
            .init(Phrase("Trace", "链路"), .actions),
        ]
        return columns
    }

    func table(_ content: Table.Content, pagination: Pagination? = nil) -> Table {
        let question = question
        return Table(
            Phrase("Calls", "调用"), columns: columns, content: content,
            sort: .init(question.order.rawValue, ascending: question.isAscending),
            sortAddress: { sort in
                question.with { changed in
                    changed.order = CallQuestion.Order(rawValue: sort.key) ?? .volume
                    // The largest first at the first press; names from A.
                    let isName = ["caller", "callee", "interface"].contains(sort.key)
                    let isSame = changed.order == question.order
                    changed.isAscending = isSame ? !question.isAscending : isName
                }.address
            }, isDense: true, pagination: pagination)
    }

    func table(_ found: CallsPage.Found, limit: Int, pagination: Pagination? = nil) -> Table {
        let lines = found.lines.dropFirst(question.skip).prefix(limit)
        return table(.rows(lines.map { row($0, found.range) }), pagination: pagination)
    }

    private func row(_ line: CallLine, _ range: TimeRange) -> Table.Row {
        var cells: [Table.Cell] = []
        let key = line.row.key
        func text(_ dimension: CallDimension) -> String { key[dimension] ?? "" }
        let address = opened(line).address
        let isBoth = shown.isSuperset(of: [.caller, .callee])
        if shown.contains(.caller) {
            cells.append(isBoth ? .text(text(.caller)) : .slot { write(line, .caller, address, to: &$0) })
        }
        if shown.contains(.callee) { cells.append(.slot { write(line, .callee, address, to: &$0) }) }
        if shown.contains(.interface) {
            let isNamed = !shown.isDisjoint(with: [.callee, .caller])
            cells.append(isNamed ? .text(text(.interface)) : .link(text(.interface), address: address))
        }
        for dimension in [CallDimension.code, .environment, .region, .release] where shown.contains(dimension)
        {
            cells.append(text(dimension).isEmpty ? .nothing : .text(text(dimension)))
        }
        cells += [
            .phrase(text(.side) == "server" ? Self.server : Self.client),
            .slot { $0.add(SparkBars(line.counts, failures: line.failures)) },
            .slot { $0.text($0.context.formats.compact(line.perSecond(range))) },
            .slot { Self.writeFailures(line.row, to: &$0) }, Self.duration(line.milliseconds(0.5)),
            Self.duration(line.milliseconds(0.99)), .slot { Self.writeTrace(line.row, to: &$0) },
        ]
        return Table.Row(cells, address: address)
    }

    /// The name of a row, and on a narrow screen what the hidden columns say.
    private func write(_ line: CallLine, _ name: CallDimension, _ address: String, to html: inout HTML) {
        let key = line.row.key
        html.element("a", .href(address), text: key[name] ?? "")
        let side = (key[.side] == "server" ? Self.server : Self.client)[html.context.language]
        let isCalled = name == .callee && shown.contains(.caller)
        let hidden = [
            shown.contains(.interface) ? key[.interface] : nil,
            isCalled ? "← \(key[.caller] ?? "") · \(side)" : side,
        ].compactMap(\.self)
        for text in hidden { html.element("span", .class("cell-below narrow-only"), text: text) }
    }

    /// The rate, and of what classes it is.
    static func writeFailures(_ row: CallRow, to html: inout HTML) {
        let formats = html.context.formats
        let text = formats.percent(row.failureRate)
        if row.failureRate >= alarming {
            html.add(Badge(.verbatim(text), tone: .failed))
        } else {
            html.text(text)
        }
        guard row.failureRate > 0 else { return }
        let exceptions = row.rate(of: .exception)
        let timeouts = row.rate(of: .timeout)
        var parts: [String] = []
        if exceptions > 0 {
            let share = formats.percent(exceptions)
            parts.append(Phrase("\(share) exceptions", "异常 \(share)")[formats.language])
        }
        if timeouts > 0 {
            let share = formats.percent(timeouts)
            parts.append(Phrase("\(share) timeouts", "超时 \(share)")[formats.language])
        }
        html.element(
            "span", .class("cell-below wide-only"),
            text: parts.joined(separator: formats.language == .chinese ? "，" : ", "))
    }

    static func duration(_ milliseconds: Double?) -> Table.Cell {
        guard let milliseconds else { return .nothing }
        return .slot { $0.text($0.context.formats.duration(milliseconds: milliseconds)) }
    }

    /// To one of the slowest calls of the row.
    static func writeTrace(_ row: CallRow, to html: inout HTML) {
        guard let trace = row.exemplar else { return }
        let formats = html.context.formats
        let took = formats.duration(milliseconds: row.slowest * 1000)
        let name = Phrase("Trace of the slowest call, \(took)", "最慢调用的链路，\(took)")
        html.element(
            "a", .class("icon-button"), .href(TraceAddress.trace(trace)), .label(name), .init("title", name)
        ) { $0.add(Icon.trace) }
    }

    /// Where a row leads: to the two sides of one pair, or to the interfaces that it adds up.
    private func opened(_ line: CallLine) -> CallQuestion {
        let key = line.row.key
        return question.with { opened in
            (opened.query, opened.service) = ("", nil)
            opened.caller = key[.caller] ?? opened.caller
            opened.callee = key[.callee] ?? opened.callee
            opened.interface = key[.interface] ?? opened.interface
            opened.environment = key[.environment] ?? opened.environment
            opened.region = key[.region] ?? opened.region
            (opened.grouping, opened.side) = (.interface, opened.isPair ? nil : opened.side)
            (opened.order, opened.isAscending) = (.volume, false)
        }
    }
}
