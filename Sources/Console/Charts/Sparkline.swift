/// A series as a small line without axes; the number beside it says what it says, so it is hidden from readers of the text.
package struct Sparkline: Component {
    package var values: [Double]

    package init(_ values: [Double]) { self.values = values }

    private static let height = 28.0

    package func write(to html: inout HTML) {
        guard values.count > 1 else { return }
        let scale = ChartScale(values: values, fromZero: false)
        html.element(
            "svg", .class("sparkline"), .init("viewBox", "0 0 100 28"), .init("preserveAspectRatio", "none"),
            .hidden
        ) { html in
            let line = scale.path(values, width: 100, height: Self.height - 2, top: 1)
            html.element("path", .class("chart-area"), .init("d", line + "V28H0Z")) { _ in }
            html.element("path", .class("chart-line"), .init("d", line)) { _ in }
        }
    }
}
