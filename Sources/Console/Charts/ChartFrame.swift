import GantryBase
import Telemetry

/// The frame that all charts share: title, legend, axes as text beside the drawing, and the same numbers as a table.
///
/// The drawing stretches with the page and the text does not, so that it is readable at every width.
struct ChartFrame {
    var title: Phrase
    var note: Phrase?
    var legend: [(kind: String, title: Phrase)]
    /// From the top down.
    var steps: [String]
    var times: [Timestamp]
    var heads: [Phrase]
    /// One for each time, with a value for each head.
    var rows: [[String]]
    /// Nothing was measured in all the time; said in words, since empty axes could as well mean zero.
    var isEmpty: Bool
    /// Where a press on each point in time leads; nil where it leads nowhere.
    var narrowing: Narrowing?

    /// Narrows the page to a part of the time: by the links in the table, which the script lends to presses on the
    /// drawing and to drawing over several points.
    struct Narrowing {
        /// How long each point is.
        var step: Int64
        var address: (TimeRange) -> String

        func range(_ time: Timestamp) -> TimeRange {
            TimeRange(from: time, to: Timestamp(nanoseconds: time.nanoseconds + step))
        }
    }

    /// Marks along the time axis; more would touch on a narrow screen.
    private static let timeMarks = 4
    /// In longer ranges a mark says the day, too.
    private static let dayMarksAfter = Period.minutes(36 * 60)
    /// Width and height of the drawing in its own units.
    static let width = 600.0
    static let height = 160.0

    func write(to html: inout HTML, drawing: (inout HTML) -> Void) {
        html.element("figure", .class("chart"), .flag("data-chart"), .flag("data-narrows", narrowing != nil))
        {
            html in
            html.element("figcaption", .class("chart-head")) { html in
                html.element("span", .class("chart-title"), text: title)
                if let note { html.element("span", .class("chart-note"), text: note) }
                if legend.count > 1 {
                    html.element("span", .class("legend")) { html in
                        for entry in legend {
                            html.element("span", .class("key")) { html in
                                html.element("span", .class("key-mark \(entry.kind)"), .hidden) { _ in }
                                html.text(entry.title)
                            }
                        }
                    }
                }
            }
            html.element("div", .class("chart-plot")) { html in
                html.element("div", .class("chart-steps"), .hidden) { html in
                    for step in steps { html.element("span", text: step) }
                }
                html.element(
                    "svg", .class("chart-drawing"), .init("viewBox", "0 0 600 160"),
                    .init("preserveAspectRatio", "none"), .role("img"), .label(title)
                ) { html in
                    for step in 0..<max(steps.count, 1) {
                        let y = Self.height * Double(step) / Double(max(steps.count - 1, 1))
                        html.element(
                            "path", .class("chart-grid"), .init("d", "M0 \(Decimal.text(y, places: 1))H600")
                        ) { _ in }
                    }
                    drawing(&html)
                    writeHits(to: &html)
                }
                if isEmpty { html.element("p", .class("chart-none"), text: .noData) }
                html.element("div", .class("chart-times"), .hidden, content: writeTimes)
            }
            html.element("details", .class("chart-table")) { html in
                html.element("summary", text: .dataTable)
                html.element(
                    "div", .class("table-scroll"), .init("tabindex", "0"), .role("region"), .label(title)
                ) {
                    writeTable(to: &$0)
                }
            }
        }
    }

    /// Lays an invisible column over each point in time, whose hint says all its values.
    private func writeHits(to html: inout HTML) {
        guard !times.isEmpty else { return }
        let width = Self.width / Double(times.count)
        let formats = html.context.formats
        for (index, time) in times.enumerated() {
            let language = html.context.language
            let values = zip(heads, rows[index]).map { "\($0.0[language]) \($0.1)" }
            let hint = ([formats.dateTime(time)] + values).joined(separator: "\n")
            html.element(
                "rect", .class("chart-hit"), .init("x", width * Double(index)), .init("y", 0),
                .init("width", width), .init("height", Self.height)
            ) { html in html.element("title", text: hint) }
        }
    }

    private func writeTimes(to html: inout HTML) {
        guard let first = times.first, let last = times.last else { return }
        let formats = html.context.formats
        let span = last.nanoseconds - first.nanoseconds
        let hasDays = last - first > Self.dayMarksAfter
        for mark in 0..<Self.timeMarks {
            let time = Timestamp(
                nanoseconds: first.nanoseconds + span / Int64(Self.timeMarks - 1) * Int64(mark))
            let text = formats.dateTime(time)
            html.element(
                "span", text: String(hasDays ? text.dropFirst(5).dropLast(3) : text.dropFirst(11).dropLast(3))
            )
        }
    }

    private func writeTable(to html: inout HTML) {
        let formats = html.context.formats
        html.element("table", .class("dense")) { html in
            html.element("caption", .class("visually-hidden"), text: title)
            html.element("thead") { html in
                html.element("tr") { html in
                    html.element("th", .init("scope", "col"), text: .time)
                    for head in heads {
                        html.element("th", .init("scope", "col"), .class("cell-number"), text: head)
                    }
                }
            }
            html.element("tbody") { html in
                for (time, row) in zip(times, rows) {
                    html.element("tr") { html in
                        html.element("th", .init("scope", "row")) { html in
                            if let narrowing {
                                html.element(
                                    "a", .href(narrowing.address(narrowing.range(time))),
                                    text: formats.dateTime(time))
                            } else {
                                html.text(formats.dateTime(time))
                            }
                        }
                        for value in row { html.element("td", .class("cell-number"), text: value) }
                    }
                }
            }
        }
    }
}
