import GantryBase
package import Model

/// All services that the reader may see: searched by name, narrowed to a business or to those that need somebody.
package struct ServicesPage: ConsolePage {
    package enum Show: String, Sendable, CaseIterable { case all, attention, progressing }

    package var services: Listed<ServiceSummary>
    package var listPlace: ListPlace
    package var query: String
    package var business: BusinessName?
    package var businesses: [BusinessName]
    package var show: Show

    package init(
        _ services: Listed<ServiceSummary>, place: ListPlace = ListPlace(), query: String = "",
        business: BusinessName? = nil, businesses: [BusinessName] = [], show: Show = .all
    ) {
        (self.services, self.listPlace, self.query) = (services, place, query)
        (self.business, self.businesses, self.show) = (business, businesses, show)
    }

    package var title: Phrase { Phrase("Services", "服务") }
    package var place: String { Address.services }

    /// The address of this list with one of its filters changed, from its start.
    package func address(
        query: String? = nil, business: String? = nil, show: Show? = nil, after: String? = nil
    ) -> String {
        let show = show ?? self.show
        return Address.query(
            Address.services,
            [
                ("q", query ?? self.query), ("business", business ?? self.business?.text ?? ""),
                ("show", show == .all ? nil : show.rawValue), ("after", after),
            ])
    }

    package func write(to html: inout HTML) {
        html.add(Heading(title, note: listPlace.total.map { .count($0, "service", "services", "个服务") }))
        html.add(
            Form(Address.services, method: .get) { html in
                html.element("div", .class("toolbar"), content: writeFilters)
            })
        if !query.isEmpty {
            html.add(
                FilterChips(
                    [.init(Phrase("Name", "名称"), query, without: address(query: ""))],
                    clearAddress: Address.services))
        }
        html.add(Card(isFlush: true) { $0.add(table) })
    }

    private func writeFilters(to html: inout HTML) {
        html.add(SearchField(Phrase("Name of a service", "服务名称"), name: "q", value: query))
        html.add(
            Select(
                Phrase("Business", "业务"), name: "business",
                choices: [.init("", Phrase("All", "全部"))]
                    + businesses.map { .init($0.text, .verbatim($0.text)) }, selected: business?.text ?? ""))
        if show != .all {
            html.void("input", .init("type", "hidden"), .init("name", "show"), .init("value", show.rawValue))
        }
        html.add(Button(.search, submits: true))
        html.add(
            ChoiceChips(
                Phrase("State", "状态"),
                [
                    .init(Phrase("All", "全部"), to: address(show: .all), isChosen: show == .all),
                    .init(
                        Phrase("Needs attention", "需要关注"), to: address(show: .attention),
                        isChosen: show == .attention),
                    .init(
                        Phrase("Progressing", "进行中"), to: address(show: .progressing),
                        isChosen: show == .progressing),
                ]))
    }

    private var isFiltered: Bool { !query.isEmpty || business != nil || show != .all }

    private var empty: EmptyState {
        guard isFiltered else {
            return EmptyState(
                Phrase("No services yet", "还没有服务"),
                text: Phrase(
                    "A service is a repository with a service.yaml.", "每个服务是一个带有 service.yaml 的代码仓库。"),
                icon: .service, command: "gantry service new BUSINESS/NAME --language python")
        }
        return EmptyState(
            .noMatch, text: Phrase("No service is like this.", "没有符合条件的服务。"), icon: .filter
        ) { $0.add(LinkButton(.clearAll, to: Address.services, size: .small)) }
    }

    private var table: Table {
        Table(
            title,
            columns: [
                .init(Phrase("Service", "服务"), .name), .init(Phrase("State", "状态"), .status),
                .init(Phrase("Workloads ready", "就绪工作负载"), .number),
                .init(Phrase("Newest release", "最新发布版本"), .code, isExtra: true),
                .init(Phrase("Pushed by", "推送者"), .text, isExtra: true),
                .init(Phrase("Pushed", "推送"), .time, isExtra: true),
            ],
            content: services.content(empty: empty, retryAddress: address(), row: Self.row),
            pagination: listPlace.pagination(showing: services.count))
    }

    private static func row(_ service: ServiceSummary) -> Table.Row {
        let address = Address.service(service.name)
        return Table.Row(
            [
                NamedCell.cell(service.name.path, address: address, note: service.reason),
                service.condition.map { .status($0.status) } ?? .nothing,
                .text("\(service.readyWorkloads)/\(service.workloads)"),
                service.release.map { .text("#\($0.number)") } ?? .nothing,
                service.pushedBy.map { user in .slot { $0.add(Person(user)) } } ?? .nothing,
                service.pushedAt.map { .time($0) } ?? .nothing,
            ], address: address, tone: service.condition == .failed ? .failed : nil)
    }
}
