/// An expression made ready for many records: names resolved to places, words in small letters, regular expressions
/// compiled, and the logic as a flat list of tests, each of which says where to go on when it holds and when not.
///
/// Cheap tests come first within an AND and an OR. Shared freely between threads; each matches through a
/// ``MatchSession`` of its own.
package struct Matcher: Sendable {
    package let expression: BooleanExpression
    /// What it asks records for; readers may resolve these once.
    package let fields: [FieldReference]
    let leaves: [Leaf]
    /// The first test, or the answer where there is none.
    let entry: Int

    /// Places that are answers.
    static let accept = -1
    static let reject = -2

    /// Compiles `expression`.
    ///
    /// - Parameter schema: says which fields hold running text, and which are levels.
    /// - Throws: for a regular expression that cannot be compiled, which a parsed expression does not have.
    package init(_ expression: BooleanExpression, schema: FieldSchema = .signals) throws(ExpressionError) {
        var compiler = MatcherCompiler(expression: expression, schema: schema)
        entry = try compiler.compile(expression.root, onTrue: Self.accept, onFalse: Self.reject)
        self.expression = expression
        (fields, leaves) = (compiler.fields, compiler.leaves)
    }

    /// Answers for one record. For many, a session saves the scratch that regular expressions need.
    package func matches(_ record: some FieldReader) -> Bool {
        var session = MatchSession(self)
        return session.matches(record)
    }
}

/// One test of a matcher. A class, so that walking the list moves one pointer.
final class Leaf: Sendable {
    /// Nil where it looks into any text.
    let field: FieldReference?
    let isLength: Bool
    let check: Check
    let onTrue: Int
    let onFalse: Int

    init(field: FieldReference?, isLength: Bool, check: Check, onTrue: Int, onFalse: Int) {
        (self.field, self.isLength, self.check) = (field, isLength, check)
        (self.onTrue, self.onFalse) = (onTrue, onFalse)
    }
}

/// A test in the form in which it is carried out.
enum Check: Sendable {
    case exists
    /// A word or phrase in running text.
    case words(Needle)
    /// The whole value.
    case equals(PreparedLiteral)
    case begins(Needle)
    case oneOf([Check])
    case regex(RegularExpression)
    /// Never `notEqual`, which is compiled as NOT of `equal`.
    case compare(Comparison, PreparedLiteral)
    case compareField(Comparison, FieldReference, isLength: Bool)
    case range(PreparedLiteral?, PreparedLiteral?)
    case glob(Glob)
    /// Bit `n` stands for the level with raw value `n`.
    case levels(UInt8)

    /// Rough order of what a test costs.
    var cost: Int {
        switch self {
        case .exists, .levels, .compare, .range, .compareField: 1
        case .equals, .begins: 2
        case .oneOf(let list): list.reduce(0) { $0 + $1.cost }
        case .words, .glob: 4
        case .regex: 30
        }
    }
}

/// A literal with all its readings worked out.
struct PreparedLiteral: Sendable {
    let bytes: [UInt8]
    /// For comparing without letter case.
    let needle: Needle
    let isText: Bool
    let quantity: Quantity?
    let bool: Bool?
    /// Of `True` and `FALSE`, too, as programs print them.
    let foldedBool: Bool?

    init(_ literal: Literal) {
        bytes = Array(literal.text.utf8)
        needle = Needle(literal.text)
        (isText, quantity, bool) = (literal.isText, literal.quantity, literal.bool)
        foldedBool = Literal(quoted: String(decoding: needle.bytes, as: UTF8.self)).bool
    }
}
