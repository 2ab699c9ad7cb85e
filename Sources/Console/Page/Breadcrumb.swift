/// The way from the first place down to this page.
package struct Breadcrumb: Component {
    package var crumbs: [PageShell.Crumb]
    /// Stands in where there are no crumbs.
    package var title: Phrase

    package init(crumbs: [PageShell.Crumb], title: Phrase) { (self.crumbs, self.title) = (crumbs, title) }

    package func write(to html: inout HTML) {
        let steps = crumbs.isEmpty ? [PageShell.Crumb(title)] : crumbs
        html.element("nav", .class("crumbs"), .label(.breadcrumb)) { html in
            html.element("ol") { html in
                for (index, crumb) in steps.enumerated() {
                    html.element("li") { html in
                        if index > 0 { html.add(Icon.chevronRight) }
                        if let address = crumb.address, index < steps.count - 1 {
                            html.element("a", .href(address), text: crumb.title)
                        } else {
                            html.element(
                                "span", .init("aria-current", index == steps.count - 1 ? "page" : nil),
                                text: crumb.title)
                        }
                    }
                }
            }
        }
    }
}
