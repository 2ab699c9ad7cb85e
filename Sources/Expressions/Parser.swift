/// Reads an expression of either form by recursive descent, straight from the bytes: which characters make up a word
/// depends on where it stands, so there is no separate list of tokens.
///
///     or    = and { OR and }
///     and   = unary { [AND] unary }
///     unary = ( NOT | "-" | "!" ) unary | "(" or ")" | term
///
/// The operators of a search are capitals, since `and`, `or` and `not` are words that people look for; a condition takes
/// them in any letter case, has no `-`, and wants AND written out.
struct Parser {
    let form: BooleanExpression.Form
    let source: String
    let bytes: [UInt8]
    var at = 0
    var places: [TermPlace] = []
    private var depth = 0
    private var terms = 0
    private var regexes = 0

    private init(_ source: String, form: BooleanExpression.Form) {
        (self.source, self.form) = (source, form)
        bytes = Array(source.utf8)
    }

    static func parse(_ source: String, form: BooleanExpression.Form) throws(ExpressionError)
        -> BooleanExpression
    {
        guard source.utf8.count <= ExpressionLimits.sourceBytes else {
            let bound = ExpressionLimits.sourceBytes
            let start = String(decoding: source.utf8.prefix(bound), as: UTF8.self)
            throw ExpressionError(
                .tooLong, "the expression is longer than \(bound) bytes",
                hint: "split it, or use field:(a, b)",
                at: start.utf8.count..<start.utf8.count, in: start)
        }
        var parser = Parser(source, form: form)
        let root = try parser.parseWhole()
        return BooleanExpression(form: form, root: root.normalized, source: source, places: parser.places)
    }

    private mutating func parseWhole() throws(ExpressionError) -> ExpressionNode {
        skipSpace()
        if isAtEnd {
            if form == .search { return .all }
            throw error(
                .empty, "the condition is empty", hint: "write a comparison such as failure_rate > 1%",
                at: at..<at)
        }
        let root = try parseOr()
        skipSpace()
        guard isAtEnd else { throw unexpectedRest() }
        return root
    }

    private func unexpectedRest() -> ExpressionError {
        if peek == UInt8(ascii: ")") {
            return error(
                .unexpected, "this parenthesis closes nothing", hint: "remove it, or put it in quotes",
                at: at..<at + 1)
        }
        return error(
            .unexpected, "AND or OR is missing before this", hint: "write: a > 1 and b > 2", at: wordRange(at)
        )
    }

    mutating func parseOr() throws(ExpressionError) -> ExpressionNode {
        var list = [try parseAnd()]
        while takeKeyword(.or) { list.append(try parseAnd()) }
        return list.count == 1 ? list[0] : .or(list)
    }

    private mutating func parseAnd() throws(ExpressionError) -> ExpressionNode {
        var list = [try parseUnary()]
        while true {
            skipSpace()
            if isAtEnd || peek == UInt8(ascii: ")") || isKeyword(.or) { break }
            let written = takeKeyword(.and)
            if form == .condition, !written { break }
            list.append(try parseUnary())
        }
        return list.count == 1 ? list[0] : .and(list)
    }

    private mutating func parseUnary() throws(ExpressionError) -> ExpressionNode {
        skipSpace()
        let start = at
        depth += 1
        defer { depth -= 1 }
        guard depth <= ExpressionLimits.depth else {
            throw error(
                .tooDeep, "parentheses and NOT go deeper than \(ExpressionLimits.depth) levels",
                at: start..<start + 1)
        }
        guard let first = peek else { throw missingOperand(at..<at) }
        if isKeyword(.and) || isKeyword(.or) { throw missingOperand(wordRange(at)) }
        if takeKeyword(.not) { return .not(try parseUnary()) }
        if first == UInt8(ascii: "!") || form == .search && first == UInt8(ascii: "-") {
            at += 1
            guard !isAtEnd, !isSpace(at) else {
                throw error(
                    .missingOperand, "nothing follows this \(Character(Unicode.Scalar(first)))",
                    hint: "write -word without a space, or put the sign in quotes", at: start..<at)
            }
            return .not(try parseUnary())
        }
        if first == UInt8(ascii: "(") { return try parseGroup() }
        return form == .search ? try parseSearchTerm() : try parseConditionTerm()
    }

    private mutating func parseGroup() throws(ExpressionError) -> ExpressionNode {
        let open = at
        at += 1
        skipSpace()
        if peek == UInt8(ascii: ")") {
            throw error(.missingOperand, "nothing stands between these parentheses", at: open..<at + 1)
        }
        let inner = try parseOr()
        skipSpace()
        if isAtEnd {
            throw error(
                .unclosedParenthesis, "this parenthesis is not closed", hint: "add )", at: open..<open + 1)
        }
        guard peek == UInt8(ascii: ")") else { throw unexpectedRest() }
        at += 1
        return inner
    }

    private func missingOperand(_ range: Range<Int>) -> ExpressionError {
        let hint =
            form == .search
            ? "AND, OR and NOT in capitals need a term beside them; in quotes they are words"
            : "and, or and not need a comparison beside them"
        let what = range.isEmpty ? "a term is missing at the end" : "a term is missing before this"
        return error(.missingOperand, what, hint: hint, at: range)
    }

    /// Counts a term, or an item of a list, and remembers where it stands.
    mutating func count(_ range: Range<Int>) throws(ExpressionError) {
        terms += 1
        guard terms <= ExpressionLimits.terms else {
            throw error(
                .tooManyTerms, "the expression has more than \(ExpressionLimits.terms) terms", at: range)
        }
    }

    /// Counts a regular expression.
    mutating func countRegex(_ range: Range<Int>) throws(ExpressionError) {
        regexes += 1
        guard regexes <= ExpressionLimits.regexes else {
            throw error(
                .tooManyTerms, "the expression has more than \(ExpressionLimits.regexes) regular expressions",
                hint: #"join them into one: ~"a|b""#, at: range)
        }
    }

    func error(
        _ kind: ExpressionError.Kind, _ message: String, hint: String? = nil, at range: Range<Int>
    ) -> ExpressionError {
        ExpressionError(kind, message, hint: hint, at: range, in: source)
    }
}
