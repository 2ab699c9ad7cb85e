import Wire

/// Writes the JSON Schema (draft 2020-12) of a shape, for editors and for the files in `docs/schema`.
package enum SchemaText {
    package static let service = text(ServiceShape.shape, title: "service.yaml of Gantry", id: "service")
    package static let platform = text(PlatformShape.shape, title: "platform.yaml of Gantry", id: "platform")

    private static func text(_ shape: Shape, title: String, id: String) -> String {
        let head: [JSONValue.Member] = [
            member("$schema", "https://json-schema.org/draft/2020-12/schema"),
            member("$id", "urn:gantry:schema:v1:\(id)"),
            member("title", title),
        ]
        guard case .object(let members) = schema(shape) else { return "" }
        var lines = ""
        write(.object(head + members), indent: "", &lines)
        return lines + "\n"
    }

    static func schema(_ shape: Shape) -> JSONValue {
        switch shape {
        case .anything: .object([])
        case .optional(let shape): .object([.init("anyOf", .array([schema(shape), type("null")]))])
        case .text(let form): text(form)
        case .anyScalar:
            .object([.init("type", .array([.string("string"), .string("number"), .string("boolean")]))])
        case .integer(let range):
            .object([
                member("type", "integer"), .init("minimum", .integer(Int64(range.lowerBound))),
                .init("maximum", .integer(Int64(range.upperBound))),
            ])
        case .choice(let words): .object([.init("enum", .array(words.map(JSONValue.string)))])
        case .list(let shape, let least):
            .object(
                [member("type", "array"), .init("items", schema(shape))]
                    + (least > 0 ? [.init("minItems", .integer(Int64(least)))] : []))
        case .map(let key, let value):
            .object([
                member("type", "object"), .init("propertyNames", keyForm(key)),
                .init("additionalProperties", schema(value)),
            ])
        case .record(let record): object(record)
        case .byKind(let scalar, let list, let mapping):
            .object([.init("anyOf", .array([scalar, list, mapping].compactMap { $0.map(schema) }))])
        }
    }

    private static func object(_ record: RecordShape) -> JSONValue {
        let properties = record.keys.map { key -> JSONValue.Member in
            guard case .object(let members) = schema(key.shape) else { return .init(key.name, .object([])) }
            return .init(key.name, .object([member("description", key.note)] + members))
        }
        var members: [JSONValue.Member] = [
            member("type", "object"), .init("properties", .object(properties)),
            .init("additionalProperties", .bool(false)),
        ]
        let required = record.keys.filter(\.required).map { JSONValue.string($0.name) }
        if !required.isEmpty { members.append(.init("required", .array(required))) }
        if !record.exactlyOne.isEmpty {
            let ways = record.exactlyOne.map { JSONValue.object([.init("required", .array([.string($0)]))]) }
            members.append(.init("oneOf", .array(ways)))
        }
        return .object(members)
    }

    private static func keyForm(_ form: TextForm) -> JSONValue {
        var members: [JSONValue.Member] = []
        if let pattern = form.pattern { members.append(member("pattern", pattern)) }
        if let most = form.maximumLength { members.append(.init("maxLength", .integer(Int64(most)))) }
        return .object(members)
    }

    private static func text(_ form: TextForm) -> JSONValue {
        guard case .object(let members) = keyForm(form) else { return type("string") }
        let string = JSONValue.object([member("type", "string")] + members)
        let zero = JSONValue.integer(0)
        let number: JSONValue
        switch form.numbers {
        case .none: return string
        case .zero: number = .object([.init("const", zero)])
        case .integers: number = .object([member("type", "integer"), .init("minimum", zero)])
        case .all: number = .object([member("type", "number"), .init("minimum", zero)])
        }
        return .object([.init("anyOf", .array([string, number]))])
    }

    private static func member(_ name: String, _ text: String) -> JSONValue.Member {
        .init(name, .string(text))
    }
    private static func type(_ name: String) -> JSONValue { .object([member("type", name)]) }

    /// Writes indented JSON, for readable differences.
    private static func write(_ value: JSONValue, indent: String, _ out: inout String) {
        let inner = indent + "  "
        switch value {
        case .array(let items) where !items.isEmpty:
            for (index, item) in items.enumerated() {
                out += (index == 0 ? "[\n" : ",\n") + inner
                write(item, indent: inner, &out)
            }
            out += "\n\(indent)]"
        case .object(let members) where !members.isEmpty:
            for (index, member) in members.enumerated() {
                out += (index == 0 ? "{\n" : ",\n") + inner + quoted(member.name) + ": "
                write(member.value, indent: inner, &out)
            }
            out += "\n\(indent)}"
        case .array: out += "[]"
        case .object: out += "{}"
        case .string(let text): out += quoted(text)
        case .integer(let number): out += "\(number)"
        case .number(let number): out += "\(number)"
        case .bool(let truth): out += truth ? "true" : "false"
        case .null: out += "null"
        }
    }

    /// The schemas hold printable ASCII only, of which two characters need an escape.
    private static func quoted(_ text: String) -> String {
        "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "\""
    }
}
