import GantryBase
import Model
import Telemetry
import Wire

/// `/search/lines/CURSOR`: one line with all that is known of it; the part of it is what a line of the list opens to.
package struct LogLinePage: SignalPage {
    package var line: LogLine
    /// The search that a filter is added to.
    package var question: LogQuestion

    package init(_ line: LogLine, question: LogQuestion = LogQuestion()) {
        (self.line, self.question) = (line, question)
    }

    /// Of the text and of one value; a record may be a mebibyte, and a browser gets slow long before.
    static let shownScalars = 100_000
    private static let valueScalars = 2000
    /// Longer values are no use as a filter.
    private static let filterScalars = 200
    /// Before and after a line, for looking at what happened around it.
    private static let around = Period.seconds(30)

    package var title: Phrase { Phrase("Log line", "日志行") }
    package var place: String { LogQuestion.place }
    package var crumbs: [PageShell.Crumb] {
        [.init(Phrase("Logs", "日志"), question.address), .init(title)]
    }

    package func write(to html: inout HTML) {
        let formats = html.context.formats
        html.add(
            Heading(
                title,
                note: .verbatim(
                    "\(line.entry.source.service) · \(formats.dateTime(line.entry.record.time))")))
        html.add(Card { html in writePart(to: &html) })
    }

    /// What stands below the line when it is opened.
    package func part(_ context: PageContext) -> HTML {
        var html = HTML(context)
        writePart(to: &html)
        return html
    }

    private func writePart(to html: inout HTML) {
        html.element("div", .class("record-part")) { html in
            html.element("div", .class("actions"), content: writeActions)
            html.add(CodeBlock(LogLine.cut(line.text, Self.shownScalars)))
            html.element("dl", .class("record-fields")) { html in
                for field in fields(html.context.formats) { write(field, to: &html) }
            }
        }
    }

    private func writeActions(to html: inout HTML) {
        let record = line.entry.record
        if let trace = record.traceID {
            html.add(
                LinkButton(
                    Phrase("Open trace", "查看链路"), to: TraceAddress.trace(trace), kind: .primary, size: .small,
                    icon: .trace))
        }
        let instance = line.entry.source.instance
        let around = LogQuestion(
            query: SearchTerms.term("instance", instance.id), service: instance.workload.service.path,
            range: .fixed(TimeRange(from: record.time - Self.around, to: record.time + Self.around)))
        html.add(
            LinkButton(
                Phrase("Lines around it", "前后日志"), to: around.address, size: .small, icon: .logs))
        html.add(
            LinkButton(Phrase("Link to this line", "此行的链接"), to: line.address, kind: .quiet, size: .small))
    }

    private struct Shown {
        var name: String
        var value: String
        /// What a filter would say; nil where it would be no use.
        var term: ((_ isExcluded: Bool) -> String)?
        var address: String?
    }

    private func fields(_ formats: Formats) -> [Shown] {
        let record = line.entry.record
        let source = line.entry.source
        var list = [Shown(name: "time", value: record.time.description)]
        func add(_ name: String, _ value: String, to address: String? = nil) {
            if value.isEmpty { return }
            list.append(Shown(name: name, value: value, term: term(name, .string(value)), address: address))
        }
        add("level", record.severity.name.isEmpty ? record.severityText : record.severity.name)
        add("service", source.service.path, to: SignalAddress.service(source.service))
        add("environment", source.environment.text)
        add("region", source.region.text)
        add("instance", source.instance.id, to: SignalAddress.instance(source.instance))
        if let release = source.release { add("release", release.path) }
        if let trace = record.traceID { add("trace_id", trace.description, to: TraceAddress.trace(trace)) }
        if let span = record.spanID {
            add("span_id", span.description, to: record.traceID.map { TraceAddress.trace($0, span: span) })
        }
        add("event", record.eventName)
        var attributes = Array(record.attributes)
        if case .map(let members) = record.body {
            attributes += members.filter { !["message", "msg"].contains($0.name) }
        }
        for attribute in attributes {
            list.append(
                Shown(
                    name: attribute.name, value: attribute.value.text,
                    term: term(attribute.name, attribute.value)))
        }
        return list
    }

    private func term(_ name: String, _ value: AttributeValue) -> ((Bool) -> String)? {
        let text = value.text
        guard !name.isEmpty, !text.isEmpty, text.unicodeScalars.count <= Self.filterScalars,
            SearchTerms.isTypable(name + text)
        else { return nil }
        switch value {
        case .string: return { SearchTerms.term(name, text, isExcluded: $0) }
        case .bool, .int, .double: return { SearchTerms.bareTerm(name, text, isExcluded: $0) }
        case .empty, .bytes, .array, .map: return nil
        }
    }

    private func write(_ field: Shown, to html: inout HTML) {
        html.element("div") { html in
            html.element("dt", text: field.name)
            html.element("dd") { html in
                let text = LogLine.cut(field.value, Self.valueScalars)
                if let address = field.address {
                    html.element("a", .href(address), text: text)
                } else {
                    html.element("span", text: text)
                }
                if let term = field.term {
                    link(.filterFor, .plus, question.adding(term(false)), field, to: &html)
                    link(.exclude, .minus, question.adding(term(true)), field, to: &html)
                }
            }
        }
    }

    private func link(_ label: Phrase, _ icon: Icon, _ to: LogQuestion, _ field: Shown, to html: inout HTML) {
        let name = "\(label[html.context.language]): \(field.name)"
        html.element(
            "a", .class("icon-button"), .href(to.address), .shown("aria-label", name), .init("title", label)
        ) { $0.add(icon) }
    }
}
