package import GantryBase

/// One or a few series over time, as lines; a single one is filled.
package struct LineChart: Component {
    package struct Series: Sendable {
        package var title: Phrase
        /// One for each time; not a number where nothing is known.
        package var values: [Double]
        package init(_ title: Phrase, _ values: [Double]) { (self.title, self.values) = (title, values) }
    }
    /// How values are written on the axis and in hints.
    package enum Unit: Sendable { case plain, milliseconds, fraction, perSecond }
    package var title: Phrase
    package var note: Phrase?
    package var times: [Timestamp]
    package var series: [Series]
    package var unit: Unit

    /// Five colours can be told apart in both themes; a chart of more lines tells nothing.
    package static let seriesLimit = 5

    package init(
        _ title: Phrase, note: Phrase? = nil, times: [Timestamp], series: [Series], unit: Unit = .plain
    ) {
        (self.title, self.note, self.times) = (title, note, times)
        (self.series, self.unit) = (Array(series.prefix(Self.seriesLimit)), unit)
    }

    package func write(to html: inout HTML) {
        let scale = ChartScale(values: series.flatMap(\.values))
        let formats = html.context.formats
        let count = min(times.count, series.map(\.values.count).min() ?? 0)
        let frame = ChartFrame(
            title: title, note: note,
            legend: series.enumerated().map { ("series-\($0.offset)", $0.element.title) },
            steps: [1, 0.5, 0].map { Self.text(scale.high * $0, unit, formats) },
            times: Array(times.prefix(count)), heads: series.map(\.title),
            rows: (0..<count).map { index in
                series.map { Self.text($0.values[index], unit, formats) }
            }, isEmpty: !series.contains { $0.values.contains(where: \.isFinite) })
        frame.write(to: &html) { html in
            for (index, line) in series.enumerated() {
                let path = scale.path(
                    Array(line.values.prefix(count)), width: ChartFrame.width, height: ChartFrame.height)
                if series.count == 1, !path.isEmpty, line.values.allSatisfy(\.isFinite) {
                    html.element("path", .class("chart-area series-0"), .init("d", path + "V160H0Z")) { _ in }
                }
                html.element("path", .class("chart-line series-\(index)"), .init("d", path)) { _ in }
            }
        }
    }

    static func text(_ value: Double, _ unit: Unit, _ formats: Formats) -> String {
        guard value.isFinite else { return "–" }
        return switch unit {
        case .plain: formats.compact(value)
        case .milliseconds: formats.duration(milliseconds: value)
        case .fraction: formats.percent(value)
        case .perSecond: formats.compact(value) + "/s"
        }
    }
}
