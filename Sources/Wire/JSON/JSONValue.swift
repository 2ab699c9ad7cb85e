/// A JSON document as a value. Object members keep the order in which they were written.
///
/// Numbers that are written as integers and fit an `Int64` are `.integer`; all others are `.number`. Member names
/// are meant to be unique: `JSON.parse` and `JSON.encode` refuse duplicates, and look-ups take the first.
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([Member])

    public struct Member: Sendable, Hashable {
        public var name: String
        public var value: JSONValue
        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }
}

extension JSONValue {
    public var isNull: Bool { self == .null }

    public var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The integer, also when it was written as an integral number such as `1e3`.
    public var integerValue: Int64? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int64(exactly: value)
        default: nil
        }
    }

    /// The number; integers beyond 2^53 are rounded.
    public var numberValue: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    public var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    public var arrayValue: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    public var objectValue: [Member]? {
        if case .object(let value) = self { value } else { nil }
    }

    /// Looks up or replaces the member of an object; setting nil removes it. A value that is no object reads as nil
    /// and becomes an object when a member is set.
    public subscript(name: String) -> JSONValue? {
        get { objectValue?.first { $0.name == name }?.value }
        set {
            var members = objectValue ?? []
            let at = members.firstIndex { $0.name == name }
            switch (at, newValue) {
            case (let at?, let value?): members[at].value = value
            case (let at?, nil): members.remove(at: at)
            case (nil, let value?): members.append(Member(name, value))
            case (nil, nil): return
            }
            self = .object(members)
        }
    }

    /// Reads an element of an array; nil beyond its ends.
    public subscript(index: Int) -> JSONValue? {
        guard let elements = arrayValue, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// What the value is, for messages: `a string`, `an object`. Never the value itself, which may be a secret.
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer: "an integer"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
