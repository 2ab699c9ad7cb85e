import GantryBase
package import Model

/// Releases of all services or of one, the newest first.
package struct ReleasesPage: ConsolePage {
    package var releases: Listed<ReleaseSummary>
    package var listPlace: ListPlace
    package var service: ServiceName?

    package init(
        _ releases: Listed<ReleaseSummary>, place: ListPlace = ListPlace(), service: ServiceName? = nil
    ) {
        (self.releases, self.listPlace, self.service) = (releases, place, service)
    }

    package var title: Phrase { Phrase("Releases", "发布版本") }
    package var place: String { service == nil ? Address.releases : Address.services }
    package var crumbs: [PageShell.Crumb] { service.map { ServiceTabs.crumbs($0, .init(title)) } ?? [] }

    package func address(after: String? = nil) -> String {
        Address.query(service.map(Address.releases(of:)) ?? Address.releases, [("after", after)])
    }

    package func write(to html: inout HTML) {
        if let service {
            html.add(Heading(.verbatim(service.path)))
            html.add(ServiceTabs(service: service, current: .releases))
        } else {
            html.add(
                Heading(
                    title,
                    note: Phrase(
                        "Immutable builds: a commit, its image, its service.yaml and configuration.",
                        "不可变的构建：提交、镜像、service.yaml 与配置。")))
        }
        html.add(
            Card(isFlush: true) { html in
                html.add(
                    DeliverTables.releases(
                        releases, showsService: service == nil, empty: Self.noReleases,
                        retryAddress: address(),
                        place: listPlace))
            })
    }

    static var noReleases: EmptyState {
        EmptyState(
            Phrase("No releases yet", "还没有发布版本"),
            text: Phrase("A run that passes its tests makes one.", "通过测试的流水线会生成发布版本。"), icon: .release)
    }
}
