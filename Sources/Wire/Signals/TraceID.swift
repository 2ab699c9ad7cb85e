/// Names a trace: all spans of one request, wherever they ran. 16 bytes, written as 32 hexadecimal digits.
public struct TraceID: Sendable, Hashable, Comparable, LosslessStringConvertible {
    public var high: UInt64
    public var low: UInt64

    public init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    /// Reads 32 hexadecimal digits; nil for anything else. All zeros can be read and are not valid.
    public init?(_ text: String) {
        let utf8 = text.utf8
        guard utf8.count == 32, let high = Hex.read(utf8.prefix(16)), let low = Hex.read(utf8.suffix(16))
        else {
            return nil
        }
        self.init(high: high, low: low)
    }

    /// False for all zeros, which stands for "none" on the wire.
    public var isValid: Bool { high | low != 0 }
    public var description: String { Hex.write(high, low) }

    public static func < (a: TraceID, b: TraceID) -> Bool {
        a.high == b.high ? a.low < b.low : a.high < b.high
    }

    public static func random(from next: () -> UInt64) -> TraceID {
        let id = TraceID(high: next(), low: next())
        return id.isValid ? id : TraceID(high: 0, low: 1)
    }
}

/// Names a span within its trace. 8 bytes, written as 16 hexadecimal digits.
public struct SpanID: Sendable, Hashable, Comparable, LosslessStringConvertible {
    public var value: UInt64

    public init(_ value: UInt64) { self.value = value }

    /// Reads 16 hexadecimal digits; nil for anything else. All zeros can be read and are not valid.
    public init?(_ text: String) {
        guard text.utf8.count == 16, let value = Hex.read(text.utf8) else { return nil }
        self.init(value)
    }

    public var isValid: Bool { value != 0 }
    public var description: String { Hex.write(value) }

    public static func < (a: SpanID, b: SpanID) -> Bool { a.value < b.value }

    public static func random(from next: () -> UInt64) -> SpanID {
        let value = next()
        return SpanID(value == 0 ? 1 : value)
    }
}

extension TraceID: Codable {
    public init(from decoder: any Decoder) throws { self = try decodeText(from: decoder, "32 hex digits") }
    public func encode(to encoder: any Encoder) throws { try encodeText(description, to: encoder) }
}

extension SpanID: Codable {
    public init(from decoder: any Decoder) throws { self = try decodeText(from: decoder, "16 hex digits") }
    public func encode(to encoder: any Encoder) throws { try encodeText(description, to: encoder) }
}

private func decodeText<Value: LosslessStringConvertible>(
    from decoder: any Decoder, _ form: String
) throws -> Value {
    let container = try decoder.singleValueContainer()
    guard let value = Value(try container.decode(String.self)) else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "must be \(form)")
    }
    return value
}

private func encodeText(_ text: String, to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
}
