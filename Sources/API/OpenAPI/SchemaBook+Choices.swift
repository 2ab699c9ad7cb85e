import Model
import Wire

// Schemas of the types that decoding from nothing cannot find: enums with values.

extension Diagnostic.Severity: SelfDescribed {
    static func sample() throws -> Self { .error }
    static func schema(in book: SchemaBook) throws -> JSONValue {
        let cases: [Self] = [.error, .warning]
        return ["type": "string", "enum": .array(cases.map { .string($0.rawValue) })]
    }
}

extension TraceAnswer.Node.Kind: SelfDescribed {
    static func sample() throws -> Self { .span }
    static func schema(in book: SchemaBook) throws -> JSONValue {
        let cases: [Self] = [.span, .missing, .hidden]
        return ["type": "string", "enum": .array(cases.map { .string($0.rawValue) })]
    }
}

extension StageTemplate.Work: SelfDescribed {
    static func sample() throws -> Self { .steps([]) }
    static func schema(in book: SchemaBook) throws -> JSONValue {
        let steps = try book.schema(of: [StepKind].self)
        let role = try book.schema(of: Role.self)
        return [
            "oneOf": [
                SchemaBook.oneCase("steps", ["_0": steps]), SchemaBook.oneCase("approval", ["role": role]),
                SchemaBook.oneCase("rollout", ["environment": ["type": "string"]]),
            ]
        ]
    }
}

extension Probe.Action: SelfDescribed {
    static func sample() throws -> Self { .tcp(port: "http") }
    static func schema(in book: SchemaBook) throws -> JSONValue {
        let text: JSONValue = ["type": "string"]
        return [
            "oneOf": [
                SchemaBook.oneCase("http", ["path": text, "port": text]),
                SchemaBook.oneCase("tcp", ["port": text]),
                SchemaBook.oneCase("exec", ["command": ["type": "array", "items": text]]),
            ]
        ]
    }
}

extension RolloutTarget.Cause: SelfDescribed {
    static func sample() throws -> Self { .rollback(by: "x") }
    static func schema(in book: SchemaBook) throws -> JSONValue {
        [
            "oneOf": [
                SchemaBook.oneCase("run", ["_0": try book.schema(of: RunName.self)]),
                SchemaBook.oneCase("rollback", ["by": ["type": "string"]]),
            ]
        ]
    }
}

extension SchemaBook {
    /// A case of an enum with values, as it is coded: `{"CASE": {"NAME": value}}`.
    static func oneCase(_ name: String, _ values: JSONValue) -> JSONValue {
        let inner = closed(values, required: values.objectValue?.map(\.name) ?? [])
        return closed(.object([.init(name, inner)]), required: [name])
    }
}
