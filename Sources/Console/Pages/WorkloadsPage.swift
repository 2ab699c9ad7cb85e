import GantryBase
package import Model

/// Workloads of all services, narrowed to a place or to a state: 16,000 of them are looked through by what is wrong.
package struct WorkloadsPage: ConsolePage {
    package enum Show: String, Sendable, CaseIterable { case all, attention, progressing, ready, stopped }

    package var workloads: Listed<WorkloadStanding>
    package var listPlace: ListPlace
    package var show: Show
    package var environment: EnvironmentName?
    package var region: RegionName?
    package var environments: [EnvironmentName]
    package var regions: [RegionName]

    package init(
        _ workloads: Listed<WorkloadStanding>, place: ListPlace = ListPlace(), show: Show = .all,
        environment: EnvironmentName? = nil, region: RegionName? = nil, environments: [EnvironmentName] = [],
        regions: [RegionName] = []
    ) {
        (self.workloads, self.listPlace, self.show) = (workloads, place, show)
        (self.environment, self.region) = (environment, region)
        (self.environments, self.regions) = (environments, regions)
    }

    package var title: Phrase { Phrase("Workloads", "工作负载") }
    package var place: String { Address.services }
    package var crumbs: [PageShell.Crumb] {
        [.init(Phrase("Services", "服务"), Address.services), .init(title)]
    }

    /// The address of this list with one of its filters changed, from its start.
    package func address(show: Show? = nil, after: String? = nil) -> String {
        let show = show ?? self.show
        return Address.query(
            Address.workloads,
            [
                ("environment", environment?.text), ("region", region?.text),
                ("state", show == .all ? nil : show.rawValue), ("after", after),
            ])
    }

    package func write(to html: inout HTML) {
        html.add(Heading(title, note: listPlace.total.map { .count($0, "workload", "workloads", "个工作负载") }))
        html.add(
            Form(Address.workloads, method: .get) { html in
                html.element("div", .class("toolbar")) { html in
                    choice(
                        Phrase("Environment", "环境"), "environment", environments.map(\.text),
                        environment?.text)(
                            &html)
                    choice(Phrase("Region", "地域"), "region", regions.map(\.text), region?.text)(&html)
                    if show != .all {
                        html.void(
                            "input", .init("type", "hidden"), .init("name", "state"),
                            .init("value", show.rawValue))
                    }
                    html.add(Button(Phrase("Filter", "筛选"), submits: true))
                    html.add(
                        ChoiceChips(
                            Phrase("State", "状态"),
                            Show.allCases.map {
                                .init($0.phrase, to: address(show: $0), isChosen: $0 == show)
                            }))
                }
            })
        html.add(
            Card(isFlush: true) { html in
                var table = Self.table(workloads, retryAddress: address())
                table.pagination = listPlace.pagination(showing: workloads.count)
                html.add(table)
            })
    }

    private func choice(_ title: Phrase, _ name: String, _ values: [String], _ chosen: String?) -> Slot {
        { html in
            html.add(
                Select(
                    title, name: name,
                    choices: [.init("", Phrase("All", "全部"))] + values.map { .init($0, .verbatim($0)) },
                    selected: chosen ?? ""))
        }
    }

    static func table(_ workloads: [WorkloadStanding]) -> Table {
        table(.items(workloads), retryAddress: Address.workloads)
    }

    static func table(_ workloads: Listed<WorkloadStanding>, retryAddress: String) -> Table {
        let empty = EmptyState(
            .noMatch, text: Phrase("No workload is like this.", "没有符合条件的工作负载。"), icon: .filter
        ) { $0.add(LinkButton(.clearAll, to: Address.workloads, size: .small)) }
        return Table(
            Phrase("Workloads", "工作负载"),
            columns: [
                .init(Phrase("Workload", "工作负载"), .name), .init(Phrase("State", "状态"), .status),
                .init(Phrase("Ready", "就绪"), .number), .init(Phrase("Release", "发布版本"), .code, isExtra: true),
                .init(Phrase("Restarts", "重启"), .number, isExtra: true),
                .init(Phrase("Changed", "变化"), .time, isExtra: true),
            ],
            content: workloads.content(empty: empty, retryAddress: retryAddress) { workload in
                let address = Address.workload(workload.name)
                return Table.Row(
                    [
                        NamedCell.cell(workload.name.path, address: address, note: workload.reason),
                        .status(workload.status), .text("\(workload.ready)/\(workload.wanted)"),
                        .link("#\(workload.release.number)", address: Address.release(workload.release)),
                        .text(Formats.grouped(workload.restarts)),
                        workload.changedAt.map { .time($0) } ?? .nothing,
                    ], address: address, tone: workload.condition == .failed ? .failed : nil)
            })
    }
}

extension WorkloadsPage.Show {
    var phrase: Phrase {
        switch self {
        case .all: Phrase("All", "全部")
        case .attention: Phrase("Needs attention", "需要关注")
        case .progressing: Phrase("Progressing", "进行中")
        case .ready: .ready
        case .stopped: .stopped
        }
    }
}
