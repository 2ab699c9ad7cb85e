import Wire

/// What a type asked for while it was decoded.
final class ProbeNote {
    /// The text that is handed out.
    let text: String
    var isObject = false
    var properties: [JSONValue.Member] = []
    var required: [String] = []
    /// Of a type that is a single value or an array.
    var schema: JSONValue?

    init(text: String) { self.text = text }

    func add(_ name: String, _ schema: JSONValue, isRequired: Bool) {
        if !properties.contains(where: { $0.name == name }) { properties.append(.init(name, schema)) }
        if isRequired, !required.contains(name) { required.append(name) }
    }
}

/// Decodes any type from nothing; see `SchemaBook`.
struct ProbeDecoder: Decoder {
    let book: SchemaBook
    let note: ProbeNote
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        note.isObject = true
        return KeyedDecodingContainer(ProbeObject<Key>(book: book, note: note))
    }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw Self.refusal("an array by hand") }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    static func refusal(_ what: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: [], debugDescription: "\(what) has no schema of its own"))
    }
}

extension ProbeDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { false }
    func decode(_ type: Bool.Type) throws -> Bool { noted(["type": "boolean"], true) }
    func decode(_ type: String.Type) throws -> String { noted(["type": "string"], note.text) }
    func decode(_ type: Double.Type) throws -> Double { noted(["type": "number"], 1) }
    func decode(_ type: Float.Type) throws -> Float { noted(["type": "number"], 1) }
    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        if let number = type as? any FixedWidthInteger.Type, let one = Self.one(number) as? T {
            return noted(["type": "integer"], one)
        }
        let (schema, sample) = try book.probe(type)
        return noted(schema, sample)
    }

    private static func one<Number: FixedWidthInteger>(_ type: Number.Type) -> Any { type.init(1) }

    private func noted<Value>(_ schema: JSONValue, _ sample: Value) -> Value {
        note.schema = schema
        return sample
    }
}

/// Takes note of every member that is asked for; what may be absent is, so that samples stay small.
private struct ProbeObject<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let book: SchemaBook
    let note: ProbeNote
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) throws -> Bool { false }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        let (schema, sample) = try book.probe(type)
        note.add(key.stringValue, schema, isRequired: true)
        return sample
    }

    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        note.add(key.stringValue, try book.schema(of: type), isRequired: false)
        return nil
    }
    // The standard library has one of these for each scalar, which would not come to the one above.
    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try optional(type, key) }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { try optional(type, key) }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? { try optional(type, key) }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try optional(type, key) }
    func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? { try optional(type, key) }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { try optional(type, key) }
    func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? { try optional(type, key) }
    func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? { try optional(type, key) }

    private func optional<T: Decodable>(_ type: T.Type, _ key: Key) throws -> T? {
        note.add(key.stringValue, try book.schema(of: type), isRequired: false)
        return nil
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw ProbeDecoder.refusal("an object by hand") }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        throw ProbeDecoder.refusal("an array by hand")
    }
    func superDecoder() throws -> any Decoder { throw ProbeDecoder.refusal("an inherited class") }
    func superDecoder(forKey key: Key) throws -> any Decoder {
        throw ProbeDecoder.refusal("an inherited class")
    }
}
