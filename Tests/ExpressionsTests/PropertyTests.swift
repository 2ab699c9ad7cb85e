import Expressions
import GantryBase
import Testing

@Suite struct PropertyTests {
    static let forms: [BooleanExpression.Form] = [.search, .condition]

    @Test("What is printed is read as the same tree", arguments: UInt64(1)...40, forms)
    func printing(seed: UInt64, form: BooleanExpression.Form) throws {
        var random = RandomExpressions(seed: seed)
        for _ in 0..<100 {
            let tree = Self.parsable(random.node(form, depth: 4).normalized, form)
            let expression = BooleanExpression(tree, form: form)
            let text = expression.description
            let parsed =
                try form == .search ? BooleanExpression.search(text) : BooleanExpression.condition(text)
            #expect(parsed.root == tree, "seed \(seed): \(text)")
            #expect(parsed.description == text, "seed \(seed)")
            #expect(parsed == expression)
        }
    }

    /// A condition has no way to write "every record": it is written only by a search.
    private static func parsable(_ node: ExpressionNode, _ form: BooleanExpression.Form) -> ExpressionNode {
        guard form == .condition else { return node }
        switch node {
        case .all: return .term(.field(FieldPath("x")), .exists)
        case .not(let inner): return .not(parsable(inner, form))
        case .and(let list): return ExpressionNode.and(list.map { parsable($0, form) }).normalized
        case .or(let list): return ExpressionNode.or(list.map { parsable($0, form) }).normalized
        default: return node
        }
    }

    @Test("A matcher answers what the plainest reading answers", arguments: UInt64(1)...40, forms)
    func matching(seed: UInt64, form: BooleanExpression.Form) throws {
        var random = RandomExpressions(seed: seed)
        var held = 0
        for _ in 0..<40 {
            let expression = BooleanExpression(random.node(form, depth: 3), form: form)
            let matcher = try Matcher(expression)
            var session = MatchSession(matcher)
            for _ in 0..<20 {
                let record = random.record()
                let expected = Oracle(record: record).holds(expression.root)
                held += expected ? 1 : 0
                #expect(
                    session.matches(record) == expected, "seed \(seed): \(expression) on \(record.values)")
            }
            #expect(session.undecided == 0)
        }
        #expect((80..<720).contains(held), "seed \(seed): the records say little: \(held) of 800")
    }

    @Test("A record that matches has every required token", arguments: UInt64(1)...40)
    func tokens(seed: UInt64) throws {
        var random = RandomExpressions(seed: seed)
        for _ in 0..<100 {
            let expression = BooleanExpression(random.node(.search, depth: 2))
            let required = expression.requiredTokens()
            if required.isEmpty { continue }
            let matcher = try Matcher(expression)
            for _ in 0..<20 {
                let record = random.record()
                guard matcher.matches(record) else { continue }
                for token in required {
                    let texts = Self.texts(of: record, token.field)
                    let found = texts.contains { Tokens.of($0).contains(token.token) }
                    #expect(found, "seed \(seed): \(expression) needs \(token), has \(texts)")
                }
            }
        }
    }

    private static func texts(of record: TestRecord, _ field: FieldPath?) -> [String] {
        func list(_ value: TestValue) -> [String] {
            switch value {
            case .text(let text): [text]
            case .integer(let integer): ["\(integer)"]
            case .number(let number): ["\(number)"]
            case .bool(let bool): ["\(bool)"]
            case .list(let inner): inner.flatMap(list)
            default: []
            }
        }
        guard let field else { return record.values.values.flatMap(list) }
        return record.values[TestRecord.name(of: field)].map(list) ?? []
    }

    @Test("The same logic written otherwise gives the same answer", arguments: UInt64(1)...20)
    func logic(seed: UInt64) throws {
        var random = RandomExpressions(seed: seed)
        for _ in 0..<50 {
            let (a, b) = (random.node(.search, depth: 2), random.node(.search, depth: 2))
            let left = try Matcher(BooleanExpression(.not(.and([a, b]))))
            let right = try Matcher(BooleanExpression(.or([.not(a), .not(b)])))
            for _ in 0..<10 {
                let record = random.record()
                #expect(left.matches(record) == right.matches(record), "seed \(seed)")
            }
        }
    }

    @Test("A needle is found at every place of a text of any length", arguments: UInt64(1)...20)
    func needles(seed: UInt64) throws {
        var random = RandomExpressions(seed: seed)
        let pieces = ["a", "A", "ab", "b", "_", " ", ".", "超", "é", "É", "aB", "п", "П"]
        for _ in 0..<400 {
            let wanted = (0...random.generator.next() % 4).map { _ in random.pick(pieces) }.joined()
            let text = (0..<random.generator.next() % 40).map { _ in random.pick(pieces) }.joined()
            for pattern in [TextPattern.phrase(wanted), .prefix(wanted)] {
                let record = TestRecord(["message": .text(text)])
                let expected = Oracle(record: record).found(pattern, in: text)
                #expect(
                    try Matcher(BooleanExpression(.text(pattern))).matches(record) == expected,
                    "seed \(seed): \(pattern) in \(text)")
            }
        }
    }
}
