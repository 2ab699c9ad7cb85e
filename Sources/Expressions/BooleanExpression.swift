/// A parsed expression: which records it holds for.
///
/// The one grammar has two entries. The search form is for people at a search field: words, phrases and `field:value`.
/// The condition form is for alerts and checks: `failure_rate > 1%`. Both make the same tree, so one checker and one
/// matcher serve both; a later query language wraps this value and adds its stages behind it.
///
/// Two expressions are equal when their trees are: how they were written plays no part.
package struct BooleanExpression: Sendable {
    package enum Form: Sendable, Hashable {
        case search
        case condition
    }

    package let form: Form
    package let root: ExpressionNode
    /// What was parsed; for a tree that was built, how it prints.
    package let source: String
    /// Where each term stands in `source`, in the order of a walk over the tree.
    let places: [TermPlace]

    /// Makes an expression of a tree that a program built.
    package init(_ root: ExpressionNode, form: Form = .search) {
        self.form = form
        self.root = root.normalized
        source = Printer(form: form).text(self.root)
        places = (try? Parser.parse(source, form: form))?.places ?? []
    }

    init(form: Form, root: ExpressionNode, source: String, places: [TermPlace]) {
        (self.form, self.root, self.source, self.places) = (form, root, source, places)
    }

    /// Reads `timeout level:error -service:article`. An empty text holds for every record.
    package static func search(_ text: String) throws(ExpressionError) -> BooleanExpression {
        try Parser.parse(text, form: .search)
    }

    /// Reads `failure_rate > 1% and volume >= 100`. An empty text is a mistake.
    package static func condition(_ text: String) throws(ExpressionError) -> BooleanExpression {
        try Parser.parse(text, form: .condition)
    }
}

extension BooleanExpression: Equatable {
    package static func == (a: BooleanExpression, b: BooleanExpression) -> Bool {
        a.form == b.form && a.root == b.root
    }
}

extension BooleanExpression: CustomStringConvertible {
    /// The expression in its normal spelling, which parses to the same tree.
    package var description: String { Printer(form: form).text(root) }
}

/// Where a term was written, in bytes of the source.
struct TermPlace: Sendable, Hashable {
    var whole: Range<Int>
    var field: Range<Int>?
    /// The literals from left to right.
    var values: [Range<Int>] = []
}
