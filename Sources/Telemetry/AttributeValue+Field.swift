import Expressions
import Wire

extension AttributeValue {
    /// Lends the value to a test of an expression.
    func lend(_ body: (FieldValue) -> Bool) -> Bool {
        switch self {
        case .empty: body(.absent)
        case .string(let value): SourceFields.text(value, body)
        case .bool(let value): body(.bool(value))
        case .int(let value): body(.integer(value))
        case .double(let value): body(.number(value))
        case .bytes: SourceFields.text(text, body)
        case .map(let members): body(.object(members: members.count))
        case .array(let values): Self.lend(values[...], [], body)
        }
    }

    /// Holds each element's bytes in turn until all are lent together.
    private static func lend(
        _ rest: ArraySlice<AttributeValue>, _ held: [FieldValue], _ body: (FieldValue) -> Bool
    ) -> Bool {
        guard let first = rest.first, held.count < SignalFields.listElements else {
            return held.withUnsafeBufferPointer { body(.list($0)) }
        }
        return first.lend { lend(rest.dropFirst(), held + [$0], body) }
    }

    /// Calls `body` with every text in the value until it returns true.
    func anyText(depth: Int = 0, _ body: (BorrowedText) -> Bool) -> Bool {
        switch self {
        case .empty: return false
        case .array(let values):
            return depth < SignalFields.depth && values.contains { $0.anyText(depth: depth + 1, body) }
        case .map(let members):
            return depth < SignalFields.depth
                && members.contains { $0.value.anyText(depth: depth + 1, body) }
        default:
            var text = text
            return text.withUTF8(body)
        }
    }
}
