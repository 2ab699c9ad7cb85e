import GantryBase
import Model
import Telemetry
import Wire

/// All that is known of one span of a trace.
struct SpanDetails: Component {
    private let tree: TraceTree
    private let node: TraceTree.Node

    init(_ tree: TraceTree, _ index: Int) { (self.tree, self.node) = (tree, tree.nodes[index]) }

    /// Of each list; a span with more is a log in disguise.
    private static let shown = 60
    private static let valueScalars = 1000
    /// Of a stack trace.
    private static let longScalars = 4000

    func write(to html: inout HTML) {
        guard let entry = node.span else {
            return html.add(
                Card(Phrase("Span", "跨度")) { html in
                    html.element("p", .class("card-note"), text: Phrase("Nothing is known of it.", "没有它的数据。"))
                })
        }
        let span = entry.record
        html.add(
            Card(.verbatim(LogLine.cut(span.name, 120)), note: .verbatim(entry.source.service.path)) { html in
                html.element("div", .class("stack")) { html in
                    html.add(facts(entry))
                    writeAttributes(entry, to: &html)
                    writeEvents(span, to: &html)
                    writeLinks(span, to: &html)
                }
            })
    }

    private func facts(_ entry: SpanEntry) -> KeyValues {
        let span = entry.record
        let kinds: [SpanRecord.Kind: Phrase] = [
            .internal: Phrase("Internal", "内部"), .server: Phrase("Server", "服务端"),
            .client: Phrase("Client", "客户端"),
            .producer: Phrase("Producer", "生产者"), .consumer: Phrase("Consumer", "消费者"),
        ]
        var facts: [(name: Phrase, value: Slot)] = [
            (.duration, { $0.text($0.context.formats.duration(milliseconds: node.milliseconds)) }),
            (
                Phrase("After", "起始偏移"),
                { $0.text($0.context.formats.duration(milliseconds: Double(node.offsetNanoseconds) / 1e6)) }
            ),
            (
                Phrase("Waited for it", "关键路径占用"),
                { $0.text($0.context.formats.duration(milliseconds: Double(node.criticalNanoseconds) / 1e6)) }
            ),
            (
                Phrase("State", "状态"),
                { html in
                    html.add(StatusPill(span.status.code == .error ? .failed : .ready, look: .plain))
                    if !span.status.message.isEmpty {
                        html.element("p", text: LogLine.cut(span.status.message, Self.valueScalars))
                    }
                }
            ),
            (Phrase("Kind", "类型"), { $0.text(kinds[span.kind] ?? .verbatim("–")) }),
            (
                .instance,
                { html in
                    html.element(
                        "a", .href(SignalAddress.instance(entry.source.instance)),
                        text: entry.source.instance.id)
                    html.text(" · \(entry.source.environment) · \(entry.source.region)")
                }
            ), (Phrase("Span ID", "跨度 ID"), { $0.add(CopyText(span.spanID.description)) }),
        ]
        if node.shiftNanoseconds != 0 {
            facts.append(
                (
                    Phrase("Clock", "时钟"),
                    { html in
                        let size = html.context.formats.duration(
                            milliseconds: Double(abs(node.shiftNanoseconds)) / 1e6)
                        html.text(
                            node.shiftNanoseconds > 0
                                ? Phrase("its machine's is \(size) behind; moved", "其机器时钟慢 \(size)，已校正")
                                : Phrase("its machine's is \(size) ahead; moved", "其机器时钟快 \(size)，已校正"))
                    }
                ))
        }
        return KeyValues(facts)
    }

    private func writeAttributes(_ entry: SpanEntry, to html: inout HTML) {
        let span = entry.record
        guard !span.attributes.isEmpty else { return }
        html.element("section") { html in
            html.add(Heading(Phrase("Attributes", "属性"), level: .part))
            html.element("dl", .class("record-fields")) { html in
                for attribute in span.attributes.prefix(Self.shown) {
                    html.element("div") { html in
                        html.element("dt", text: attribute.name)
                        html.element("dd") { html in
                            html.element(
                                "span", text: LogLine.cut(attribute.value.text, Self.valueScalars))
                            writeLike(attribute, entry, to: &html)
                        }
                    }
                }
            }
            writeRest(span.attributes.count, span.droppedAttributes, to: &html)
        }
    }

    /// A way to other spans with the same value.
    private func writeLike(_ attribute: Wire.Attribute, _ entry: SpanEntry, to html: inout HTML) {
        let text = attribute.value.text
        guard !text.isEmpty, text.utf8.count <= 200, SearchTerms.isTypable(text) else { return }
        let term: String
        switch attribute.value {
        case .string: term = SearchTerms.term(attribute.name, text)
        case .bool, .int, .double: term = SearchTerms.bareTerm(attribute.name, text)
        case .empty, .bytes, .array, .map: return
        }
        let name = Phrase("Spans with this value", "具有此值的跨度")
        html.element(
            "a", .class("icon-button"),
            .href(SpanQuestion(query: term, service: entry.source.service.path).address),
            .shown("aria-label", "\(name[html.context.language]): \(attribute.name)"), .init("title", name)
        ) { $0.add(Icon.search) }
    }

    private func writeRest(_ count: Int, _ dropped: UInt32, to html: inout HTML) {
        let rest = max(0, count - Self.shown) + Int(dropped)
        guard rest > 0 else { return }
        html.element(
            "p", .class("card-note"), text: .count(rest, "more is not shown", "more are not shown", "项未显示"))
    }

    private func writeEvents(_ span: SpanRecord, to html: inout HTML) {
        guard !span.events.isEmpty else { return }
        html.element("section") { html in
            html.add(Heading(Phrase("Events", "事件"), level: .part))
            html.element("ol", .class("span-events")) { html in
                for event in span.events.prefix(Self.shown) { write(event, span, to: &html) }
            }
            writeRest(span.events.count, span.droppedEvents, to: &html)
        }
    }

    private func write(_ event: SpanRecord.Event, _ span: SpanRecord, to html: inout HTML) {
        let after = Double(
            event.time.nanoseconds.subtractingReportingOverflow(span.start.nanoseconds).partialValue)
        html.element("li") { html in
            html.element("p") { html in
                html.element("strong", text: LogLine.cut(event.name, 200))
                html.element(
                    "span", .class("card-note"),
                    text: " +" + html.context.formats.duration(milliseconds: max(after, 0) / 1e6))
            }
            let stack = event.attributes.string("exception.stacktrace")
            html.element("dl", .class("record-fields")) { html in
                for attribute in event.attributes.prefix(Self.shown)
                where attribute.name != "exception.stacktrace" {
                    html.element("div") { html in
                        html.element("dt", text: attribute.name)
                        html.element("dd", text: LogLine.cut(attribute.value.text, Self.valueScalars))
                    }
                }
            }
            if let stack { html.add(CodeBlock(LogLine.cut(stack, Self.longScalars))) }
        }
    }

    private func writeLinks(_ span: SpanRecord, to html: inout HTML) {
        guard !span.links.isEmpty else { return }
        html.element("section") { html in
            html.add(Heading(Phrase("Links to other traces", "关联的链路"), level: .part))
            html.element("ul", .class("span-links")) { html in
                for link in span.links.prefix(Self.shown) {
                    html.element("li") { html in
                        html.element(
                            "a", .href(TraceAddress.trace(link.traceID, span: link.spanID)),
                            text: "\(link.traceID)")
                    }
                }
            }
            writeRest(span.links.count, span.droppedLinks, to: &html)
        }
    }
}
