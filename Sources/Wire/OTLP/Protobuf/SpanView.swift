public import GantryBase

/// A span in place: scalars are read, lists are walked when they are asked for.
public struct SpanView: ProtobufView {
    /// Not valid when the sender left it out.
    public private(set) var traceID = TraceID(high: 0, low: 0)
    public private(set) var spanID = SpanID(0)
    /// Not valid for the root of a trace.
    public private(set) var parentSpanID = SpanID(0)
    public private(set) var traceState = TextView()
    public private(set) var name = TextView()
    public private(set) var kind = SpanRecord.Kind.unspecified
    public private(set) var flags: UInt32 = 0
    public private(set) var start = Timestamp.epoch
    public private(set) var end = Timestamp.epoch
    public private(set) var attributes = RepeatedView<AttributeView>(number: 9)
    public private(set) var droppedAttributes: UInt32 = 0
    public private(set) var events = RepeatedView<EventView>(number: 11)
    public private(set) var droppedEvents: UInt32 = 0
    public private(set) var links = RepeatedView<LinkView>(number: 13)
    public private(set) var droppedLinks: UInt32 = 0
    public private(set) var statusCode = SpanRecord.Status.Code.unset
    public private(set) var statusMessage = TextView()

    @inline(__always)
    public init(_ reader: ProtobufReader) throws(ProtobufFault) {
        var reader = reader
        while try reader.next() {
            switch reader.number {
            case 1: traceID = try reader.traceID()
            case 2: spanID = try reader.spanID()
            case 3: traceState = try reader.text()
            case 4: parentSpanID = try reader.spanID()
            case 5: name = try reader.text()
            case 6: kind = SpanRecord.Kind(rawValue: try reader.int32()) ?? .unspecified
            case 7: start = try reader.time()
            case 8: end = try reader.time()
            case 9: try attributes.add(&reader)
            case 10: droppedAttributes = try reader.uint32()
            case 11: try events.add(&reader)
            case 12: droppedEvents = try reader.uint32()
            case 13: try links.add(&reader)
            case 14: droppedLinks = try reader.uint32()
            case 15: try readStatus(try reader.message())
            case 16: flags = try reader.fixed32()
            default: try reader.skip()
            }
        }
    }

    @inline(__always)
    private mutating func readStatus(_ reader: ProtobufReader) throws(ProtobufFault) {
        var reader = reader
        while try reader.next() {
            switch reader.number {
            case 2: statusMessage = try reader.text()
            case 3: statusCode = SpanRecord.Status.Code(rawValue: try reader.int32()) ?? .unset
            default: try reader.skip()
            }
        }
    }
}

public struct EventView: ProtobufView {
    public private(set) var time = Timestamp.epoch
    public private(set) var name = TextView()
    public private(set) var attributes = RepeatedView<AttributeView>(number: 3)
    public private(set) var droppedAttributes: UInt32 = 0

    public init(_ reader: ProtobufReader) throws(ProtobufFault) {
        var reader = reader
        while try reader.next() {
            switch reader.number {
            case 1: time = try reader.time()
            case 2: name = try reader.text()
            case 3: try attributes.add(&reader)
            case 4: droppedAttributes = try reader.uint32()
            default: try reader.skip()
            }
        }
    }
}

public struct LinkView: ProtobufView {
    public private(set) var traceID = TraceID(high: 0, low: 0)
    public private(set) var spanID = SpanID(0)
    public private(set) var traceState = TextView()
    public private(set) var attributes = RepeatedView<AttributeView>(number: 4)
    public private(set) var droppedAttributes: UInt32 = 0
    public private(set) var flags: UInt32 = 0

    public init(_ reader: ProtobufReader) throws(ProtobufFault) {
        var reader = reader
        while try reader.next() {
            switch reader.number {
            case 1: traceID = try reader.traceID()
            case 2: spanID = try reader.spanID()
            case 3: traceState = try reader.text()
            case 4: try attributes.add(&reader)
            case 5: droppedAttributes = try reader.uint32()
            case 6: flags = try reader.fixed32()
            default: try reader.skip()
            }
        }
    }
}
