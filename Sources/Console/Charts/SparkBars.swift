/// How many calls came when, and how many of them failed, as small bars in a row of a table; the numbers stand beside it.
package struct SparkBars: Component {
    package var counts: [Int]
    package var failures: [Int]

    package init(_ counts: [Int], failures: [Int] = []) { (self.counts, self.failures) = (counts, failures) }

    private static let height = 20.0
    /// A count that is not zero is never drawn as nothing.
    private static let least = 1.0
    /// Failures below this share of their bar are left to the number: a red line under every row would cry wolf.
    private static let leastFailures = 0.002

    package func write(to html: inout HTML) {
        guard counts.count > 1 else { return }
        let top = Double(counts.max() ?? 0)
        guard top > 0 else { return }
        html.open(
            "svg",
            [
                .class("spark-bars"), .init("viewBox", "0 0 \(counts.count * 3) 20"),
                .init("preserveAspectRatio", "none"), .hidden,
            ])
        html.element("path", .class("bar-all"), .init("d", path(counts, top))) { _ in }
        let notable = zip(failures, counts).map { failed, count in
            Double(failed) >= Double(max(count, 1)) * Self.leastFailures ? failed : 0
        }
        if notable.contains(where: { $0 > 0 }) {
            html.element("path", .class("bar-failed"), .init("d", path(notable, top))) { _ in }
        }
        html.close("svg")
    }

    private func path(_ values: [Int], _ top: Double) -> String {
        var text = ""
        for (index, value) in values.enumerated() where value > 0 {
            let height = max(Double(value) / top * Self.height, Self.least)
            text += "M\(index * 3) 20v-\(Decimal.text(height, places: 1))h2V20z"
        }
        return text
    }
}
