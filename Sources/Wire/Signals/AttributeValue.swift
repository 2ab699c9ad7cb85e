/// What an attribute or the body of a log record may hold (`AnyValue` of OTLP).
public enum AttributeValue: Sendable, Hashable {
    /// Nothing was set, which OTLP keeps apart from empty text.
    case empty
    case string(String)
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case bytes([UInt8])
    case array([AttributeValue])
    case map(Attributes)
}

extension AttributeValue {
    public var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    public var intValue: Int64? {
        if case .int(let value) = self { value } else { nil }
    }

    /// The value as people read it: text as it is, everything else as JSON writes it, bytes in base 64.
    public var text: String {
        if case .string(let value) = self { return value }
        if case .empty = self { return "" }
        if case .bytes(let value) = self { return Base64.encode(value) }
        return String(decoding: JSON.write(plainJSON), as: UTF8.self)
    }

    /// The value as plain JSON for people and programs: bytes become base 64 text, so not every value comes back.
    public var plainJSON: JSONValue {
        switch self {
        case .empty: .null
        case .string(let value): .string(value)
        case .bool(let value): .bool(value)
        case .int(let value): .integer(value)
        case .double(let value): .number(value)
        case .bytes(let value): .string(Base64.encode(value))
        case .array(let values): .array(values.map(\.plainJSON))
        case .map(let attributes): attributes.plainJSON
        }
    }

    /// Takes a JSON value as it is; null becomes `empty`. What lies deeper than OTLP may go becomes JSON text.
    public init(plainJSON value: JSONValue) { self.init(plainJSON: value, depth: 0) }

    private init(plainJSON value: JSONValue, depth: Int) {
        switch value {
        case .null: self = .empty
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .int(value)
        case .number(let value): self = .double(value)
        case .string(let value): self = .string(value)
        case .array where depth >= OTLP.deepestValue, .object where depth >= OTLP.deepestValue:
            self = .string(String(decoding: JSON.write(value), as: UTF8.self))
        case .array(let values):
            self = .array(values.map { AttributeValue(plainJSON: $0, depth: depth + 1) })
        case .object(let members):
            self = .map(
                Attributes(
                    members.map { Attribute($0.name, AttributeValue(plainJSON: $0.value, depth: depth + 1)) })
            )
        }
    }
}

extension AttributeValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: AttributeValue...) { self = .array(elements) }
}

extension AttributeValue: Codable {
    /// Coded as OTLP/JSON has it, `{"stringValue": "x"}`, since plain JSON cannot tell bytes from text.
    public init(from decoder: any Decoder) throws {
        let json = try decoder.singleValueContainer().decode(JSONValue.self)
        do throws(OTLPError) {
            self = try AttributeValue(json: OTLPObject(json), depth: 0)
        } catch {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: error.description))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(json)
    }
}
