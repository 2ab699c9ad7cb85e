/// One attribute in place (`KeyValue`).
public struct AttributeView: ProtobufView {
    public private(set) var name = TextView()
    public private(set) var value = ValueView.empty

    @inline(__always)
    public init(_ reader: ProtobufReader) throws(ProtobufFault) {
        var reader = reader
        while try reader.next() {
            switch reader.number {
            case 1: name = try reader.text()
            case 2: value = try ValueView(try reader.message())
            default: try reader.skip()
            }
        }
    }
}

/// The value of an attribute in place (`AnyValue`).
public enum ValueView: ProtobufView {
    case empty
    case string(TextView)
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case bytes(TextView)
    case array(RepeatedView<ValueView>)
    case map(RepeatedView<AttributeView>)

    /// Of several fields the last counts, as with any `oneof`.
    @inline(__always)
    public init(_ reader: ProtobufReader) throws(ProtobufFault) {
        var reader = reader
        self = .empty
        while try reader.next() {
            switch reader.number {
            case 1: self = .string(try reader.text())
            case 2: self = .bool(try reader.bool())
            case 3: self = .int(Int64(bitPattern: try reader.varint()))
            case 4: self = .double(try reader.double())
            case 5: self = .array(try RepeatedView(number: 1, in: try reader.message()))
            case 6: self = .map(try RepeatedView(number: 1, in: try reader.message()))
            case 7: self = .bytes(try reader.text())
            default: try reader.skip()
            }
        }
    }
}

/// The sender of signals in place (`Resource`).
public struct ResourceView: ProtobufView {
    public private(set) var attributes = RepeatedView<AttributeView>(number: 1)
    public private(set) var droppedAttributes: UInt32 = 0

    init() {}

    public init(_ reader: ProtobufReader) throws(ProtobufFault) {
        var reader = reader
        while try reader.next() {
            switch reader.number {
            case 1: try attributes.add(&reader)
            case 2: droppedAttributes = try reader.uint32()
            default: try reader.skip()
            }
        }
    }
}

/// The library that made signals, in place (`InstrumentationScope`).
public struct ScopeView: ProtobufView {
    public private(set) var name = TextView()
    public private(set) var version = TextView()
    public private(set) var attributes = RepeatedView<AttributeView>(number: 3)
    public private(set) var droppedAttributes: UInt32 = 0

    init() {}

    public init(_ reader: ProtobufReader) throws(ProtobufFault) {
        var reader = reader
        while try reader.next() {
            switch reader.number {
            case 1: name = try reader.text()
            case 2: version = try reader.text()
            case 3: try attributes.add(&reader)
            case 4: droppedAttributes = try reader.uint32()
            default: try reader.skip()
            }
        }
    }
}
