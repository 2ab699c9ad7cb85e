/// A kind of record that OTLP carries, with its two codings.
protocol OTLPRecord: Sendable, Hashable, Codable {
    static var schema: OTLPMessage { get }
    /// What the lists are called in JSON.
    static var names: (groups: String, scopes: String, records: String) { get }

    /// Reads a record; nil when it is left out, which the tally then knows.
    static func read(_ reader: ProtobufReader, _ tally: inout OTLPTally) throws(ProtobufFault) -> Self?
    func write(to sink: inout some ProtobufSink)

    static func read(_ object: OTLPObject, _ tally: inout OTLPJSONTally) throws(OTLPError) -> Self?
    var json: JSONValue { get }
}

extension SignalBatch where Record: OTLPRecord {
    static func decoded(protobuf body: UnsafeRawBufferPointer) throws(OTLPError) -> OTLP.Decoded<Self> {
        guard let start = body.baseAddress else { return OTLP.Decoded(batch: Self()) }
        var tally = OTLPTally()
        do throws(ProtobufFault) {
            let batch = try Self(ProtobufReader(start, start + body.count), &tally)
            return OTLP.Decoded(
                batch: batch, repairedTexts: tally.repairedTexts, rejected: tally.rejected,
                firstRejection: tally.firstRejection.map { Record.schema.error($0, in: body) })
        } catch {
            throw Record.schema.error(error, in: body)
        }
    }

    private init(_ reader: ProtobufReader, _ tally: inout OTLPTally) throws(ProtobufFault) {
        var views = try RepeatedView<GroupView<ResourceView>>(number: 1, in: reader)
        try tally.countElements(views.count, at: reader.at)
        self.init()
        groups.reserveCapacity(views.count)
        while let view = try views.next() {
            var group = ResourceGroup(
                try SignalResource(view.head, &tally), schemaURL: tally.text(view.schemaURL), [])
            var scopes = try RepeatedView<GroupView<ScopeView>>(number: 2, in: view.reader)
            try tally.countElements(scopes.count, at: view.reader.at)
            group.scopes.reserveCapacity(scopes.count)
            while let scope = try scopes.next() {
                group.scopes.append(
                    ScopeGroup(
                        try SignalScope(scope.head, &tally), schemaURL: tally.text(scope.schemaURL),
                        try Self.records(scope.reader, &tally)))
            }
            groups.append(group)
        }
    }

    private static func records(
        _ reader: ProtobufReader, _ tally: inout OTLPTally
    ) throws(ProtobufFault) -> [Record] {
        var views = try RepeatedView<SubmessageView>(number: 2, in: reader)
        var records: [Record] = []
        records.reserveCapacity(min(views.count, OTLP.mostRecords))
        while let element = try views.nextReader() {
            try tally.countRecord(at: element.at - 1)
            if let record = try Record.read(element, &tally) { records.append(record) }
        }
        return records
    }

    func encoded(_ encoding: OTLP.Encoding) -> [UInt8] {
        switch encoding {
        case .protobuf: ProtobufWriter.encode(self)
        case .json: JSON.write(json)
        }
    }
}

/// A message whose fields are read by whoever walks it.
struct SubmessageView: ProtobufView {
    let reader: ProtobufReader
    init(_ reader: ProtobufReader) throws(ProtobufFault) { self.reader = reader }
}

extension SignalBatch: ProtobufMessage where Record: OTLPRecord {
    func write(to sink: inout some ProtobufSink) {
        for group in groups {
            sink.message(1) { sink in
                sink.message(1, group.resource)
                for scope in group.scopes {
                    sink.message(2) { sink in
                        sink.message(1, scope.scope)
                        for record in scope.records { sink.message(2) { record.write(to: &$0) } }
                        sink.text(3, scope.schemaURL)
                    }
                }
                sink.text(3, group.schemaURL)
            }
        }
    }
}
