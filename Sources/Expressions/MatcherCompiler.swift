/// Lays the tests of a tree out as a list with jumps.
///
/// A node is compiled knowing where to go when it holds and when not, so AND, OR and NOT leave no trace but jumps, and
/// the parts of a group are laid out from the last to the first.
struct MatcherCompiler {
    let expression: BooleanExpression
    let schema: FieldSchema
    private(set) var leaves: [Leaf] = []
    private(set) var fields: [FieldReference] = []
    private var places: [FieldPath: Int] = [:]

    init(expression: BooleanExpression, schema: FieldSchema) {
        (self.expression, self.schema) = (expression, schema)
    }

    /// - Returns: where the node begins.
    mutating func compile(_ node: ExpressionNode, onTrue: Int, onFalse: Int) throws(ExpressionError) -> Int {
        switch node {
        case .all: return onTrue
        case .not(let inner): return try compile(inner, onTrue: onFalse, onFalse: onTrue)
        case .and(let list):
            var next = onTrue
            for part in Self.ordered(list) { next = try compile(part, onTrue: next, onFalse: onFalse) }
            return next
        case .or(let list):
            var next = onFalse
            for part in Self.ordered(list) { next = try compile(part, onTrue: onTrue, onFalse: next) }
            return next
        case .text(let pattern):
            return add(
                Leaf(field: nil, isLength: false, check: try check(pattern), onTrue: onTrue, onFalse: onFalse)
            )
        case .term(let subject, .compare(.notEqual, let operand)):
            return try compile(.term(subject, .compare(.equal, operand)), onTrue: onFalse, onFalse: onTrue)
        case .term(let subject, let test):
            var isLength = false
            if case .length = subject { isLength = true }
            let type = isLength ? .number : schema.type(of: subject.path) ?? .any
            let check = try check(test, type)
            let field = reference(subject.path)
            return add(Leaf(field: field, isLength: isLength, check: check, onTrue: onTrue, onFalse: onFalse))
        }
    }

    private mutating func add(_ leaf: Leaf) -> Int {
        leaves.append(leaf)
        return leaves.count - 1
    }

    private mutating func reference(_ path: FieldPath) -> FieldReference {
        if let place = places[path] { return fields[place] }
        let reference = FieldReference(index: fields.count, path: path)
        places[path] = reference.index
        fields.append(reference)
        return reference
    }

    /// The dearest first, since groups are laid out backwards; equals stay in reversed order of writing.
    private static func ordered(_ list: [ExpressionNode]) -> [ExpressionNode] {
        list.enumerated().map { ($0.offset, cost($0.element), $0.element) }
            .sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 > $1.0 }.map(\.2)
    }

    private static func cost(_ node: ExpressionNode) -> Int {
        switch node {
        case .all: 0
        case .not(let inner): cost(inner)
        case .and(let list), .or(let list): list.reduce(0) { $0 + cost($1) }
        case .text(.regex): 100
        case .text: 20
        case .term(_, .regex): 30
        case .term(_, .glob): 4
        case .term(_, .matches(let list)): 2 * list.count
        case .term(_, .equalsAny(let list)): list.count
        case .term: 1
        }
    }

    private func check(_ pattern: TextPattern) throws(ExpressionError) -> Check {
        switch pattern {
        case .phrase(let text): .words(Needle(text))
        case .prefix(let text): .words(Needle(text, isPrefix: true))
        case .regex(let pattern): .regex(try regex(pattern))
        }
    }

    private mutating func check(
        _ test: FieldTest, _ type: FieldSchema.FieldType
    ) throws(ExpressionError) -> Check {
        switch test {
        case .exists: return .exists
        case .matches(let list):
            let checks = list.map { Self.check($0, type) }
            return checks.count == 1 ? checks[0] : .oneOf(checks)
        case .regex(let pattern): return .regex(try regex(pattern))
        case .compare(let sign, .subject(let other)):
            var isLength = false
            if case .length = other { isLength = true }
            return .compareField(sign, reference(other.path), isLength: isLength)
        case .compare(let sign, .literal(let literal)):
            if type == .level, let level = Level(literal.text) { return .levels(Self.levels(sign, level)) }
            return .compare(sign, PreparedLiteral(literal))
        case .range(let lower, let upper):
            if type == .level, let mask = Self.levels(lower, upper) { return .levels(mask) }
            return .range(lower.map(PreparedLiteral.init), upper.map(PreparedLiteral.init))
        case .glob(let pattern): return .glob(Glob(pattern))
        case .equalsAny(let list): return .oneOf(list.map { .compare(.equal, PreparedLiteral($0)) })
        }
    }

    private static func check(_ value: ValuePattern, _ type: FieldSchema.FieldType) -> Check {
        switch value {
        case .prefix(let text): type == .prose ? .words(Needle(text, isPrefix: true)) : .begins(Needle(text))
        case .literal(let literal):
            if type == .prose, !literal.text.isEmpty {
                .words(Needle(literal.text))
            } else if type == .level, let level = Level(literal.text) {
                .levels(levels(.equal, level))
            } else {
                .equals(PreparedLiteral(literal))
            }
        }
    }

    private static func levels(_ sign: Comparison, _ level: Level) -> UInt8 {
        Level.allCases.reduce(0) { mask, other in
            let order = other < level ? -1 : other > level ? 1 : 0
            return sign.holds(order) ? mask | 1 << UInt8(other.rawValue) : mask
        }
    }

    /// Nil where an end is no level.
    private static func levels(_ lower: Literal?, _ upper: Literal?) -> UInt8? {
        var mask = UInt8.max
        if let lower {
            guard let level = Level(lower.text) else { return nil }
            mask &= levels(.greaterOrEqual, level)
        }
        if let upper {
            guard let level = Level(upper.text) else { return nil }
            mask &= levels(.lessOrEqual, level)
        }
        return mask
    }

    private func regex(_ pattern: String) throws(ExpressionError) -> RegularExpression {
        do throws(RegularExpression.Mistake) {
            return try RegularExpression(pattern)
        } catch {
            throw ExpressionError(
                .badRegex, "the regular expression cannot be read: \(error.message)",
                at: 0..<expression.source.utf8.count, in: expression.source)
        }
    }
}

extension Comparison {
    /// - Parameter order: below, at or above zero, as the left side is to the right.
    @inline(__always)
    func holds(_ order: Int) -> Bool {
        switch self {
        case .equal: order == 0
        case .notEqual: order != 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        }
    }
}
