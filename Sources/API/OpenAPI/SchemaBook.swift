import GantryBase
import Model
import Wire

/// Makes JSON Schemas of the types that bodies and answers are coded by, so that the two cannot differ: each type is
/// decoded from a decoder that notes what it is asked for and hands out samples.
///
/// For one task at a time.
final class SchemaBook {
    /// What has members stands here once, by its name, and is referred to.
    private(set) var components: [String: JSONValue] = [:]
    private var underWay: Set<String> = []

    static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }

    func schema<Value: Decodable>(of type: Value.Type) throws -> JSONValue { try probe(type).schema }

    /// An object as the API shows it.
    func object<Kind: StoredKind>(_ kind: Kind.Type) throws -> JSONValue {
        try object(Kind.kind, spec: try schema(of: Kind.Spec.self), status: try schema(of: Kind.Status.self))
    }

    func object(_ kind: String, spec: JSONValue, status: JSONValue) throws -> JSONValue {
        let name = kind.prefix(1).uppercased() + kind.dropFirst() + "Object"
        let time = try schema(of: Timestamp.self)
        let properties: JSONValue = [
            "kind": ["const": .string(kind)], "name": ["type": "string"],
            "version": ["type": "integer", "minimum": 0], "spec": spec, "status": status,
            "labels": ["type": "object", "additionalProperties": ["type": "string"]],
            "createdAt": time, "updatedAt": time,
        ]
        components[name] = Self.closed(properties, required: properties.objectValue?.map(\.name) ?? [])
        return Self.reference(name)
    }

    static func list(of item: JSONValue, hasVersion: Bool) -> JSONValue {
        var properties: JSONValue = [
            "items": ["type": "array", "items": item],
            "next": ["type": "string", "description": "the `after` of the next page; absent on the last"],
        ]
        if hasVersion { properties["version"] = ["type": "integer"] }
        return closed(properties, required: ["items"] + (hasVersion ? ["version"] : []))
    }

    /// An object with these members and no others.
    static func closed(_ properties: JSONValue, required: [String]) -> JSONValue {
        var schema: JSONValue = [
            "type": "object", "properties": properties, "additionalProperties": false,
        ]
        if !required.isEmpty { schema["required"] = .array(required.map { .string($0) }) }
        return schema
    }

    func probe<Value: Decodable>(_ type: Value.Type) throws -> (schema: JSONValue, sample: Value) {
        func result(_ schema: JSONValue, _ sample: Any) throws -> (schema: JSONValue, sample: Value) {
            guard let sample = sample as? Value else { throw fault(type, "its sample is of another type") }
            return (schema, sample)
        }
        if type == JSONValue.self { return try result(.object([]), JSONValue.null) }
        if let known = type as? any SelfDescribed.Type {
            return try result(try known.schema(in: self), try known.sample())
        }
        if let container = type as? any ProbedContainer.Type {
            let (schema, sample) = try container.probe(self)
            return try result(schema, sample)
        }
        if let choices = Self.choices(type) {
            return try result(
                ["type": "string", "enum": .array(choices.map { .string($0.text) })], choices[0].value)
        }
        return try probeCoding(type)
    }

    /// Of an enum of texts: its cases.
    private static func choices(_ type: Any.Type) -> [(text: String, value: Any)]? {
        guard let cases = type as? any CaseIterable.Type else { return nil }
        func texts<Cases: CaseIterable>(_ type: Cases.Type) -> [(text: String, value: Any)]? {
            let found = type.allCases.compactMap { item -> (text: String, value: Any)? in
                guard let raw = (item as? any RawRepresentable)?.rawValue as? String else { return nil }
                return (raw, item)
            }
            return found.isEmpty ? nil : found
        }
        return texts(cases)
    }

    /// Texts of all forms that values are written in: a type that reads one text takes one of them.
    private static let texts = [
        "x", "1", "1s", "1Gi", "2030-01-31T12:00:00Z", "a/b", "a/b/1", "a/b/c/d", "a/b/c/d/e",
        "0123456789abcdef0123456789abcdef", "0123456789abcdef",
    ]

    private func probeCoding<Value: Decodable>(
        _ type: Value.Type
    ) throws -> (schema: JSONValue, sample: Value) {
        let name = Self.name(of: type)
        guard underWay.insert(name).inserted else { throw fault(type, "it holds itself") }
        defer { underWay.remove(name) }
        var last: (any Error)?
        for text in Self.texts {
            let note = ProbeNote(text: text)
            do {
                let sample = try Value(from: ProbeDecoder(book: self, note: note))
                guard note.isObject else {
                    return (Self.described(note.schema ?? ["type": "object"], type), sample)
                }
                components[name] = Self.closed(.object(note.properties), required: note.required)
                return (Self.reference(name), sample)
            } catch {
                last = error
                // Only a text can be of the wrong form.
                if note.isObject { break }
            }
        }
        throw fault(type, last.map { "\($0)" } ?? "it cannot be read")
    }

    private static func described(_ schema: JSONValue, _ type: Any.Type) -> JSONValue {
        var schema = schema
        if type == Timestamp.self { schema["format"] = "date-time" }
        if let amount = type as? any UnitText.Type { schema["description"] = .string(amount.form) }
        if let name = type as? any PathName.Type { schema["description"] = .string(name.form) }
        return schema
    }

    /// Without its module, in the letters that a component's name may have.
    static func name(of type: Any.Type) -> String {
        var words = String(reflecting: type).replacing(/[A-Za-z_0-9]+\.(?=[A-Z(])/, with: "")
        let parts = String(reflecting: type).split(separator: "<")[0].split(separator: ".")
        if parts.count > 2 {
            // A type inside of another is named with it: several are called Phase.
            let outer = parts[parts.count - 2]
            if outer.first?.isUppercase == true, outer != "Catalogue", outer != "Routes" {
                words = outer + "." + words
            }
        }
        return String(words.map { $0.isLetter || $0.isNumber || $0 == "." || $0 == "_" ? $0 : "_" })
    }

    private func fault(_ type: Any.Type, _ why: String) -> GantryError {
        GantryError(.internal, "no schema of \(type): \(why)")
    }
}

/// A type whose schema cannot be found by decoding it, such as an enum with values.
protocol SelfDescribed {
    static func schema(in book: SchemaBook) throws -> JSONValue
    static func sample() throws -> Self
}

protocol ProbedContainer {
    static func probe(_ book: SchemaBook) throws -> (JSONValue, Any)
}

extension Array: ProbedContainer where Element: Decodable {
    static func probe(_ book: SchemaBook) throws -> (JSONValue, Any) {
        let (schema, sample) = try book.probe(Element.self)
        return (["type": "array", "items": schema], [sample])
    }
}

extension Dictionary: ProbedContainer where Key: Decodable, Value: Decodable {
    static func probe(_ book: SchemaBook) throws -> (JSONValue, Any) {
        (["type": "object", "additionalProperties": try book.schema(of: Value.self)], [Key: Value]())
    }
}
