import Expressions

/// A value of a record that owns its text.
indirect enum TestValue: Sendable, Equatable {
    case text(String), integer(Int64), number(Double), bool(Bool), duration(Int64), list([TestValue])
    case object(Int)

    func borrow(_ body: (FieldValue) -> Bool) -> Bool {
        switch self {
        case .text(var text): return text.withUTF8 { body(.text($0)) }
        case .integer(let value): return body(.integer(value))
        case .number(let value): return body(.number(value))
        case .bool(let value): return body(.bool(value))
        case .duration(let value): return body(.duration(nanoseconds: value))
        case .object(let members): return body(.object(members: members))
        case .list(let list):
            return Self.borrow(list[...], []) { $0.withUnsafeBufferPointer { body(.list($0)) } }
        }
    }

    private static func borrow(
        _ rest: ArraySlice<TestValue>, _ done: [FieldValue], _ body: ([FieldValue]) -> Bool
    ) -> Bool {
        guard let first = rest.first else { return body(done) }
        return first.borrow { borrow(rest.dropFirst(), done + [$0], body) }
    }
}

extension TestValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral
{
    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int64) { self = .integer(value) }
    init(floatLiteral value: Double) { self = .number(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral elements: TestValue...) { self = .list(elements) }
}

/// A record by name; a document's values are named with the way to them: `[BODY].user.name`.
struct TestRecord: FieldReader, Sendable {
    var values: [String: TestValue]

    init(_ values: [String: TestValue]) { self.values = values }

    static func name(of path: FieldPath) -> String {
        path.path.reduce(path.name) { name, step in
            switch step {
            case .key(let key): name + "." + key
            case .index(let index): name + "[\(index)]"
            }
        }
    }

    func read(_ field: FieldReference, _ body: (FieldValue) -> Bool) -> Bool {
        values[Self.name(of: field.path)]?.borrow(body) ?? body(.absent)
    }

    func anyText(_ body: (BorrowedText) -> Bool) -> Bool {
        func visit(_ value: TestValue) -> Bool {
            switch value {
            case .text(var text): return text.withUTF8(body)
            case .integer(let integer):
                var text = String(integer)
                return text.withUTF8(body)
            case .list(let list): return list.contains(where: visit)
            default: return false
            }
        }
        return values.sorted { $0.key < $1.key }.contains { visit($0.value) }
    }
}

func matches(
    _ search: String, _ record: [String: TestValue], schema: FieldSchema = .signals
) throws -> Bool {
    try Matcher(.search(search), schema: schema).matches(TestRecord(record))
}

func holds(
    _ condition: String, _ record: [String: TestValue], schema: FieldSchema = .checks
) throws -> Bool {
    try Matcher(.condition(condition), schema: schema).matches(TestRecord(record))
}
