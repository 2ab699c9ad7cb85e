/// The members of an object, by key. The scalars go through the generic `decode`, which knows them.
struct JSONKeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let members: [JSONValue.Member]
    /// Only for objects of many members, where walking them for each key would cost the square.
    private let index: [String: Int]?
    private let path: CodingPath?
    private static var fewMembers: Int { 16 }

    init(_ members: [JSONValue.Member], _ path: CodingPath?) {
        (self.members, self.path) = (members, path)
        index =
            members.count <= Self.fewMembers
            ? nil
            : Dictionary(members.indices.map { (members[$0].name, $0) }, uniquingKeysWith: { a, _ in a })
    }

    var codingPath: [any CodingKey] { path.keys }
    var allKeys: [Key] { members.compactMap { Key(stringValue: $0.name) } }

    private func find(_ name: String) -> JSONValue? {
        if let index { return index[name].map { members[$0].value } }
        for at in members.indices where members[at].name == name { return members[at].value }
        return nil
    }

    private func decoder(_ key: any CodingKey) throws -> JSONValueDecoder {
        guard let value = find(key.stringValue) else {
            throw DecodingError.keyNotFound(
                key, .init(codingPath: codingPath, debugDescription: "is missing"))
        }
        return JSONValueDecoder(value: value, path: CodingPath(key, in: path))
    }

    func contains(_ key: Key) -> Bool { find(key.stringValue) != nil }
    func decodeNil(forKey key: Key) throws -> Bool { try decoder(key).decodeNil() }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try decoder(key).decode(type) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try decoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder(key).unkeyedContainer()
    }

    /// A base class that wrote nothing may be missing, as with an optional: it decodes from null.
    func superDecoder() throws -> any Decoder {
        JSONValueDecoder(
            value: find(JSONKey.parent.stringValue) ?? .null, path: CodingPath(JSONKey.parent, in: path))
    }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        JSONValueDecoder(value: find(key.stringValue) ?? .null, path: CodingPath(key, in: path))
    }
}

/// The elements of an array, in their order.
struct JSONUnkeyedDecoding: UnkeyedDecodingContainer {
    private let elements: [JSONValue]
    private let path: CodingPath?
    private(set) var currentIndex = 0

    init(_ elements: [JSONValue], _ path: CodingPath?) { (self.elements, self.path) = (elements, path) }

    var codingPath: [any CodingKey] { path.keys }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    private func decoder() throws -> JSONValueDecoder {
        let here = CodingPath(JSONKey(index: currentIndex), in: path)
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                JSONValue.self,
                .init(
                    codingPath: CodingPath?(here).keys,
                    debugDescription: "is missing, the array has \(elements.count) elements"))
        }
        return JSONValueDecoder(value: elements[currentIndex], path: here)
    }

    /// Steps on only when the element could be read, so that another type may be tried.
    private mutating func next<Result>(_ read: (JSONValueDecoder) throws -> Result) throws -> Result {
        let result = try read(try decoder())
        currentIndex += 1
        return result
    }

    mutating func decodeNil() throws -> Bool {
        let isNull = try decoder().decodeNil()
        if isNull { currentIndex += 1 }
        return isNull
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next { try $0.decode(type) } }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try next { try $0.container(keyedBy: type) }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next { try $0.unkeyedContainer() }
    }

    mutating func superDecoder() throws -> any Decoder { try next { $0 } }
}
