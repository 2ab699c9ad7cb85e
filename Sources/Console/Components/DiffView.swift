/// What changes in a text: each line says by a sign, not by colour alone, whether it comes or goes.
package struct DiffView: Component {
    package enum Line: Sendable {
        case same(old: Int, new: Int, String)
        case added(new: Int, String)
        case removed(old: Int, String)
        /// Lines that did not change and are not shown.
        case gap(Int)
    }
    package var title: Phrase
    package var lines: [Line]

    package init(_ title: Phrase, _ lines: [Line]) { (self.title, self.lines) = (title, lines) }

    package func write(to html: inout HTML) {
        let added = lines.count { if case .added = $0 { true } else { false } }
        let removed = lines.count { if case .removed = $0 { true } else { false } }
        html.element("figure", .class("diff")) { html in
            html.element("figcaption", .class("diff-head")) { html in
                html.element("span", .class("diff-title"), text: title)
                html.element("span", .class("diff-count diff-added"), text: "+\(added)")
                html.element("span", .class("diff-count diff-removed"), text: "−\(removed)")
            }
            html.element(
                "div", .class("diff-scroll"), .role("region"), .label(title), .init("tabindex", "0")
            ) { html in
                html.element("table") { html in
                    html.element("tbody") { html in
                        for line in lines { write(line, to: &html) }
                    }
                }
            }
        }
    }

    private func write(_ line: Line, to html: inout HTML) {
        switch line {
        case .same(let old, let new, let text): row("same", old, new, " ", text, to: &html)
        case .added(let new, let text): row("added", nil, new, "+", text, to: &html)
        case .removed(let old, let text): row("removed", old, nil, "−", text, to: &html)
        case .gap(let count):
            html.element("tr", .class("diff-gap")) { html in
                html.element(
                    "td", .init("colspan", 4),
                    text: .count(count, "line without change", "lines without change", "行未变更"))
            }
        }
    }

    private func row(
        _ kind: String, _ old: Int?, _ new: Int?, _ sign: String, _ text: String, to html: inout HTML
    ) {
        html.element("tr", .class("diff-\(kind)")) { html in
            html.element("td", .class("diff-number"), text: old.map(String.init) ?? "")
            html.element("td", .class("diff-number"), text: new.map(String.init) ?? "")
            html.element("td", .class("diff-sign"), text: sign)
            html.element("td", .class("diff-text")) { html in html.element("code", text: text) }
        }
    }
}
