extension LogRecord {
    static let schema = OTLPMessage.logs
    static var names: (groups: String, scopes: String, records: String) {
        ("resourceLogs", "scopeLogs", "logRecords")
    }

    static func read(
        _ reader: ProtobufReader, _ tally: inout OTLPTally
    ) throws(ProtobufFault) -> LogRecord? {
        try LogRecord(try LogView(reader), &tally)
    }

    private init(_ view: LogView, _ tally: inout OTLPTally) throws(ProtobufFault) {
        self.init(
            time: view.time, observedTime: view.observedTime, severity: view.severity,
            severityText: tally.text(view.severityText), eventName: tally.text(view.eventName),
            body: try AttributeValue(view.body, &tally), attributes: try Attributes(view.attributes, &tally),
            droppedAttributes: view.droppedAttributes, flags: view.flags,
            traceID: view.traceID.isValid ? view.traceID : nil,
            spanID: view.spanID.isValid ? view.spanID : nil)
    }
}

extension LogRecord: OTLPRecord, ProtobufMessage {
    func write(to sink: inout some ProtobufSink) {
        sink.time(1, time)
        sink.int32(2, severity.rawValue)
        sink.text(3, severityText)
        if body != .empty { sink.message(5, body) }
        attributes.write(6, to: &sink)
        sink.uint32(7, droppedAttributes)
        sink.fixed32(8, flags)
        sink.id(9, traceID)
        sink.id(10, spanID)
        sink.time(11, observedTime)
        sink.text(12, eventName)
    }
}
