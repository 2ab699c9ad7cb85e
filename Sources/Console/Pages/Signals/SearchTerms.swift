import Expressions

/// Puts terms into a search that somebody typed, so that the result reads as if they had typed them, too.
package enum SearchTerms {
    /// The search with one more term that must hold.
    static func adding(_ term: String, to query: String) -> String {
        let text = query.trimmed
        if text.isEmpty || text == "*" { return term }
        // AND binds tighter than OR: alternatives are kept together.
        if let expression = try? BooleanExpression.search(text), case .or = expression.root {
            return "(\(text)) \(term)"
        }
        return "\(text) \(term)"
    }

    /// `field:value`, or `-field:value`, quoted where it must be.
    static func term(_ field: String, _ value: String, isExcluded: Bool = false) -> String {
        let node = ExpressionNode.term(
            .field(FieldPath(field)), .matches([.literal(Literal(quoted: value))]))
        let text = BooleanExpression(node).description
        return isExcluded ? "-" + text : text
    }

    /// A term for what is a number or a truth value in the record, which must not be quoted.
    static func bareTerm(_ field: String, _ value: String, isExcluded: Bool = false) -> String {
        let node = ExpressionNode.term(.field(FieldPath(field)), .matches([.literal(Literal(bare: value))]))
        let text = BooleanExpression(node).description
        return isExcluded ? "-" + text : text
    }

    /// Whether an address can hold the text: a control character in one is refused.
    static func isTypable(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    }

    /// Words and phrases that records are found by, for marking them; what is under NOT is in none.
    package static func phrases(_ query: String) -> [String] {
        guard let expression = try? BooleanExpression.search(query) else { return [] }
        return phrases(expression.root)
    }

    private static func phrases(_ node: ExpressionNode) -> [String] {
        switch node {
        case .all, .not: []
        case .and(let list), .or(let list): list.flatMap(phrases)
        case .text(.phrase(let text)), .text(.prefix(let text)): [text]
        case .text(.regex): []
        case .term(.field(let path), .matches(let values)) where path.name == "message":
            values.map { value in
                switch value {
                case .literal(let literal): literal.text
                case .prefix(let text): text
                }
            }
        case .term: []
        }
    }

    /// Where the phrases stand in a text, as offsets into its UTF-8, sorted and apart. Letter case is left out for ASCII
    /// only: a mark that is missing costs little, and one at a wrong place would be a lie.
    static func marks(of phrases: [String], in text: String) -> [Range<Int>] {
        let bytes = text.utf8.map(lower)
        var found: [Range<Int>] = []
        for phrase in phrases {
            let sought = phrase.utf8.map(lower)
            guard let first = sought.first, sought.count <= bytes.count else { continue }
            var at = 0
            while at + sought.count <= bytes.count, found.count < mostMarks {
                if bytes[at] == first, bytes[at..<at + sought.count].elementsEqual(sought) {
                    found.append(at..<at + sought.count)
                    at += sought.count
                } else {
                    at += 1
                }
            }
        }
        var apart: [Range<Int>] = []
        for range in found.sorted(by: { $0.lowerBound < $1.lowerBound })
        where range.lowerBound >= apart.last?.upperBound ?? 0 {
            apart.append(range)
        }
        return apart
    }

    /// Of one line; more marks than this help nobody.
    private static let mostMarks = 100

    private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}

extension String {
    fileprivate var trimmed: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
