/// The latency of one interface in one line: where half, nine tenths and nearly all of the answers lie.
package struct PercentileBar: Component {
    package var p50: Double
    package var p90: Double
    package var p99: Double
    /// What the whole width means, the same for all rows of a table.
    package var scaleMilliseconds: Double

    package init(p50: Double, p90: Double, p99: Double, scaleMilliseconds: Double) {
        (self.p50, self.p90, self.p99) = (p50, p90, p99)
        self.scaleMilliseconds = scaleMilliseconds
    }

    package func write(to html: inout HTML) {
        let formats = html.context.formats
        let named = [("p50", p50), ("p90", p90), ("p99", p99)]
        let text = named.map { "\($0.0) \(formats.duration(milliseconds: $0.1))" }.joined(separator: ", ")
        html.element("svg", .class("percentiles"), .role("img"), .shown("aria-label", text)) { html in
            html.element("title", text: text)
            bar("percentile-ground", from: 0, to: scaleMilliseconds, y: "3", height: "6", to: &html)
            bar("percentile-99", from: 0, to: p99, y: "3", height: "6", to: &html)
            bar("percentile-90", from: 0, to: p90, y: "3", height: "6", to: &html)
            bar("percentile-50", from: 0, to: p50, y: "3", height: "6", to: &html)
        }
    }

    private func bar(
        _ name: String, from start: Double, to end: Double, y: String, height: String, to html: inout HTML
    ) {
        let scale = max(scaleMilliseconds, .leastNonzeroMagnitude)
        let low = min(max(start / scale, 0), 1) * 100
        let high = min(max(end / scale, 0), 1) * 100
        html.element(
            "rect", .class(name), .init("x", Decimal.text(low, places: 2) + "%"), .init("y", y),
            .init("width", Decimal.text(max(high - low, 0), places: 2) + "%"), .init("height", height),
            .init("rx", "3")
        ) { _ in }
    }
}
