package import GantryBase

/// Lines of a log with time and level; may wrap, and follows its end while lines arrive.
package struct LogViewer: Component {
    package enum Level: String, Sendable, CaseIterable {
        case debug, info, warning, error

        /// What stands in the line; the same in every language, as in the log itself.
        package var letters: String {
            switch self {
            case .debug: "DEBUG"
            case .info: "INFO"
            case .warning: "WARN"
            case .error: "ERROR"
            }
        }
    }
    package struct Line: Sendable {
        package var time: Timestamp?
        package var level: Level?
        package var text: String
        /// Parts of the text to highlight, as offsets into its UTF-8; sorted and apart.
        package var marks: [Range<Int>]
        package var address: String?

        package init(
            _ text: String, time: Timestamp? = nil, level: Level? = nil, marks: [Range<Int>] = [],
            address: String? = nil
        ) {
            (self.text, self.time, self.level) = (text, time, level)
            (self.marks, self.address) = (marks, address)
        }
    }
    package var title: Phrase
    package var lines: [Line]
    /// Where further lines come from, as events `append`; nil for a log that has ended.
    package var streamAddress: String?
    /// How many earlier lines are not shown.
    package var omitted: Int

    package init(_ title: Phrase, lines: [Line], streamAddress: String? = nil, omitted: Int = 0) {
        (self.title, self.lines, self.streamAddress) = (title, lines, streamAddress)
        self.omitted = omitted
    }

    package func write(to html: inout HTML) {
        html.element("section", .class("log"), .label(title), .flag("data-log")) { html in
            html.element("div", .class("log-bar")) { html in
                html.element("h3", .class("log-title"), text: title)
                if streamAddress != nil {
                    html.element("span", .class("live-mark")) { html in html.text(.live) }
                }
                html.element("div", .class("actions")) { html in
                    toggle("log-wrap", Phrase("Wrap", "自动换行"), isOn: false, to: &html)
                    if streamAddress != nil {
                        toggle("log-follow", Phrase("Follow", "跟随"), isOn: true, to: &html)
                    }
                }
            }
            html.element(
                "div", .class("log-scroll"), .role("log"), .label(title), .init("tabindex", "0"),
                .init("aria-live", "off")
            ) { html in
                if omitted > 0 {
                    html.element(
                        "p", .class("log-omitted"),
                        text: .count(
                            omitted, "earlier line is not shown", "earlier lines are not shown", "行较早的日志未显示"))
                }
                html.element(
                    "ol", .class("log-lines"), .init("data-stream", streamAddress.map(SafeAddress.text))
                ) { html in
                    for line in lines { html.add(line) }
                }
            }
        }
    }

    private func toggle(_ name: String, _ title: Phrase, isOn: Bool, to html: inout HTML) {
        html.element("label", .class("toggle")) { html in
            html.void("input", .init("type", "checkbox"), .class(name), .flag("checked", isOn))
            html.element("span", text: title)
        }
    }
}

extension LogViewer.Line: Component {
    /// Writes the line alone, as a stream sends it.
    package func write(to html: inout HTML) {
        html.element("li", .class(level.map { "log-line level-\($0.rawValue)" } ?? "log-line")) { html in
            if let time { html.add(TimeText(time, .clock)) }
            if let level { html.element("span", .class("log-level"), text: level.letters) }
            html.element("span", .class("log-text")) { html in
                if let address {
                    html.element("a", .href(address), content: writeText)
                } else {
                    writeText(to: &html)
                }
            }
        }
    }

    private func writeText(to html: inout HTML) { html.add(MarkedText(text, marks)) }
}
