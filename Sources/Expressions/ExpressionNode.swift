/// A tree of tests. Logic is two-valued: a test of an absent field does not hold, and NOT turns that round.
package indirect enum ExpressionNode: Sendable, Equatable {
    /// Holds for every record.
    case all
    case and([ExpressionNode])
    case or([ExpressionNode])
    case not(ExpressionNode)
    /// Holds when any text of the record has it.
    case text(TextPattern)
    case term(Subject, FieldTest)

    /// The same logic without nested ANDs in ANDs and ORs in ORs, and without groups of one; parsing makes only these.
    package var normalized: ExpressionNode {
        switch self {
        case .all, .text, .term: self
        case .not(let inner): .not(inner.normalized)
        case .and(let list):
            Self.group(
                list.map(\.normalized).flatMap { if case .and(let inner) = $0 { inner } else { [$0] } }
            ) { .and($0) }
        case .or(let list):
            Self.group(list.map(\.normalized).flatMap { if case .or(let inner) = $0 { inner } else { [$0] } })
            { .or($0) }
        }
    }

    private static func group(_ list: [ExpressionNode], _ make: ([ExpressionNode]) -> ExpressionNode)
        -> ExpressionNode
    {
        switch list.count {
        case 0: .all
        case 1: list[0]
        default: make(list)
        }
    }
}

/// What is looked for in running text.
package enum TextPattern: Sendable, Hashable {
    /// A word or phrase: these characters, letter case aside, between boundaries of words.
    case phrase(String)
    /// The same without a boundary after it.
    case prefix(String)
    case regex(String)
}

/// What a test looks at.
package enum Subject: Sendable, Hashable {
    case field(FieldPath)
    /// Characters of a text, elements of a list, members of an object.
    case length(FieldPath)

    package var path: FieldPath {
        switch self {
        case .field(let path), .length(let path): path
        }
    }
}

package enum Comparison: String, Sendable, Hashable, CaseIterable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
}

/// One value of `field:value` or of its list.
package enum ValuePattern: Sendable, Hashable {
    case literal(Literal)
    case prefix(String)
}

package enum Operand: Sendable, Hashable {
    case literal(Literal)
    case subject(Subject)
}

package enum FieldTest: Sendable, Hashable {
    case exists
    /// `field:value`, `field:(a, b*)`: any of these, letter case aside.
    case matches([ValuePattern])
    case regex(String)
    /// `>=`, and `==` with letter case.
    case compare(Comparison, Operand)
    /// Both ends belong to it; at least one is given.
    case range(Literal?, Literal?)
    /// `pat(…)`: the whole value, `*` for any run of characters and `?` for one.
    case glob(String)
    /// `any(a, b)`: equal to one of these, letter case told apart.
    case equalsAny([Literal])
}
