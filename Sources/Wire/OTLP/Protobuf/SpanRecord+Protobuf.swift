extension SpanRecord {
    static let schema = OTLPMessage.traces
    static var names: (groups: String, scopes: String, records: String) {
        ("resourceSpans", "scopeSpans", "spans")
    }

    static func read(
        _ reader: ProtobufReader, _ tally: inout OTLPTally
    ) throws(ProtobufFault) -> SpanRecord? {
        let view = try SpanView(reader)
        guard view.traceID.isValid, view.spanID.isValid else {
            tally.reject(.missingID, at: reader.at - 1)
            return nil
        }
        var span = SpanRecord(
            traceID: view.traceID, spanID: view.spanID,
            parentSpanID: view.parentSpanID.isValid ? view.parentSpanID : nil, name: tally.text(view.name),
            kind: view.kind, start: view.start, end: view.end,
            attributes: try Attributes(view.attributes, &tally))
        span.traceState = tally.text(view.traceState)
        span.flags = view.flags
        span.droppedAttributes = view.droppedAttributes
        if view.events.count > 0 { span.events = try Event.list(view.events, &tally) }
        span.droppedEvents = view.droppedEvents
        if view.links.count > 0 { span.links = try Link.list(view.links, &tally) }
        span.droppedLinks = view.droppedLinks
        span.status = Status(view.statusCode, message: tally.text(view.statusMessage))
        return span
    }
}

extension SpanRecord: OTLPRecord, ProtobufMessage {
    func write(to sink: inout some ProtobufSink) {
        sink.id(1, traceID)
        sink.id(2, spanID)
        sink.text(3, traceState)
        sink.id(4, parentSpanID)
        sink.text(5, name)
        sink.int32(6, kind.rawValue)
        sink.time(7, start)
        sink.time(8, end)
        attributes.write(9, to: &sink)
        sink.uint32(10, droppedAttributes)
        for event in events { sink.message(11, event) }
        sink.uint32(12, droppedEvents)
        for link in links { sink.message(13, link) }
        sink.uint32(14, droppedLinks)
        if status != Status() {
            sink.message(15) { sink in
                sink.text(2, status.message)
                sink.int32(3, status.code.rawValue)
            }
        }
        sink.fixed32(16, flags)
    }
}

extension SpanRecord.Event: ProtobufMessage {
    fileprivate static func list(
        _ views: RepeatedView<EventView>, _ tally: inout OTLPTally
    ) throws(ProtobufFault) -> [Self] {
        var views = views
        try tally.countElements(views.count, at: views.place)
        var events: [Self] = []
        events.reserveCapacity(views.count)
        while let view = try views.next() {
            events.append(
                Self(
                    time: view.time, name: tally.text(view.name),
                    attributes: try Attributes(view.attributes, &tally),
                    droppedAttributes: view.droppedAttributes))
        }
        return events
    }

    func write(to sink: inout some ProtobufSink) {
        sink.time(1, time)
        sink.text(2, name)
        attributes.write(3, to: &sink)
        sink.uint32(4, droppedAttributes)
    }
}

extension SpanRecord.Link: ProtobufMessage {
    fileprivate static func list(
        _ views: RepeatedView<LinkView>, _ tally: inout OTLPTally
    ) throws(ProtobufFault) -> [Self] {
        var views = views
        try tally.countElements(views.count, at: views.place)
        var links: [Self] = []
        links.reserveCapacity(views.count)
        while let view = try views.next() {
            var link = Self(traceID: view.traceID, spanID: view.spanID)
            link.traceState = tally.text(view.traceState)
            link.attributes = try Attributes(view.attributes, &tally)
            link.droppedAttributes = view.droppedAttributes
            link.flags = view.flags
            links.append(link)
        }
        return links
    }

    func write(to sink: inout some ProtobufSink) {
        sink.id(1, traceID)
        sink.id(2, spanID)
        sink.text(3, traceState)
        attributes.write(4, to: &sink)
        sink.uint32(5, droppedAttributes)
        sink.fixed32(6, flags)
    }
}
