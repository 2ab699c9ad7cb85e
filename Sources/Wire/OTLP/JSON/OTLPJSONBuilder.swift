import GantryBase

/// Builds an OTLP/JSON object: what has its default value is not written, 64-bit integers are text.
struct OTLPJSONBuilder {
    private var members: [JSONValue.Member] = []

    static func object(_ build: (inout OTLPJSONBuilder) -> Void) -> JSONValue {
        var builder = OTLPJSONBuilder()
        build(&builder)
        return .object(builder.members)
    }

    mutating func value(_ name: String, _ value: JSONValue) { members.append(.init(name, value)) }

    mutating func text(_ name: String, _ text: String) {
        if !text.isEmpty { value(name, .string(text)) }
    }

    mutating func id(_ name: String, _ id: TraceID?) {
        if let id, id.isValid { value(name, .string(id.description)) }
    }

    mutating func id(_ name: String, _ id: SpanID?) {
        if let id, id.isValid { value(name, .string(id.description)) }
    }

    mutating func time(_ name: String, _ time: Timestamp) {
        uint64(name, UInt64(clamping: time.nanoseconds))
    }

    mutating func uint64(_ name: String, _ number: UInt64) {
        if number != 0 { value(name, .string(String(number))) }
    }

    mutating func int32(_ name: String, _ number: Int32) {
        if number != 0 { value(name, .integer(Int64(number))) }
    }

    mutating func uint32(_ name: String, _ number: UInt32) {
        if number != 0 { value(name, .integer(Int64(number))) }
    }

    mutating func bool(_ name: String, _ flag: Bool) {
        if flag { value(name, .bool(true)) }
    }

    mutating func double(_ name: String, _ number: Double?) {
        if let number { value(name, Self.number(number)) }
    }

    mutating func list(_ name: String, _ values: [JSONValue]) {
        if !values.isEmpty { value(name, .array(values)) }
    }

    /// JSON has no word for what is no finite number; the protobuf mapping writes text.
    static func number(_ number: Double) -> JSONValue {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number > 0 ? "Infinity" : "-Infinity" }
        return .number(number)
    }
}
