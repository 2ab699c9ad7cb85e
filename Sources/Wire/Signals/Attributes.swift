/// One name with its value.
public struct Attribute: Sendable, Hashable, Codable {
    public var name: String
    public var value: AttributeValue

    public init(_ name: String, _ value: AttributeValue) { (self.name, self.value) = (name, value) }

    /// As OTLP/JSON has them.
    private enum CodingKeys: String, CodingKey {
        case name = "key"
        case value
    }
}

/// Names with values in the order in which they came. Records have few, so a look-up walks them: for a dozen names
/// that costs less than hashing one.
///
/// Names are meant to be unique; what arrives with duplicates keeps them, and look-ups take the first.
public struct Attributes: Sendable, Hashable {
    public var list: [Attribute]

    public init(_ list: [Attribute] = []) { self.list = list }

    /// Looks up or replaces a value; setting nil removes it.
    public subscript(name: String) -> AttributeValue? {
        get { list.first { $0.name == name }?.value }
        set {
            let at = list.firstIndex { $0.name == name }
            switch (at, newValue) {
            case (let at?, let value?): list[at].value = value
            case (let at?, nil): list.remove(at: at)
            case (nil, let value?): list.append(Attribute(name, value))
            case (nil, nil): return
            }
        }
    }

    public func string(_ name: String) -> String? { self[name]?.stringValue }
    public func int(_ name: String) -> Int64? { self[name]?.intValue }

    /// An object of plain JSON; of attributes with one name the first is taken.
    public var plainJSON: JSONValue {
        var members: [JSONValue.Member] = []
        members.reserveCapacity(list.count)
        var seen: Set<String> = []
        for attribute in list where seen.insert(attribute.name).inserted {
            members.append(.init(attribute.name, attribute.value.plainJSON))
        }
        return .object(members)
    }
}

extension Attributes: RandomAccessCollection {
    public var startIndex: Int { list.startIndex }
    public var endIndex: Int { list.endIndex }
    public subscript(position: Int) -> Attribute { list[position] }
}

extension Attributes: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, AttributeValue)...) {
        list = elements.map { Attribute($0.0, $0.1) }
    }
}

extension Attributes: Codable {
    public init(from decoder: any Decoder) throws {
        list = try decoder.singleValueContainer().decode([Attribute].self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(list)
    }
}
