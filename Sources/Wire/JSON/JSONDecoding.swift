/// Decodes a Codable value from a JSON value.
struct JSONValueDecoder: Decoder {
    let value: JSONValue
    let path: CodingPath?

    var codingPath: [any CodingKey] { path.keys }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = value else { throw mismatch([String: JSONValue].self, "an object") }
        return KeyedDecodingContainer(JSONKeyedDecoding<Key>(members, path))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = value else { throw mismatch([JSONValue].self, "an array") }
        return JSONUnkeyedDecoding(elements, path)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    func mismatch(_ type: Any.Type, _ wanted: String) -> DecodingError {
        let context = DecodingError.Context(
            codingPath: codingPath, debugDescription: "must be \(wanted), is \(value.kind)")
        return value == .null ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }
}

extension JSONValueDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { value == .null }

    /// Decodes the common scalars at once; everything else by its own `init(from:)`.
    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        if T.self == String.self, let result = try decode(String.self) as? T { return result }
        if T.self == Int.self, let result = try decode(Int.self) as? T { return result }
        if T.self == Bool.self, let result = try decode(Bool.self) as? T { return result }
        if T.self == Double.self, let result = try decode(Double.self) as? T { return result }
        if T.self == JSONValue.self, let result = value as? T { return result }
        if let named = T.self as? any NamedDictionaryDecoding.Type,
            let result = try named.init(named: self) as? T
        {
            return result
        }
        do { return try T(from: self) } catch {
            throw ChoiceText.mistake(of: T.self, value, error) ?? error
        }
    }

    func decode(_ type: Bool.Type) throws -> Bool {
        guard case .bool(let result) = value else { throw mismatch(type, "a boolean") }
        return result
    }

    func decode(_ type: String.Type) throws -> String {
        guard case .string(let result) = value else { throw mismatch(type, "a string") }
        return result
    }

    func decode(_ type: Double.Type) throws -> Double {
        guard let result = value.numberValue else { throw mismatch(type, "a number") }
        return result
    }

    func decode(_ type: Float.Type) throws -> Float {
        let result = Float(try decode(Double.self))
        guard result.isFinite else { throw unfit("is too large a number") }
        return result
    }

    func decode(_ type: Int.Type) throws -> Int { try integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }

    /// Takes integral numbers within `Int64` only: beyond it the Double has lost digits that were written.
    private func integer<I: FixedWidthInteger>(_ type: I.Type) throws -> I {
        guard let wide = value.integerValue else {
            if case .number(let number) = value, number.rounded() == number { throw unfit(Self.range(type)) }
            throw mismatch(type, "an integer")
        }
        guard let result = I(exactly: wide) else { throw unfit(Self.range(type)) }
        return result
    }

    private static func range<I: FixedWidthInteger>(_ type: I.Type) -> String {
        "must be a number from \(I.min) to \(Int64(clamping: I.max))"
    }

    private func unfit(_ text: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: codingPath, debugDescription: text))
    }
}
