/// What has been encoded at one place. A reference, since nested containers are filled after they were handed out.
final class JSONNode {
    enum Part {
        case value(JSONValue)
        case node(JSONNode)
    }

    enum Content {
        case nothing
        case value(JSONValue)
        case array([Part])
        case object([(name: String, part: Part)])
    }

    let path: CodingPath?
    private(set) var content = Content.nothing
    /// The first misuse that a container could not throw at once.
    private var fault: EncodingError?

    init(_ path: CodingPath?) { self.path = path }

    func becomeObject() {
        if case .object = content { return }
        become(.object([]))
    }

    func becomeArray() {
        if case .array = content { return }
        become(.array([]))
    }

    private func become(_ container: Content) {
        if path.depth >= JSON.deepestNesting { fail(JSONValueEncoder.tooDeep) }
        guard case .nothing = content else { return fail("is encoded twice, in different shapes") }
        content = container
    }

    func set(_ value: JSONValue) {
        guard case .nothing = content else { return fail("is encoded twice") }
        content = .value(value)
    }

    func add(_ part: Part, name: String) {
        guard case .object(var members) = content else { return }
        content = .nothing  // leaves the members without a second owner, so that they grow in place
        members.append((name, part))
        content = .object(members)
    }

    func add(_ part: Part) {
        guard case .array(var elements) = content else { return }
        content = .nothing
        elements.append(part)
        content = .array(elements)
    }

    var count: Int {
        if case .array(let elements) = content { elements.count } else { 0 }
    }

    private func fail(_ what: String) {
        fault = fault ?? JSONValueEncoder.invalid(path, what)
    }

    /// Makes the JSON value: members sorted by name; of a name that was encoded twice the last counts. A value that
    /// encoded nothing is an object without members.
    func finish() throws -> JSONValue {
        if let fault { throw fault }
        switch content {
        case .nothing: return .object([])
        case .value(let value): return value
        case .array(let parts): return .array(try parts.map(Self.finish))
        case .object(let parts):
            var members: [JSONValue.Member] = []
            members.reserveCapacity(parts.count)
            for (name, part) in parts.sorted(by: { $0.name < $1.name }) {
                if members.last?.name == name { members.removeLast() }
                members.append(JSONValue.Member(name, try Self.finish(part)))
            }
            return .object(members)
        }
    }

    private static func finish(_ part: Part) throws -> JSONValue {
        switch part {
        case .value(let value): value
        case .node(let node): try node.finish()
        }
    }
}

/// Encodes a Codable value into a node.
struct JSONValueEncoder: Encoder {
    let node: JSONNode
    static let tooDeep = "has more than \(JSON.deepestNesting) values within each other"

    var codingPath: [any CodingKey] { node.path.keys }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(JSONKeyedEncoding<Key>(node))
    }
    func unkeyedContainer() -> any UnkeyedEncodingContainer { JSONUnkeyedEncoding(node) }
    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    static func invalid(_ path: CodingPath?, _ what: String) -> EncodingError {
        // The value is left out on purpose: an error is printed, and the value may be a secret.
        .invalidValue(JSONValue.null, .init(codingPath: path.keys, debugDescription: what))
    }

    /// Makes the JSON value of any value: the common scalars at once, everything else by its own `encode(to:)`.
    static func json<T: Encodable>(_ value: T, path: @autoclosure () -> CodingPath?) throws -> JSONValue {
        if T.self == String.self, let text = value as? String { return .string(text) }
        if T.self == Int.self, let number = value as? Int { return .integer(Int64(number)) }
        if T.self == Bool.self, let flag = value as? Bool { return .bool(flag) }
        let encoder = JSONValueEncoder(node: JSONNode(path()))
        guard encoder.node.path.depth <= JSON.deepestNesting else {
            throw invalid(encoder.node.path, tooDeep)
        }
        try encoder.encode(value)
        return try encoder.node.finish()
    }

    /// Takes a JSON value as it is, after looking for what could not be read back.
    func set(_ value: JSONValue) throws {
        try Self.check(value, node.path)
        node.set(value)
    }

    private static func check(_ value: JSONValue, _ path: CodingPath?) throws {
        switch value {
        case .number(let number) where !number.isFinite: throw invalid(path, notFinite)
        case .array, .object:
            guard path.depth < JSON.deepestNesting else { throw invalid(path, tooDeep) }
        default: return
        }
        for (index, element) in (value.arrayValue ?? []).enumerated() {
            try check(element, CodingPath(JSONKey(index: index), in: path))
        }
        var names: Set<String> = []
        for member in value.objectValue ?? [] {
            guard names.insert(member.name).inserted else {
                throw invalid(path, "has the name \(member.name) twice")
            }
            try check(member.value, CodingPath(JSONKey(member.name), in: path))
        }
    }
}
