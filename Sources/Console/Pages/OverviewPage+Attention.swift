import GantryBase
import Model

// What needs somebody, and where everything runs.
extension OverviewPage {
    func writeAttention(to html: inout HTML) {
        let heading = Phrase("Needs attention", "需要关注")
        guard !attention.isEmpty else {
            return html.add(
                Callout(
                    .success, Phrase("Nothing needs attention", "一切正常，无需处理"),
                    text: Phrase(
                        "No run or rollout has failed, every workload is ready, and nobody is waited for.",
                        "没有失败的流水线或上线，所有工作负载均已就绪，也没有待审批的事项。")))
        }
        let table = Table(
            heading,
            columns: [
                .init(Phrase("What", "对象"), .name), .init(Phrase("State", "状态"), .status),
                .init(Phrase("Kind", "类型"), .text, isExtra: true),
                .init(Phrase("Since", "自"), .time, isExtra: true),
            ],
            content: .rows(
                attention.map { item in
                    Table.Row(
                        [
                            NamedCell.cell(item.name, address: item.address, note: item.reason),
                            .status(item.named), .phrase(item.kind.phrase),
                            item.since.map { .time($0) } ?? .nothing,
                        ], address: item.address, tone: item.status == .failed ? .failed : nil)
                }))
        html.add(
            Card(
                heading,
                note: attentionTotal > attention.count ? .shown(attention.count, of: attentionTotal) : nil,
                isFlush: true,
                actions: attentionTotal > attention.count
                    ? {
                        $0.add(
                            LinkButton(
                                Phrase("All workloads", "全部工作负载"),
                                to: Address.query(Address.workloads, [("state", "attention")]), kind: .quiet,
                                size: .small))
                    } : nil
            ) { $0.add(table) })
    }

    func writePlaces(to html: inout HTML) {
        html.add(
            Card(Phrase("Environments and regions", "环境与地域"), note: Phrase("workloads ready", "就绪的工作负载")) {
                html in
                html.add(
                    Matrix(environments: environments, regions: regions) { environment, region in
                        guard let place = places[environment]?[region], place.all > 0 else { return nil }
                        return Matrix.Cell(
                            place.worst.status, ready: place.ready, wanted: place.all, release: nil,
                            address: Address.query(
                                Address.workloads,
                                [("environment", environment.text), ("region", region.text)]),
                            note: place.all > place.ready
                                ? .count(place.all - place.ready, "not ready", "not ready", "个未就绪") : nil)
                    })
            })
    }
}

extension OverviewPage.Attention {
    /// A run that waits is waiting, not unready.
    var named: NamedStatus {
        switch (kind, status) {
        case (.approval, _): NamedStatus(.waiting)
        case (.warning, _): NamedStatus(.waiting, Phrase("Warning", "警告"))
        default: status.status
        }
    }
}

extension OverviewPage.Attention.Kind {
    var phrase: Phrase {
        switch self {
        case .run: Phrase("Run", "流水线")
        case .rollout: Phrase("Rollout", "上线")
        case .workload: Phrase("Workload", "工作负载")
        case .approval: Phrase("Approval", "审批")
        case .warning: Phrase("Warning", "警告")
        }
    }
}

extension Table {
    /// For a list beside others: without the columns that a narrow page leaves out.
    var short: Table {
        var table = self
        let kept = columns.indices.filter { !columns[$0].isExtra }
        table.columns = kept.map { columns[$0] }
        guard case .rows(let rows) = content else { return table }
        table.content = .rows(
            rows.map { row in
                var row = row
                row.cells = kept.map { row.cells[$0] }
                return row
            })
        return table
    }
}
