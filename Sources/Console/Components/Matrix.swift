package import Model

/// One service's workloads: an environment per row, a region per column.
package struct Matrix: Component {
    package struct Cell: Sendable {
        package var status: NamedStatus
        package var ready: Int
        package var wanted: Int
        /// Nil where the cell stands for workloads of many releases.
        package var release: String?
        package var address: String
        /// A rollout under way, an override by hand: one word.
        package var note: Phrase?

        package init(
            _ status: NamedStatus, ready: Int, wanted: Int, release: String?, address: String,
            note: Phrase? = nil
        ) {
            (self.status, self.ready, self.wanted) = (status, ready, wanted)
            (self.release, self.address, self.note) = (release, address, note)
        }
    }
    package var environments: [EnvironmentName]
    package var regions: [RegionName]
    /// Nil where the service does not run.
    package var cell: (EnvironmentName, RegionName) -> Cell?

    package init(
        environments: [EnvironmentName], regions: [RegionName],
        cell: @escaping (EnvironmentName, RegionName) -> Cell?
    ) {
        (self.environments, self.regions, self.cell) = (environments, regions, cell)
    }

    package static let caption = Phrase("Workloads by environment and region", "按环境与地域列出的工作负载")

    package func write(to html: inout HTML) {
        html.element(
            "div", .class("matrix-scroll"), .role("region"), .label(Self.caption), .init("tabindex", "0")
        ) { html in
            html.element("table", .class("matrix")) { html in
                html.element("caption", .class("visually-hidden"), text: Self.caption)
                html.element("thead") { html in
                    html.element("tr") { html in
                        html.element("td") { _ in }
                        for region in regions { html.element("th", .init("scope", "col"), text: region.text) }
                    }
                }
                html.element("tbody") { html in
                    for environment in environments {
                        html.element("tr") { html in
                            html.element("th", .init("scope", "row"), text: environment.text)
                            for region in regions {
                                html.element("td") { write(cell(environment, region), to: &$0) }
                            }
                        }
                    }
                }
            }
        }
    }

    private func write(_ cell: Cell?, to html: inout HTML) {
        guard let cell else {
            html.element("span", .class("matrix-none")) { html in
                html.element("span", .class("visually-hidden"), text: .none)
            }
            return
        }
        html.element(
            "a", .class("matrix-cell tone-\(cell.status.status.rawValue)"), .href(cell.address)
        ) { html in
            html.element("span", .class("matrix-line")) { html in
                html.add(StatusPill(cell.status, look: .shape))
                html.element("span", .class("matrix-count"), text: "\(cell.ready)/\(cell.wanted)")
                if let note = cell.note { html.element("span", .class("matrix-note"), text: note) }
            }
            if let release = cell.release {
                html.element("span", .class("matrix-release"), text: release)
            }
        }
    }
}
