import GantryBase
package import Model

/// Pipeline runs of all services or of one, the last changed first.
package struct RunsPage: ConsolePage {
    package enum Show: String, Sendable, CaseIterable { case all, active, waiting, failed }

    package var runs: Listed<RunSummary>
    package var listPlace: ListPlace
    package var service: ServiceName?
    package var show: Show

    package init(
        _ runs: Listed<RunSummary>, place: ListPlace = ListPlace(), service: ServiceName? = nil,
        show: Show = .all
    ) {
        (self.runs, self.listPlace, self.service, self.show) = (runs, place, service, show)
    }

    package var title: Phrase { Phrase("Runs", "流水线") }
    package var place: String { service == nil ? Address.runs : Address.services }
    package var crumbs: [PageShell.Crumb] { service.map { ServiceTabs.crumbs($0, .init(title)) } ?? [] }

    /// The address of this list with its filter changed, from its start.
    package func address(show: Show? = nil, after: String? = nil) -> String {
        let show = show ?? self.show
        return Address.query(
            Address.runs,
            [("service", service?.path), ("state", show == .all ? nil : show.rawValue), ("after", after)])
    }

    package func write(to html: inout HTML) {
        if let service {
            html.add(Heading(.verbatim(service.path)))
            html.add(ServiceTabs(service: service, current: .runs))
        } else {
            html.add(
                Heading(
                    title,
                    note: Phrase(
                        "From a push to running workloads: stages, steps and gates.", "从推送到上线：阶段、步骤与审批。")))
        }
        html.element("div", .class("toolbar")) { html in
            html.add(
                ChoiceChips(
                    Phrase("State", "状态"),
                    Show.allCases.map { .init($0.phrase, to: address(show: $0), isChosen: $0 == show) }))
        }
        html.add(
            Card(isFlush: true) { html in
                html.add(
                    DeliverTables.runs(
                        runs, showsService: service == nil, empty: show == .all ? Self.noRuns : noMatch,
                        retryAddress: address(), place: listPlace))
            })
    }

    private var noMatch: EmptyState {
        EmptyState(.noMatch, text: Phrase("No run is like this.", "没有符合条件的流水线。"), icon: .filter) { html in
            html.add(LinkButton(.clearAll, to: address(show: .all), size: .small))
        }
    }

    static var noRuns: EmptyState {
        EmptyState(
            Phrase("No runs yet", "还没有流水线"),
            text: Phrase("A run begins when you push to the service's repository.", "向服务的代码仓库推送后即会触发流水线。"),
            icon: .run, command: "git push gantry main")
    }
}

extension RunsPage.Show {
    var phrase: Phrase {
        switch self {
        case .all: Phrase("All", "全部")
        case .active: Phrase("Under way", "进行中")
        case .waiting: Phrase("Waiting for approval", "待审批")
        case .failed: .failed
        }
    }
}
