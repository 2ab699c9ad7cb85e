import GantryBase
package import Model

/// Rollouts of all services or of one, the last changed first.
package struct RolloutsPage: ConsolePage {
    package enum Show: String, Sendable, CaseIterable { case all, active }

    package var rollouts: Listed<RolloutSummary>
    package var listPlace: ListPlace
    package var service: ServiceName?
    package var show: Show

    package init(
        _ rollouts: Listed<RolloutSummary>, place: ListPlace = ListPlace(), service: ServiceName? = nil,
        show: Show = .all
    ) {
        (self.rollouts, self.listPlace, self.service, self.show) = (rollouts, place, service, show)
    }

    package var title: Phrase { Phrase("Rollouts", "上线") }
    package var place: String { service == nil ? Address.rollouts : Address.services }
    package var crumbs: [PageShell.Crumb] { service.map { ServiceTabs.crumbs($0, .init(title)) } ?? [] }

    package func address(show: Show? = nil, after: String? = nil) -> String {
        let show = show ?? self.show
        return Address.query(
            Address.rollouts,
            [("service", service?.path), ("state", show == .all ? nil : show.rawValue), ("after", after)])
    }

    package func write(to html: inout HTML) {
        if let service {
            html.add(Heading(.verbatim(service.path)))
            html.add(ServiceTabs(service: service, current: .rollouts))
        } else {
            html.add(
                Heading(
                    title,
                    note: Phrase(
                        "Moves of an environment to a release, region by region.", "将环境按地域逐一切换到某个发布版本。")))
        }
        html.element("div", .class("toolbar")) { html in
            html.add(
                ChoiceChips(
                    Phrase("State", "状态"),
                    [
                        .init(Phrase("All", "全部"), to: address(show: .all), isChosen: show == .all),
                        .init(
                            Phrase("Under way", "进行中"), to: address(show: .active), isChosen: show == .active),
                    ]))
        }
        html.add(
            Card(isFlush: true) { html in
                html.add(
                    DeliverTables.rollouts(
                        rollouts, showsService: service == nil,
                        empty: show == .all
                            ? Self.noRollouts
                            : EmptyState(Phrase("None is under way", "没有进行中的上线"), icon: .rollout),
                        retryAddress: address(), place: listPlace))
            })
    }

    static var noRollouts: EmptyState {
        EmptyState(
            Phrase("No rollouts yet", "还没有上线"),
            text: Phrase("A run with a rollout stage begins one.", "带有上线阶段的流水线会触发上线。"), icon: .rollout)
    }
}
