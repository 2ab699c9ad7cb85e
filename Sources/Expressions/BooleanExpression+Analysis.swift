extension ExpressionNode {
    /// Calls `body` for each test from left to right.
    func eachTerm<Failure: Error>(_ body: (ExpressionNode) throws(Failure) -> Void) throws(Failure) {
        switch self {
        case .all: break
        case .and(let list), .or(let list): for node in list { try node.eachTerm(body) }
        case .not(let inner): try inner.eachTerm(body)
        case .text, .term: try body(self)
        }
    }
}

extension BooleanExpression {
    /// The fields that it reads, each once, in the order of their first use.
    package var fields: [FieldPath] {
        var seen: Set<FieldPath> = []
        var list: [FieldPath] = []
        func use(_ path: FieldPath) { if seen.insert(path).inserted { list.append(path) } }
        root.eachTerm { node in
            guard case .term(let subject, let test) = node else { return }
            use(subject.path)
            if case .compare(_, .subject(let other)) = test { use(other.path) }
        }
        return list
    }

    /// Whether it looks into all the text of a record.
    package var readsAnyText: Bool {
        var reads = false
        root.eachTerm { if case .text = $0 { reads = true } }
        return reads
    }

    /// The tokens that every matching record must have, where they can be named; an index over ``Tokens`` may leave out
    /// the rest. Regular expressions, alternatives without a common token, and what is under NOT give none.
    package func requiredTokens(schema: FieldSchema = .signals) -> Set<RequiredToken> {
        RequiredToken.of(root, schema)
    }
}

/// A token that must be in a record: in the text of `field`, or in any of its texts.
package struct RequiredToken: Sendable, Hashable {
    package var token: String
    package var field: FieldPath?

    package init(_ token: String, in field: FieldPath? = nil) {
        (self.token, self.field) = (token, field)
    }

    static func of(_ node: ExpressionNode, _ schema: FieldSchema) -> Set<RequiredToken> {
        switch node {
        case .all, .not: return []
        case .and(let list): return list.reduce(into: []) { $0.formUnion(of($1, schema)) }
        case .or(let list): return common(list.map { of($0, schema) })
        case .text(.phrase(let text)): return tokens(text, nil)
        case .text(.prefix(let text)): return tokens(text, nil, isPrefix: true)
        case .text(.regex): return []
        case .term(.length, _): return []
        case .term(.field(let path), let test):
            let type = schema.type(of: path) ?? .any
            // Only texts are cut into tokens as they are written: 1.0 equals 1, and WARN equals warning.
            guard [.any, .keyword, .prose].contains(type) else { return [] }
            switch test {
            case .matches(let list): return common(list.map { of($0, path) })
            case .compare(.equal, .literal(let literal)): return of(.literal(literal), path)
            case .equalsAny(let list): return common(list.map { of(.literal($0), path) })
            case .exists, .regex, .compare, .range, .glob: return []
            }
        }
    }

    private static func of(_ value: ValuePattern, _ path: FieldPath) -> Set<RequiredToken> {
        switch value {
        case .literal(let literal):
            literal.quantity == nil && literal.bool == nil && !isFoldedBool(literal)
                ? tokens(literal.text, path) : []
        case .prefix(let text): tokens(text, path, isPrefix: true)
        }
    }

    private static func isFoldedBool(_ literal: Literal) -> Bool {
        ["true", "false"].contains(literal.text.lowercased())
    }

    private static func common(_ sets: [Set<RequiredToken>]) -> Set<RequiredToken> {
        guard let first = sets.first else { return [] }
        return sets.dropFirst().reduce(into: first) { $0.formIntersection($1) }
    }

    private static func tokens(_ text: String, _ field: FieldPath?, isPrefix: Bool = false) -> Set<
        RequiredToken
    > {
        var list = Tokens.of(text)
        // The last word may go on in the record, unless it ends here or is of a script whose letters stand alone.
        if isPrefix, let last = text.unicodeScalars.last, Letters.kind(last) == .word { list.removeLast() }
        return Set(list.map { RequiredToken($0, in: field) })
    }
}
