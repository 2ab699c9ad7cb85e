/// How large a part of the largest of its column a number is; the number stands beside it.
package struct ShareBar: Component {
    package var share: Double
    package var isFailed: Bool

    package init(_ share: Double, isFailed: Bool = false) {
        (self.share, self.isFailed) = (min(max(share, 0), 1), isFailed)
    }

    package func write(to html: inout HTML) {
        html.element("svg", .class("share-bar"), .hidden) { html in
            html.element(
                "rect", .class("percentile-ground"), .init("width", "100%"), .init("height", "6"),
                .init("rx", "3")
            ) { _ in }
            html.element(
                "rect", .class(isFailed ? "bar-failed" : "bar-accent"),
                .init("width", Decimal.text(share * 100, places: 2) + "%"), .init("height", "6"),
                .init("rx", "3")
            ) { _ in }
        }
    }
}
