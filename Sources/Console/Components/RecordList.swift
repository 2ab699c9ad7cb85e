package import GantryBase

/// Log records, each a line that opens to all that is known of it.
///
/// What a line opens to is asked for when it is opened, so that a page of long records stays light; without a script
/// the line leads to a page of its own instead.
package struct RecordList: Component {
    package struct Record: Sendable {
        package var time: Timestamp
        package var level: LogViewer.Level?
        /// Who wrote it, as short as it is clear.
        package var source: String
        package var text: String
        package var marks: [Range<Int>]
        /// What else it says, in a few words behind the text.
        package var more: String
        /// The page of the record; with `part=1` and the fields of this page it answers with what the line opens to.
        package var address: String

        package init(
            time: Timestamp, level: LogViewer.Level?, source: String, text: String, marks: [Range<Int>] = [],
            more: String = "", address: String
        ) {
            (self.time, self.level, self.source, self.text) = (time, level, source, text)
            (self.marks, self.more, self.address) = (marks, more, address)
        }
    }
    package var title: Phrase
    package var note: Phrase?
    package var records: [Record]
    /// Where new records come from, put at the top as events `append`; nil where none are shown.
    package var streamAddress: String?
    /// Stands at the end of the bar.
    package var actions: Slot?

    package init(
        _ title: Phrase, note: Phrase? = nil, records: [Record], streamAddress: String? = nil,
        actions: Slot? = nil
    ) {
        (self.title, self.note, self.records) = (title, note, records)
        (self.streamAddress, self.actions) = (streamAddress, actions)
    }

    package func write(to html: inout HTML) {
        html.element("section", .class("log records"), .label(title), .flag("data-log")) { html in
            html.element("div", .class("log-bar")) { html in
                html.element("h2", .class("log-title"), text: title)
                if let note { html.element("p", .class("card-note"), text: note) }
                if streamAddress != nil { html.element("span", .class("live-mark"), text: .live) }
                html.element("div", .class("actions")) { html in
                    html.element("label", .class("toggle")) { html in
                        html.void("input", .init("type", "checkbox"), .class("log-wrap"))
                        html.element("span", text: Phrase("Wrap", "自动换行"))
                    }
                    if streamAddress != nil { writePause(to: &html) }
                    if let actions { actions(&html) }
                }
            }
            html.element(
                "ol", .class("record-lines"), .init("data-stream", streamAddress.map(SafeAddress.text)),
                .flag("data-newest-first", streamAddress != nil)
            ) { html in
                for record in records { html.add(record) }
            }
        }
    }

    /// Holds new records back while they are being read; the script says how many wait.
    private func writePause(to html: inout HTML) {
        let held = Phrase("{count} new", "{count} 条新日志")
        let resume = Phrase("Resume", "继续")
        html.element(
            "button", .init("type", "button"), .class("button button-secondary button-small"),
            .flag("data-pause"), .init("data-held", held), .init("data-resume", resume),
            .init("aria-pressed", "false")
        ) { $0.element("span", text: Phrase("Pause", "暂停")) }
    }
}

extension RecordList.Record: Component {
    /// Writes the line alone, as a stream sends it.
    package func write(to html: inout HTML) {
        html.element("li", .class(level.map { "record level-\($0.rawValue)" } ?? "record")) { html in
            html.element("details", .flag("data-opens")) { html in
                html.element("summary") { html in
                    writeTime(to: &html)
                    html.element("span", .class("log-level"), text: level?.letters ?? "")
                    html.element("span", .class("record-source"), .shown("title", source), text: source)
                    html.element("span", .class("log-text")) { html in
                        html.add(MarkedText(text, marks))
                        if !more.isEmpty { html.element("span", .class("record-more"), text: " " + more) }
                    }
                }
                html.element("div", .class("record-body")) { html in
                    html.element("a", .href(address), text: Phrase("All fields of this line", "此日志行的全部字段"))
                }
            }
        }
    }

    /// Today's lines say the time alone.
    private func writeTime(to html: inout HTML) {
        let formats = html.context.formats
        let exact = formats.dateTime(time)
        let isToday = exact.prefix(10) == formats.dateTime(html.context.now).prefix(10)
        let clock = formats.clock(time, milliseconds: true)
        html.element(
            "time", .init("datetime", time.description), .init("title", exact),
            text: isToday ? clock : exact.dropFirst(5).prefix(6) + clock)
    }
}
