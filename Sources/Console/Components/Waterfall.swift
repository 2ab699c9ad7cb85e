/// One trace as rows of bars: when each span began, how long it took, which of them the answer waited for.
package struct Waterfall: Component {
    package struct Row: Sendable {
        package var depth: Int
        package var service: String
        package var name: String
        package var startMilliseconds: Double
        package var durationMilliseconds: Double
        package var isFailed: Bool
        /// On the critical path: had it been faster, so had the answer.
        package var isCritical: Bool
        /// Others name it as their parent, and it never arrived.
        package var isMissing: Bool
        package var address: String?
        /// The stretches of it that the answer waited for, in milliseconds; empty for all of a critical span.
        package var critical: [Range<Double>] = []
        /// Whether its details are shown beside the trace.
        package var isChosen = false
        /// Stands for spans without a row of their own: says how many, and leads to them.
        package var summary: Phrase?

        package init(
            depth: Int, service: String, name: String, start: Double = 0, duration: Double = 0,
            isFailed: Bool = false, isCritical: Bool = false, isMissing: Bool = false, address: String? = nil
        ) {
            (self.depth, self.service, self.name) = (depth, service, name)
            (self.startMilliseconds, self.durationMilliseconds) = (start, duration)
            (self.isFailed, self.isCritical, self.isMissing) = (isFailed, isCritical, isMissing)
            self.address = address
        }
    }
    package var totalMilliseconds: Double
    package var rows: [Row]

    package init(totalMilliseconds: Double, _ rows: [Row]) {
        (self.totalMilliseconds, self.rows) = (totalMilliseconds, rows)
    }

    /// A deeper tree is drawn no further in, so that names stay readable.
    private static let deepestIndent = 8
    /// A bar is never thinner than this share of the width, so that every span can be seen and pressed.
    private static let thinnestPercent = 0.4

    private static let missing = Phrase("Span did not arrive", "该跨度未上报")
    private static let critical = Phrase("Critical path", "关键路径")
    private static let caption = Phrase("Spans of the trace", "链路中的跨度")

    package func write(to html: inout HTML) {
        html.element("div", .class("waterfall"), .role("table"), .label(Self.caption)) { html in
            html.element("div", .class("waterfall-row waterfall-head"), .role("row")) { html in
                head(Phrase("Span", "跨度"), to: &html)
                html.element("span", .class("waterfall-scale"), .role("columnheader"), .label(.time)) {
                    html in
                    for tick in 0...4 {
                        let milliseconds = totalMilliseconds * Double(tick) / 4
                        html.element("span", text: html.context.formats.duration(milliseconds: milliseconds))
                    }
                }
                head(Phrase("Duration", "耗时"), to: &html)
            }
            for row in rows { write(row, to: &html) }
        }
        html.element("p", .class("legend")) { html in
            key("critical", Self.critical, to: &html)
            key("failed", .failed, to: &html)
            key("missing", Self.missing, to: &html)
        }
    }

    private func head(_ title: Phrase, to html: inout HTML) {
        html.element("span", .role("columnheader"), text: title)
    }

    private func key(_ kind: String, _ title: Phrase, to html: inout HTML) {
        html.element("span", .class("key")) { html in
            html.element("span", .class("key-mark key-\(kind)"), .hidden) { _ in }
            html.text(title)
        }
    }

    private func write(_ row: Row, _ summary: Phrase, to html: inout HTML) {
        html.element("div", .class("waterfall-row waterfall-more"), .role("row")) { html in
            let depth = min(max(row.depth, 0), Self.deepestIndent)
            html.element("span", .class("waterfall-name depth-\(depth)"), .role("rowheader")) { html in
                if let address = row.address {
                    html.element("a", .href(address), text: summary)
                } else {
                    html.element("span", text: summary)
                }
            }
        }
    }

    private func write(_ row: Row, to html: inout HTML) {
        if let summary = row.summary { return write(row, summary, to: &html) }
        let kinds = [
            row.isMissing ? " span-missing" : "", row.isFailed ? " span-failed" : "",
            row.isCritical && row.critical.isEmpty ? " span-critical" : "",
            row.isChosen ? " span-chosen" : "",
        ].joined()
        html.element("div", .class("waterfall-row\(kinds)"), .role("row")) { html in
            let depth = min(max(row.depth, 0), Self.deepestIndent)
            html.element("span", .class("waterfall-name depth-\(depth)"), .role("rowheader")) { html in
                if row.isFailed { html.add(StatusPill(.failed, look: .shape)) }
                if !row.service.isEmpty {
                    html.element("span", .class("waterfall-service"), text: row.service)
                }
                if let address = row.address {
                    html.element(
                        "a", .href(address), .shown("title", row.name),
                        .init("aria-current", row.isChosen ? "true" : nil), text: row.name)
                } else {
                    html.element("span", .shown("title", row.name), text: row.name)
                }
                if row.isCritical { html.element("span", .class("visually-hidden"), text: Self.critical) }
            }
            html.element("span", .class("waterfall-track"), .role("cell")) { html in writeBar(row, to: &html)
            }
            html.element("span", .class("waterfall-time"), .role("cell")) { html in
                if row.isMissing {
                    html.text(Phrase("missing", "缺失"))
                } else {
                    html.text(html.context.formats.duration(milliseconds: row.durationMilliseconds))
                }
            }
        }
    }

    private func writeBar(_ row: Row, to html: inout HTML) {
        let total = max(totalMilliseconds, .leastNonzeroMagnitude)
        let start = row.isMissing ? 0 : min(max(row.startMilliseconds / total, 0), 1) * 100
        let share = row.isMissing ? 1 : min(max(row.durationMilliseconds / total, 0), 1)
        let width = max(min(share * 100, 100 - start), Self.thinnestPercent)
        html.element("svg", .class("waterfall-bar"), .hidden) { html in
            rect("bar-span", min(start, 100 - width), width, to: &html)
            for stretch in row.critical.prefix(Self.mostStretches) {
                let from = min(max(stretch.lowerBound / total, 0), 1) * 100
                let to = min(max(stretch.upperBound / total, 0), 1) * 100
                if to > from { rect("bar-critical", from, max(to - from, Self.thinnestStretch), to: &html) }
            }
        }
    }

    /// A span that is waited for more often is drawn with the first of them: the others would be too thin to see.
    private static let mostStretches = 12
    private static let thinnestStretch = 0.15

    private func rect(_ name: String, _ x: Double, _ width: Double, to html: inout HTML) {
        html.element(
            "rect", .class(name), .init("x", Decimal.text(x, places: 2) + "%"), .init("y", "1"),
            .init("width", Decimal.text(width, places: 2) + "%"), .init("height", "10"), .init("rx", "2")
        ) { _ in }
    }
}
