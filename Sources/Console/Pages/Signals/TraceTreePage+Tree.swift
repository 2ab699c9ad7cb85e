import GantryBase
import Model
import Telemetry
import Wire

extension TraceTreePage {
    /// How long, how many, and of whom.
    func writeNumbers(_ tree: TraceTree, to html: inout HTML) {
        let failed = tree.nodes.count(where: \.isFailed)
        let total = html.context.formats.duration(milliseconds: Double(tree.durationNanoseconds) / 1e6)
        let start = tree.start
        html.add(
            KeyValues([
                (.duration, { $0.element("strong", text: total) }),
                (Phrase("Began", "开始"), { $0.add(TimeText(start, .dateTime)) }),
                (
                    Phrase("Spans", "跨度"),
                    {
                        $0.text(
                            Phrase(
                                "\(Formats.grouped(tree.spans)) in \(tree.services.count) services",
                                "\(tree.services.count) 个服务的 \(Formats.grouped(tree.spans)) 个跨度"))
                    }
                ),
                (
                    .failed,
                    { html in
                        if failed > 0 {
                            html.add(Badge(.verbatim(Formats.grouped(failed)), tone: .failed))
                        } else {
                            html.text(.none)
                        }
                    }
                ),
            ]))
    }

    /// What of the trace is not here, and why.
    func writeGaps(_ tree: TraceTree, to html: inout HTML) {
        if tree.missing > 0 {
            html.add(
                Callout(
                    .warning,
                    Phrase.count(tree.missing, "span did not arrive", "spans did not arrive", "个跨度没有到达"),
                    text: Phrase(
                        "Other spans name them as their parent. They are late, were lost, or their service sends none.",
                        "其他跨度以它们为父级。它们可能迟到、丢失，或其服务没有上报。")))
        }
        if tree.omitted > 0 {
            html.add(
                Callout(
                    .warning,
                    Phrase(
                        "\(Formats.grouped(tree.omitted)) spans are not shown",
                        "\(Formats.grouped(tree.omitted)) 个跨度未显示"),
                    text: Phrase(
                        "A trace is shown up to \(Formats.grouped(TelemetryLimits.traceSpans)) spans.",
                        "一条链路最多显示 \(Formats.grouped(TelemetryLimits.traceSpans)) 个跨度。")))
        }
        if tree.isPartlyHidden {
            html.add(
                Callout(
                    .info, Phrase("Part of this trace is hidden", "链路的一部分被隐藏"),
                    text: Phrase(
                        "It went through businesses that you may not look into.", "它经过了你无权查看的业务。")))
        }
    }

    func writeWaterfall(_ tree: TraceTree, _ chosen: Int?, to html: inout HTML) {
        let scope = question.scope(tree)
        let shown = TraceRows(tree, scope, skip: question.skip, keeping: chosen)
        if scope != .whole {
            html.add(
                Callout(
                    .info, Phrase("A part of the trace", "链路的一部分"),
                    actions: { html in
                        html.add(
                            LinkButton(
                                Phrase("Whole trace", "完整链路"),
                                to: question.address { ($0.under, $0.skip) = (nil, 0) }, size: .small))
                    }))
        }
        // The scale of a part is its own, so that short spans can be told apart.
        var origin: Int64 = 0
        var length = tree.durationNanoseconds
        if case .below(let index?) = scope {
            (origin, length) = (tree.nodes[index].offsetNanoseconds, tree.nodes[index].durationNanoseconds)
        }
        html.add(
            Waterfall(
                totalMilliseconds: Double(length) / 1e6,
                shown.rows.map { row(tree, $0, chosen, Double(origin) / 1e6, shown.nextSkip) }))
    }

    private func row(
        _ tree: TraceTree, _ row: TraceRows.Row, _ chosen: Int?, _ origin: Double, _ nextSkip: Int?
    ) -> Waterfall.Row {
        switch row {
        case .node(let index, let depth):
            return self.row(tree.nodes[index], index, depth, index == chosen, origin)
        case .more(let under, let nodes, let depth):
            var more = Waterfall.Row(depth: depth, service: "", name: "")
            more.summary = .count(nodes, "span more", "spans more", "个跨度未展开")
            let place = under < 0 ? "roots" : tree.nodes[under].spanID?.description ?? "n\(under)"
            let isNext = place == question.under
            more.address = question.address { ($0.under, $0.skip) = (place, isNext ? nextSkip ?? 0 : 0) }
            return more
        }
    }

    private func row(
        _ node: TraceTree.Node, _ index: Int, _ depth: Int, _ isChosen: Bool, _ origin: Double
    ) -> Waterfall.Row {
        let span = node.span
        let name: String =
            switch node.content {
            case .span(let entry): LogLine.cut(entry.record.name, 100)
            case .missing(let id): id.description
            case .hidden: "…"
            }
        var row = Waterfall.Row(
            depth: depth, service: span?.source.service.path ?? "", name: name,
            start: Double(node.offsetNanoseconds) / 1e6 - origin, duration: node.milliseconds,
            isFailed: node.isFailed, isCritical: !node.critical.isEmpty, isMissing: span == nil,
            address: span.map { entry in question.address { $0.span = entry.record.spanID } })
        row.critical = node.critical.map {
            Double($0.from) / 1e6 - origin..<max(Double($0.to), Double($0.from)) / 1e6 - origin
        }
        row.isChosen = isChosen
        return row
    }

    /// Which services the trace waited for, the longest first.
    func writeShares(_ tree: TraceTree, to html: inout HTML) {
        var waited: [String: Int64] = [:]
        for node in tree.nodes where node.criticalNanoseconds > 0 {
            guard let service = node.span?.source.service.path else { continue }
            waited[service, default: 0] += node.criticalNanoseconds
        }
        let total = Double(max(tree.durationNanoseconds, 1))
        let ordered = waited.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
        guard !ordered.isEmpty else { return }
        let rows = ordered.prefix(Self.sharedServices).map { service, nanoseconds in
            Table.Row([
                .text(service), .slot { $0.add(ShareBar(Double(nanoseconds) / total)) },
                .slot { $0.text($0.context.formats.duration(milliseconds: Double(nanoseconds) / 1e6)) },
                .slot { $0.text($0.context.formats.percent(Double(nanoseconds) / total)) },
            ])
        }
        html.add(
            Card(
                Phrase("Where the time went", "时间花在哪里"),
                note: Phrase("the critical path by service", "按服务统计的关键路径"), isFlush: true
            ) { html in
                html.add(
                    Table(
                        Phrase("Critical path by service", "按服务统计的关键路径"),
                        columns: [
                            .init(.service, .name), .init(Phrase("Share", "占比图"), .text),
                            .init(Phrase("Waited", "等待"), .number),
                            .init(Phrase("Of the whole", "占总耗时"), .number),
                        ], content: .rows(Array(rows)), isDense: true))
            })
    }

    /// The rest has waited so little that nobody looks for it.
    private static let sharedServices = 10
}
