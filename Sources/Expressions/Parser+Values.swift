extension Parser {
    /// Reads what follows `field:`. The form of `value`, `"a b"`, `val*`, `*`, `~"regex"`, `>=1`, `1..2`, `(a, b)`.
    mutating func parseFieldTest(_ subject: Subject, field: Range<Int>) throws(ExpressionError)
        -> ExpressionNode
    {
        var place = TermPlace(whole: field, field: field)
        let test = try parseTest(&place)
        place.whole = field.lowerBound..<at
        try add(place)
        return .term(subject, test)
    }

    private mutating func parseTest(_ place: inout TermPlace) throws(ExpressionError) -> FieldTest {
        guard let first = peek, !isSpace(at), first != UInt8(ascii: ")") else { throw missingValue(at..<at) }
        switch first {
        case UInt8(ascii: "("): return .matches(try parseList(&place))
        case UInt8(ascii: "~"):
            let start = at
            at += 1
            let pattern = try parseRegex()
            place.values = [start..<at]
            return .regex(pattern)
        case UInt8(ascii: ">"), UInt8(ascii: "<"), UInt8(ascii: "="), UInt8(ascii: "!"):
            return .compare(try parseSign(), .literal(try parseBound(&place)))
        case UInt8(ascii: "*"):
            let end = wordEnd(at)
            guard end == at + 1 else { throw misplacedStar(at) }
            at = end
            return .exists
        case UInt8(ascii: ":"), UInt8(ascii: "|"):
            throw error(
                .unexpected, "a value cannot begin with this", hint: #"put the text in quotes: "a::b""#,
                at: at..<at + 1)
        case UInt8(ascii: "/") where byte(at + 1) == UInt8(ascii: "/"):
            throw error(
                .unexpected, "this looks like an address, not like a field",
                hint: #"put an address in quotes: "https://example.com""#,
                at: (place.field?.lowerBound ?? at)..<wordEnd(at))
        default:
            return try parseValueOrRange(&place)
        }
    }

    private func missingValue(_ range: Range<Int>) -> ExpressionError {
        error(
            .missingValue, "a value is missing after the colon",
            hint: "write field:value without a space, or field:* for any value", at: range)
    }

    private mutating func parseSign() throws(ExpressionError) -> Comparison {
        for (text, sign) in [
            (">=", Comparison.greaterOrEqual), ("<=", .lessOrEqual), ("!=", .notEqual), (">", .greater),
            ("<", .less),
            ("=", .equal),
        ] where take(text) {
            if take("=") {
                throw error(.unexpected, "this sign is not known", hint: "write = for equal", at: at - 2..<at)
            }
            return sign
        }
        throw error(
            .unexpected, "this sign is not known", hint: "write -field:value for NOT", at: at..<at + 1)
    }

    private mutating func parseBound(_ place: inout TermPlace) throws(ExpressionError) -> Literal {
        let start = at
        if peek == UInt8(ascii: "\"") {
            let literal = Literal(quoted: try parseQuoted())
            place.values = [start..<at]
            return literal
        }
        at = wordEnd(at)
        guard at > start else {
            throw error(
                .missingValue, "a value is missing after the sign", hint: "write field:>300ms without spaces",
                at: start..<start)
        }
        let word = text(start..<at)
        if word.contains("..") {
            throw error(
                .unexpected, "a range stands without a sign",
                hint: #"write field:1..5; quote a text with dots: "../a""#, at: start..<at)
        }
        place.values = [start..<at]
        return Literal(bare: word)
    }

    private mutating func parseValueOrRange(_ place: inout TermPlace) throws(ExpressionError) -> FieldTest {
        let start = at
        if peek == UInt8(ascii: "\"") {
            let text = try parseQuoted()
            place.values = [start..<at]
            if take("..") { return .range(Literal(quoted: text), try parseUpper(&place)) }
            return .matches([take("*") ? .prefix(text) : .literal(Literal(quoted: text))])
        }
        let end = wordEnd(at)
        guard end > start else { throw missingValue(start..<start) }
        if let dots = rangeDots(start..<end) {
            let lower = dots > start ? Literal(bare: text(start..<dots)) : nil
            if lower != nil { place.values = [start..<dots] }
            at = dots + 2
            let upper = try parseUpper(&place)
            guard lower != nil || upper != nil else {
                throw error(
                    .missingValue, "a range needs an end", hint: "write field:1..5, 1.. or ..5",
                    at: start..<at)
            }
            return .range(lower, upper)
        }
        at = end
        place.values = [start..<end]
        return .matches([try pattern(start..<end)])
    }

    private func rangeDots(_ range: Range<Int>) -> Int? {
        let dot = UInt8(ascii: ".")
        return range.dropLast().first { bytes[$0] == dot && bytes[$0 + 1] == dot }
    }

    private mutating func parseUpper(_ place: inout TermPlace) throws(ExpressionError) -> Literal? {
        let start = at
        if peek == UInt8(ascii: "\"") {
            let literal = Literal(quoted: try parseQuoted())
            place.values.append(start..<at)
            return literal
        }
        at = wordEnd(at)
        guard at > start else { return nil }
        if rangeDots(start..<at) != nil || bytes[start] == UInt8(ascii: ".") {
            throw error(
                .unexpected, "a range has two dots between two values", hint: "quote a text with dots",
                at: start - 2..<at)
        }
        place.values.append(start..<at)
        return Literal(bare: text(start..<at))
    }

    private func pattern(_ range: Range<Int>) throws(ExpressionError) -> ValuePattern {
        guard let star = bytes[range].firstIndex(of: UInt8(ascii: "*")) else {
            return .literal(Literal(bare: text(range)))
        }
        guard star == range.upperBound - 1, star > range.lowerBound else { throw misplacedStar(star) }
        return .prefix(text(range.lowerBound..<star))
    }

    /// Reads `(a, "b c", d*)`.
    private mutating func parseList(_ place: inout TermPlace) throws(ExpressionError) -> [ValuePattern] {
        let open = at
        var list: [ValuePattern] = []
        at += 1
        while true {
            skipSpace()
            let start = at
            if peek == UInt8(ascii: "\"") {
                let text = try parseQuoted()
                list.append(take("*") ? .prefix(text) : .literal(Literal(quoted: text)))
            } else {
                let end = wordEnd(at, stops: ",")
                guard end > start else {
                    if isAtEnd { throw unclosedList(open) }
                    throw error(
                        .missingValue, "a value is missing in the list", hint: "write field:(a, b)",
                        at: start..<start + 1)
                }
                at = end
                list.append(try pattern(start..<end))
            }
            place.values.append(start..<at)
            if list.count > 1 { try count(start..<at) }
            skipSpace()
            if take(")") { return list }
            if isAtEnd { throw unclosedList(open) }
            guard take(",") else {
                throw error(
                    .unexpected, "a comma is missing between two values",
                    hint: "write field:(a, b) for one of them; quote a value with spaces", at: wordRange(at))
            }
        }
    }

    private func unclosedList(_ open: Int) -> ExpressionError {
        error(.unclosedParenthesis, "this list is not closed", hint: "add )", at: open..<open + 1)
    }
}
