/// Stands in for text or rows that are still on their way.
package struct Skeleton: Component {
    package var lines: Int

    package init(lines: Int = 3) { self.lines = lines }

    package func write(to html: inout HTML) {
        html.element("div", .class("skeleton"), .role("status")) { html in
            html.element("span", .class("visually-hidden"), text: .loading)
            for line in 0..<lines {
                html.element("span", .class("skeleton-line skeleton-\(line % 4)"), .hidden) { _ in }
            }
        }
    }
}
