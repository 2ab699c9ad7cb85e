/// The one JSON of Gantry: files between server and agent, stored objects, the HTTP API.
///
/// Reads RFC 8259 strictly and refuses duplicate names, since two readers of such a document may see different
/// things. Integers beyond `Int64` are refused by `encode` and `decode` rather than rounded; write them as text.
/// All functions are pure and may be called from any thread.
public enum JSON {
    /// In bytes. The largest stored object is a few hundred KB; this stops a body that only wants to fill memory.
    public static let largestDocument = 64 << 20
    /// Containers within containers. Recursion goes as deep as the document, on stacks of 512 KB.
    public static let deepestNesting = 128

    public static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
        guard bytes.count <= largestDocument else {
            throw JSONError(.tooLarge, "the document has more than \(largestDocument) bytes", at: 0, in: nil)
        }
        return try bytes.withUnsafeBufferPointer { (bytes) throws(JSONError) -> JSONValue in
            var parser = JSONParser(bytes)
            return try parser.document()
        }
    }

    public static func parse(_ text: String) throws(JSONError) -> JSONValue { try parse(Array(text.utf8)) }

    /// Writes the value with its members in their order; `pretty` indents by two spaces. A number that is not finite
    /// is written as null, which JSON has instead; `encode` refuses it.
    public static func write(_ value: JSONValue, pretty: Bool = false) -> [UInt8] {
        var writer = JSONWriter(pretty: pretty)
        writer.write(value)
        return writer.bytes
    }

    /// - Throws: `JSONError` when the bytes are no JSON, else `DecodingError`; `describe` makes a message of both.
    public static func decode<T: Decodable>(_ type: T.Type, from bytes: [UInt8]) throws -> T {
        try decode(type, from: parse(bytes))
    }

    public static func decode<T: Decodable>(_ type: T.Type, from value: JSONValue) throws -> T {
        try JSONValueDecoder(value: value, path: nil).decode(type)
    }

    /// Writes any Codable value, object members sorted by name so that equal values give equal bytes. A `JSONValue`
    /// inside keeps its own order. What this returns, `parse` reads.
    public static func encode(_ value: some Encodable, pretty: Bool = false) throws -> [UInt8] {
        let bytes = write(try self.value(of: value), pretty: pretty)
        guard bytes.count <= largestDocument else {
            throw JSONError(.tooLarge, "the document would have \(bytes.count) bytes", at: 0, in: nil)
        }
        return bytes
    }

    public static func encodeString(_ value: some Encodable, pretty: Bool = false) throws -> String {
        String(decoding: try encode(value, pretty: pretty), as: UTF8.self)
    }

    /// Makes the JSON value that `encode` would write.
    public static func value(of value: some Encodable) throws -> JSONValue {
        try JSONValueEncoder.json(value, path: nil)
    }
}
