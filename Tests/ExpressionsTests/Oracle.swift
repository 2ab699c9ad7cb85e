import Expressions

/// Answers what a matcher answers, in the plainest way that could be right: with strings, a scalar at a time, and
/// without any preparation.
struct Oracle {
    var schema: FieldSchema = .signals
    var record: TestRecord

    func holds(_ node: ExpressionNode) -> Bool {
        switch node {
        case .all: true
        case .and(let list): list.allSatisfy(holds)
        case .or(let list): list.contains(where: holds)
        case .not(let inner): !holds(inner)
        case .text(let pattern): texts().contains { found(pattern, in: $0) }
        case .term(let subject, .compare(.notEqual, let operand)):
            !holds(.term(subject, .compare(.equal, operand)))
        case .term(let subject, .compare(let sign, .subject(let other))):
            compare(sign, value(subject), value(other))
        case .term(let subject, let test): holds(test, value(subject), type(subject))
        }
    }

    private func type(_ subject: Subject) -> FieldSchema.FieldType {
        if case .length = subject { return .number }
        return schema.type(of: subject.path) ?? .any
    }

    private func texts() -> [String] {
        func list(_ value: TestValue) -> [String] {
            switch value {
            case .text(let text): [text]
            case .integer(let integer): ["\(integer)"]
            case .list(let inner): inner.flatMap(list)
            default: []
            }
        }
        return record.values.values.flatMap(list)
    }

    private func value(_ subject: Subject) -> TestValue? {
        let value = record.values[TestRecord.name(of: subject.path)]
        guard case .length = subject else { return value }
        switch value {
        case .text(let text): return .integer(Int64(text.unicodeScalars.count))
        case .list(let list): return .integer(Int64(list.count))
        case .object(let members): return .integer(Int64(members))
        default: return nil
        }
    }

    private func holds(_ test: FieldTest, _ value: TestValue?, _ type: FieldSchema.FieldType) -> Bool {
        guard let value else { return false }
        if case .exists = test { return true }
        if case .list(let list) = value { return list.contains { holds(test, $0, type) } }
        switch test {
        case .exists: return true
        case .matches(let list): return list.contains { matches($0, value, type) }
        case .regex(let pattern): return text(value).map { found(.regex(pattern), in: $0) } ?? false
        case .glob(let pattern):
            return text(value).map {
                Self.glob(Array(pattern.unicodeScalars)[...], Array($0.unicodeScalars)[...])
            } ?? false
        case .equalsAny(let list): return list.contains { compare(.equal, value, $0, .any) }
        case .compare(let sign, .literal(let literal)): return compare(sign, value, literal, type)
        case .compare: return false
        case .range(let lower, let upper):
            let levels = [lower, upper].compactMap { $0 }.allSatisfy { Level($0.text) != nil }
            let known = levels ? type : .any
            return (lower.map { compare(.greaterOrEqual, value, $0, known) } ?? true)
                && (upper.map { compare(.lessOrEqual, value, $0, known) } ?? true)
        }
    }

    private func matches(_ pattern: ValuePattern, _ value: TestValue, _ type: FieldSchema.FieldType) -> Bool {
        switch pattern {
        case .prefix(let prefix):
            guard let text = text(value) else { return false }
            return type == .prose
                ? found(.prefix(prefix), in: text)
                : Self.small(text).starts(with: Self.small(prefix))
        case .literal(let literal):
            if type == .prose, !literal.text.isEmpty {
                return text(value).map { found(.phrase(literal.text), in: $0) } ?? false
            }
            if type == .level, let level = Level(literal.text) { return self.level(value) == level }
            switch value {
            case .text(let text): return Self.small(text) == Self.small(literal.text)
            case .bool(let bool): return Self.small(literal.text) == Self.small("\(bool)")
            default:
                return quantity(value).flatMap { a in literal.quantity.map { Self.order(a, $0) == 0 } }
                    ?? false
            }
        }
    }

    private func compare(
        _ sign: Comparison, _ value: TestValue, _ literal: Literal, _ type: FieldSchema.FieldType
    ) -> Bool {
        if type == .level, let wanted = Level(literal.text) {
            guard let level = level(value) else { return false }
            return Self.holds(sign, level.rawValue - wanted.rawValue)
        }
        switch value {
        case .text(let text):
            if literal.isText { return Self.holds(sign, Self.order(text, literal.text)) }
            if let wanted = literal.quantity {
                return Quantity(text).flatMap { Self.order($0, wanted) }.map { Self.holds(sign, $0) } ?? false
            }
            return sign == .equal && text == literal.text
        case .bool(let bool): return sign == .equal && "\(bool)" == literal.text
        default:
            guard let a = quantity(value), let b = literal.quantity, let order = Self.order(a, b) else {
                return false
            }
            return Self.holds(sign, order)
        }
    }

    private func compare(_ sign: Comparison, _ left: TestValue?, _ right: TestValue?) -> Bool {
        guard let left, let right else { return false }
        if case (.text(let a), .text(let b)) = (left, right) { return Self.holds(sign, Self.order(a, b)) }
        if case (.bool(let a), .bool(let b)) = (left, right) { return sign == .equal && a == b }
        guard let a = quantity(left), let b = quantity(right), let order = Self.order(a, b) else {
            return false
        }
        return Self.holds(sign, order)
    }

    private func level(_ value: TestValue) -> Level? {
        switch value {
        case .text(let text): Level(text)
        case .integer(let number): (1...24).contains(number) ? Level(rawValue: Int(number - 1) / 4) : nil
        default: nil
        }
    }

    private func quantity(_ value: TestValue) -> Quantity? {
        switch value {
        case .text(let text): Quantity(text)
        case .integer(let integer): .integer(integer)
        case .number(let number): .decimal(number)
        case .duration(let nanoseconds): .duration(nanoseconds: nanoseconds)
        default: nil
        }
    }

    private func text(_ value: TestValue) -> String? {
        switch value {
        case .text(let text): text
        case .integer(let integer): "\(integer)"
        case .number(let number): "\(number)"
        case .bool(let bool): "\(bool)"
        default: nil
        }
    }

    /// Everything in nanoseconds, where one of the two is a duration and the other a plain number of milliseconds.
    private static func order(_ a: Quantity, _ b: Quantity) -> Int? {
        func plain(_ quantity: Quantity) -> Double? {
            switch quantity {
            case .integer(let value): Double(value)
            case .decimal(let value): value
            default: nil
            }
        }
        func sign(_ x: Double, _ y: Double) -> Int { x < y ? -1 : x > y ? 1 : 0 }
        switch (a, b) {
        case (.duration(let x), .duration(let y)): return sign(Double(x), Double(y))
        case (.duration(let x), _): return plain(b).map { sign(Double(x), $0 * 1e6) }
        case (_, .duration(let y)): return plain(a).map { sign($0 * 1e6, Double(y)) }
        case (.bytes(let x), .bytes(let y)): return sign(Double(x), Double(y))
        case (.bytes(let x), _): return plain(b).map { sign(Double(x), $0) }
        case (_, .bytes(let y)): return plain(a).map { sign($0, Double(y)) }
        case (.percent(let x), .percent(let y)): return sign(x, y)
        case (.percent(let x), _): return plain(b).map { sign(x, $0) }
        case (_, .percent(let y)): return plain(a).map { sign($0, y) }
        default: return plain(a).flatMap { x in plain(b).map { sign(x, $0) } }
        }
    }

    private static func order(_ a: String, _ b: String) -> Int {
        a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : a.utf8.elementsEqual(b.utf8) ? 0 : 1
    }

    private static func holds(_ sign: Comparison, _ order: Int) -> Bool {
        switch sign {
        case .equal: order == 0
        case .notEqual: order != 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        }
    }

    private static func glob(_ pattern: ArraySlice<Unicode.Scalar>, _ text: ArraySlice<Unicode.Scalar>)
        -> Bool
    {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "*" {
            return (text.startIndex...text.endIndex).contains { glob(pattern.dropFirst(), text[$0...]) }
        }
        guard let letter = text.first, first == "?" || first == letter else { return false }
        return glob(pattern.dropFirst(), text.dropFirst())
    }
}

extension Oracle {
    /// Small letters where they are one scalar as long as the letter itself.
    static func small(_ text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.map { scalar in
            let small = Array(scalar.properties.lowercaseMapping.unicodeScalars)
            let isAlike = small.count == 1 && String(small[0]).utf8.count == String(scalar).utf8.count
            return isAlike ? small[0] : scalar
        }
    }

    static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
        guard let scalar else { return false }
        let text = String(scalar)
        let tokens = Tokens.of("a" + text)
        return tokens.count == 1 && tokens[0].unicodeScalars.count == 2
    }

    func found(_ pattern: TextPattern, in text: String) -> Bool {
        let isPrefix: Bool
        let wanted: [Unicode.Scalar]
        switch pattern {
        case .regex(let regex):
            guard let regex = try? RegularExpression(regex) else { return false }
            var text = text
            return text.withUTF8 { regex.search($0, with: RegularExpression.Scratch()) } == .found
        case .phrase(let phrase): (isPrefix, wanted) = (false, Self.small(phrase))
        case .prefix(let prefix): (isPrefix, wanted) = (true, Self.small(prefix))
        }
        let letters = Self.small(text)
        guard letters.count >= wanted.count else { return false }
        return (0...letters.count - wanted.count).contains { start in
            let end = start + wanted.count
            guard letters[start..<end].elementsEqual(wanted) else { return false }
            let before = start > 0 ? letters[start - 1] : nil
            let after = end < letters.count ? letters[end] : nil
            return !(Self.isWord(wanted.first) && Self.isWord(before))
                && (isPrefix || !(Self.isWord(wanted.last) && Self.isWord(after)))
        }
    }
}
