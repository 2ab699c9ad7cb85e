/// What one value says to one literal or to another value.
enum Values {
    /// Whether the value is the literal, letter case aside; amounts by size, `500` being `500.0`.
    static func equals(_ value: FieldValue, _ literal: PreparedLiteral) -> Bool {
        switch value {
        case .text(let text): return literal.needle.equals(text)
        case .bool(let bool): return literal.foldedBool == bool
        case .absent, .list, .object: return false
        case .integer, .number, .duration:
            guard let wanted = literal.quantity, let found = quantity(value) else { return false }
            return found.order(to: wanted) == 0
        }
    }

    /// Compares by size, or by characters where the literal is a text.
    static func compare(_ sign: Comparison, _ value: FieldValue, _ literal: PreparedLiteral) -> Bool {
        switch value {
        case .text(let text):
            if literal.isText { return sign.holds(literal.bytes.withUnsafeBufferPointer { order(text, $0) }) }
            if let wanted = literal.quantity {
                guard let found = Quantity(text), let order = found.order(to: wanted) else { return false }
                return sign.holds(order)
            }
            return sign == .equal && literal.bytes.withUnsafeBufferPointer { order(text, $0) } == 0
        case .bool(let bool): return sign == .equal && literal.bool == bool
        case .absent, .list, .object: return false
        case .integer, .number, .duration:
            guard let wanted = literal.quantity, let found = quantity(value),
                let order = found.order(to: wanted)
            else { return false }
            return sign.holds(order)
        }
    }

    /// Compares two values of a record: amounts by size, texts by characters. What has neither in common is different.
    static func compare(_ sign: Comparison, _ left: FieldValue, _ right: FieldValue) -> Bool {
        switch (left, right) {
        case (.text(let a), .text(let b)): return sign.holds(order(a, b))
        case (.bool(let a), .bool(let b)): return sign == .equal && a == b
        default:
            guard let a = quantity(left), let b = quantity(right), let order = a.order(to: b) else {
                return false
            }
            return sign.holds(order)
        }
    }

    static func quantity(_ value: FieldValue) -> Quantity? {
        switch value {
        case .integer(let integer): .integer(integer)
        case .number(let number): .decimal(number)
        case .duration(let nanoseconds): .duration(nanoseconds: nanoseconds)
        case .text(let text): Quantity(text)
        case .absent, .bool, .list, .object: nil
        }
    }

    static func level(_ value: FieldValue) -> Level? {
        switch value {
        case .text(let text): Level(text)
        case .integer(let severity): Level(severity: severity)
        default: nil
        }
    }

    /// Characters (Unicode scalars) of a text, elements of a list, members of an object; absent for the rest.
    static func length(_ value: FieldValue) -> FieldValue {
        switch value {
        case .text(let text): .integer(Int64(text.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }))
        case .list(let list): .integer(Int64(list.count))
        case .object(let members): .integer(Int64(members))
        case .absent, .integer, .number, .bool, .duration: .absent
        }
    }

    /// Hands out the value as text: numbers as digits. Durations, lists and objects are none, and the answer is false.
    static func withText(_ value: FieldValue, _ body: (BorrowedText) -> Bool) -> Bool {
        switch value {
        case .text(let text): return body(text)
        case .integer(let integer):
            // Small strings live on the stack: up to 15 digits allocate nothing.
            var digits = String(integer)
            return digits.withUTF8(body)
        case .number(let number):
            var digits = "\(number)"
            return digits.withUTF8(body)
        case .bool(let bool):
            var word = bool ? "true" : "false"
            return word.withUTF8(body)
        case .absent, .duration, .list, .object: return false
        }
    }

    private static func order(_ a: BorrowedText, _ b: BorrowedText) -> Int {
        for index in 0..<min(a.count, b.count) where a[index] != b[index] {
            return a[index] < b[index] ? -1 : 1
        }
        return a.count - b.count
    }
}
