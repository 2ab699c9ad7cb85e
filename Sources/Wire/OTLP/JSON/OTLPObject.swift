import GantryBase

/// The members of an OTLP/JSON object, read by name in the types that the protobuf JSON mapping gives them: 64-bit
/// integers as text or numbers, ids in hex, null as if it were not there, unknown members never looked at.
struct OTLPObject {
    private let members: [JSONValue.Member]

    /// Takes an object; null stands for an empty one.
    init(_ value: JSONValue) throws(OTLPError) {
        switch value {
        case .object(let members): self.members = members
        case .null: members = []
        default: throw OTLPError(.wrongType, message: "must be an object, is \(value.kind)")
        }
    }

    subscript(name: String) -> JSONValue? {
        guard let member = members.first(where: { $0.name == name }), !member.value.isNull else {
            return .none
        }
        return member.value
    }

    func text(_ name: String) throws(OTLPError) -> String {
        guard let value = self[name] else { return "" }
        guard case .string(let text) = value else { throw Self.mismatch(name, "text", value) }
        return text
    }

    func bool(_ name: String) throws(OTLPError) -> Bool {
        guard let value = self[name] else { return false }
        guard case .bool(let flag) = value else { throw Self.mismatch(name, "a boolean", value) }
        return flag
    }

    func integer<I: FixedWidthInteger>(_ name: String, _: I.Type = I.self) throws(OTLPError) -> I {
        guard let value = self[name] else { return 0 }
        return try Self.integer(value, name)
    }

    func integers<I: FixedWidthInteger>(_ name: String) throws(OTLPError) -> [I] {
        try list(name) { (value) throws(OTLPError) in try Self.integer(value, "") }
    }

    private static func integer<I: FixedWidthInteger>(_ value: JSONValue, _ name: String) throws(OTLPError)
        -> I
    {
        let number: I? =
            switch value {
            case .integer(let number): I(exactly: number)
            case .number(let number): I(exactly: number)
            case .string(let text): I(text)
            default: nil
            }
        guard let number else { throw mismatch(name, "an integer of \(I.bitWidth) bits", value) }
        return number
    }

    func double(_ name: String) throws(OTLPError) -> Double? {
        guard let value = self[name] else { return nil }
        return try Self.double(value, name)
    }

    func doubles(_ name: String) throws(OTLPError) -> [Double] {
        try list(name) { (value) throws(OTLPError) in try Self.double(value, "") }
    }

    private static func double(_ value: JSONValue, _ name: String) throws(OTLPError) -> Double {
        let number: Double? =
            switch value {
            case .integer, .number: value.numberValue
            case .string("NaN"): .nan
            case .string("Infinity"): .infinity
            case .string("-Infinity"): -.infinity
            case .string(let text): Double(text)
            default: nil
            }
        guard let number else { throw mismatch(name, "a number", value) }
        return number
    }

    /// Reads Unix nanoseconds; a time beyond the year 2262 becomes the last one that can be told.
    func time(_ name: String) throws(OTLPError) -> Timestamp {
        Timestamp(nanoseconds: Int64(clamping: try integer(name, UInt64.self)))
    }

    func traceID(_ name: String) throws(OTLPError) -> TraceID? {
        let text = try text(name)
        if text.isEmpty { return nil }
        guard let id = TraceID(text) else { throw Self.badID(name, digits: 32) }
        return id.isValid ? id : nil
    }

    func spanID(_ name: String) throws(OTLPError) -> SpanID? {
        let text = try text(name)
        if text.isEmpty { return nil }
        guard let id = SpanID(text) else { throw Self.badID(name, digits: 16) }
        return id.isValid ? id : nil
    }

    static func mismatch(_ name: String, _ wanted: String, _ value: JSONValue) -> OTLPError {
        OTLPError(.wrongType, path: name, message: "must be \(wanted), is \(value.kind)")
    }

    private static func badID(_ name: String, digits: Int) -> OTLPError {
        OTLPError(.wrongIDLength, path: name, message: "must be \(digits) hex digits")
    }
}

extension OTLPObject {
    /// Reads each element of an array; a fault gets the way to it prefixed.
    func list<Element>(
        _ name: String, _ read: (JSONValue) throws(OTLPError) -> Element
    ) throws(OTLPError) -> [Element] {
        guard let value = self[name] else { return [] }
        guard case .array(let values) = value else { throw Self.mismatch(name, "an array", value) }
        var elements: [Element] = []
        elements.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            do throws(OTLPError) {
                elements.append(try read(value))
            } catch {
                throw error.within("\(name)[\(index)]")
            }
        }
        return elements
    }

    func objects<Element>(
        _ name: String, _ read: (OTLPObject) throws(OTLPError) -> Element
    ) throws(OTLPError) -> [Element] {
        try list(name) { (value) throws(OTLPError) in try read(try OTLPObject(value)) }
    }

    /// Reads an object within this one; nil when it is not there.
    func object<Value>(
        _ name: String, _ read: (OTLPObject) throws(OTLPError) -> Value
    ) throws(OTLPError) -> Value? {
        guard let value = self[name] else { return nil }
        do throws(OTLPError) {
            return try read(try OTLPObject(value))
        } catch {
            throw error.within(name)
        }
    }
}

extension OTLPError {
    /// The same error seen from one level above.
    func within(_ name: String) -> OTLPError {
        var error = self
        error.path = path.isEmpty ? name : "\(name).\(path)"
        return error
    }
}
