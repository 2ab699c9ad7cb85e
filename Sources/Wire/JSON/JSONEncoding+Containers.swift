/// Members of an object. The scalars go through the generic `encode`, which knows them.
struct JSONKeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    private let node: JSONNode

    init(_ node: JSONNode) {
        self.node = node
        node.becomeObject()
    }

    var codingPath: [any CodingKey] { node.path.keys }

    private func nested(_ key: any CodingKey) -> JSONNode {
        let child = JSONNode(CodingPath(key, in: node.path))
        node.add(.node(child), name: key.stringValue)
        return child
    }

    func encodeNil(forKey key: Key) throws { node.add(.value(.null), name: key.stringValue) }

    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        node.add(
            .value(try JSONValueEncoder.json(value, path: CodingPath(key, in: node.path))),
            name: key.stringValue)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        KeyedEncodingContainer(JSONKeyedEncoding<Nested>(nested(key)))
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        JSONUnkeyedEncoding(nested(key))
    }

    func superEncoder() -> any Encoder { JSONValueEncoder(node: nested(JSONKey.parent)) }
    func superEncoder(forKey key: Key) -> any Encoder { JSONValueEncoder(node: nested(key)) }
}

/// Elements of an array, in the order of encoding.
struct JSONUnkeyedEncoding: UnkeyedEncodingContainer {
    private let node: JSONNode

    init(_ node: JSONNode) {
        self.node = node
        node.becomeArray()
    }

    var codingPath: [any CodingKey] { node.path.keys }
    var count: Int { node.count }

    private var here: CodingPath { CodingPath(JSONKey(index: count), in: node.path) }

    private func nested() -> JSONNode {
        let child = JSONNode(here)
        node.add(.node(child))
        return child
    }

    func encodeNil() throws { node.add(.value(.null)) }

    func encode<T: Encodable>(_ value: T) throws {
        node.add(.value(try JSONValueEncoder.json(value, path: here)))
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        KeyedEncodingContainer(JSONKeyedEncoding<Nested>(nested()))
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { JSONUnkeyedEncoding(nested()) }
    func superEncoder() -> any Encoder { JSONValueEncoder(node: nested()) }
}
