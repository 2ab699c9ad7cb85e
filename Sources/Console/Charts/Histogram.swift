package import GantryBase
package import Telemetry

/// How many of what came when: a bar for each slice of time, stacked by kind with the worst at the bottom.
package struct Histogram: Component {
    package enum Tone: String, Sendable { case accent, failed, waiting, neutral }
    package struct Series: Sendable {
        package var title: Phrase
        package var tone: Tone
        package var counts: [Int]
        package init(_ title: Phrase, _ tone: Tone, _ counts: [Int]) {
            (self.title, self.tone, self.counts) = (title, tone, counts)
        }
    }
    package var title: Phrase
    package var note: Phrase?
    package var times: [Timestamp]
    /// From the bottom of the bars up.
    package var series: [Series]
    /// The address of the page for a part of the time, to which a press on a bar leads; nil where it leads nowhere.
    package var narrowed: ((TimeRange) -> String)?

    package init(
        _ title: Phrase, note: Phrase? = nil, times: [Timestamp], series: [Series],
        narrowed: ((TimeRange) -> String)? = nil
    ) {
        (self.title, self.note, self.times, self.series) = (title, note, times, series)
        self.narrowed = narrowed
    }

    package func write(to html: inout HTML) {
        let count = min(times.count, series.map(\.counts.count).min() ?? 0)
        let sums = (0..<count).map { index in Double(series.reduce(0) { $0 + $1.counts[index] }) }
        let scale = ChartScale(values: sums)
        let formats = html.context.formats
        let frame = ChartFrame(
            title: title, note: note, legend: series.map { ("bar-\($0.tone.rawValue)", $0.title) },
            steps: [1, 0.5, 0].map { formats.compact(scale.high * $0) }, times: Array(times.prefix(count)),
            heads: series.map(\.title),
            rows: (0..<count).map { index in series.map { Formats.grouped($0.counts[index]) } },
            isEmpty: count == 0, narrowing: narrowing)
        frame.write(to: &html) { html in writeBars(count, scale, to: &html) }
    }

    private var narrowing: ChartFrame.Narrowing? {
        guard let narrowed, times.count > 1 else { return nil }
        let step = times[1].nanoseconds - times[0].nanoseconds
        return step > 0 ? ChartFrame.Narrowing(step: step, address: narrowed) : nil
    }

    private func writeBars(_ count: Int, _ scale: ChartScale, to html: inout HTML) {
        let slot = ChartFrame.width / Double(max(count, 1))
        for index in 0..<count {
            var bottom = ChartFrame.height
            for entry in series where entry.counts[index] > 0 {
                let height = ChartFrame.height * scale.share(Double(entry.counts[index]))
                bottom -= height
                html.element(
                    "rect", .class("bar-\(entry.tone.rawValue)"), .init("x", slot * (Double(index) + 0.12)),
                    .init("y", bottom), .init("width", slot * 0.76), .init("height", height)
                ) { _ in }
            }
        }
    }
}
