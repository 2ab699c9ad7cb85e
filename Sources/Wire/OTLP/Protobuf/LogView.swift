public import GantryBase

/// A log record in place: scalars are read, attributes are walked when they are asked for.
public struct LogView: ProtobufView {
    public private(set) var time = Timestamp.epoch
    public private(set) var observedTime = Timestamp.epoch
    public private(set) var severity = Severity.unspecified
    public private(set) var severityText = TextView()
    public private(set) var eventName = TextView()
    public private(set) var body = ValueView.empty
    public private(set) var attributes = RepeatedView<AttributeView>(number: 6)
    public private(set) var droppedAttributes: UInt32 = 0
    public private(set) var flags: UInt32 = 0
    /// Not valid when the record belongs to no trace.
    public private(set) var traceID = TraceID(high: 0, low: 0)
    public private(set) var spanID = SpanID(0)

    @inline(__always)
    public init(_ reader: ProtobufReader) throws(ProtobufFault) {
        var reader = reader
        while try reader.next() {
            switch reader.number {
            case 1: time = try reader.time()
            case 2: severity = Severity(rawValue: try reader.int32())
            case 3: severityText = try reader.text()
            case 5: body = try ValueView(try reader.message())
            case 6: try attributes.add(&reader)
            case 7: droppedAttributes = try reader.uint32()
            case 8: flags = try reader.fixed32()
            case 9: traceID = try reader.traceID()
            case 10: spanID = try reader.spanID()
            case 11: observedTime = try reader.time()
            case 12: eventName = try reader.text()
            default: try reader.skip()
            }
        }
    }
}
