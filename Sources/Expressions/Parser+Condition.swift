extension Parser {
    static let functions = ["len", "has", "pat", "any"]

    /// Reads `SUBJECT SIGN VALUE`, `has(FIELD)`, or `field:value` as in a search.
    mutating func parseConditionTerm() throws(ExpressionError) -> ExpressionNode {
        let start = at
        if isCall("has") { return try parseHas() }
        let subject = try parseSubject()
        let field = start..<at
        if case .field = subject, take(":") { return try parseFieldTest(subject, field: field) }
        skipSpace()
        let sign = try parseConditionSign(after: field)
        skipSpace()
        var place = TermPlace(whole: field, field: field)
        let node = try parseRight(subject, sign, &place)
        place.whole = start..<at
        try add(place)
        return node
    }

    private func isCall(_ name: String) -> Bool {
        bytes[at...].starts(with: name.utf8) && byte(at + name.utf8.count) == UInt8(ascii: "(")
    }

    /// Reads `has(FIELD)`, also compared with `true` or `false`.
    private mutating func parseHas() throws(ExpressionError) -> ExpressionNode {
        let start = at
        at += 4
        let path = try parseArgumentPath(from: start)
        try add(TermPlace(whole: start..<at, field: start..<at))
        let node = ExpressionNode.term(.field(path), .exists)
        let end = at
        skipSpace()
        let equal = take("==")
        guard equal || take("!=") else {
            at = end
            return node
        }
        skipSpace()
        let word = at..<wordEnd(at)
        guard ["true", "false"].contains(text(word)) else {
            throw error(
                .unexpected, "has() is true or false", hint: "write has(…) alone, or not has(…)",
                at: word.isEmpty ? word : wordRange(at))
        }
        at = word.upperBound
        return equal == (text(word) == "true") ? node : .not(node)
    }

    private mutating func parseSubject() throws(ExpressionError) -> Subject {
        let start = at
        if isCall("len") {
            at += 4
            return .length(try parseArgumentPath(from: start))
        }
        return .field(try parsePath())
    }

    /// Reads `FIELD)`.
    private mutating func parseArgumentPath(from start: Int) throws(ExpressionError) -> FieldPath {
        let open = at - 1
        skipSpace()
        let path = try parsePath()
        skipSpace()
        guard take(")") else {
            if isAtEnd {
                throw error(
                    .unclosedParenthesis, "this parenthesis is not closed", hint: "add )", at: open..<open + 1
                )
            }
            throw error(.unexpected, "the function takes one field", at: wordRange(at))
        }
        return path
    }

    /// Reads a field name, quoted or not, or `[NAME]` with the way into its document.
    private mutating func parsePath() throws(ExpressionError) -> FieldPath {
        let start = at
        if peek == UInt8(ascii: "[") { return try parsePlaceholder() }
        if peek == UInt8(ascii: "\"") {
            let name = try parseQuoted()
            guard !name.isEmpty else { throw error(.unexpected, "a field name is empty", at: start..<at) }
            return FieldPath(name)
        }
        let end = wordEnd(at, stops: ":=!~,")
        let name = text(at..<end)
        if byte(end) == UInt8(ascii: "("), end > at { throw unknownFunction(at..<end) }
        guard Self.isPlainName(name) else {
            throw error(
                .unexpected, "a field or a function must stand here",
                hint: #"write the field first: [STATUS] == 200; quote a field with an odd name"#,
                at: wordRange(at))
        }
        at = end
        return FieldPath(name)
    }

    private func unknownFunction(_ range: Range<Int>) -> ExpressionError {
        let name = text(range)
        if name == "pat" || name == "any" {
            return error(
                .unexpected, "\(name)() stands on the right of == or !=",
                hint: "write [BODY].name == \(name)(…)", at: range)
        }
        let near = NearestName.of(name, among: Self.functions)
        return error(
            .unknownFunction, "\(shown(name))() is no function",
            hint: near.map { "do you mean \($0)()?" } ?? "there are len(), has(), pat() and any()", at: range)
    }

    private mutating func parseConditionSign(after field: Range<Int>) throws(ExpressionError) -> Comparison? {
        for (text, sign) in [
            ("==", Comparison.equal), ("!=", .notEqual), (">=", .greaterOrEqual), ("<=", .lessOrEqual),
            (">", .greater), ("<", .less),
        ] where take(text) { return sign }
        if take("~") { return nil }
        if peek == UInt8(ascii: "=") {
            throw error(.unexpected, "a single = is no comparison", hint: "write ==", at: at..<at + 1)
        }
        throw error(
            .missingOperand, "a comparison is missing after \(shown(text(field)))",
            hint: "write \(shown(text(field))) == true, > 1, or another comparison", at: field)
    }

    /// - Parameter sign: nil for `~`.
    private mutating func parseRight(
        _ subject: Subject, _ sign: Comparison?, _ place: inout TermPlace
    ) throws(ExpressionError) -> ExpressionNode {
        let start = at
        guard let sign else {
            let pattern = try parseRegex()
            place.values = [start..<at]
            return .term(subject, .regex(pattern))
        }
        if isCall("pat") || isCall("any") {
            guard sign == .equal || sign == .notEqual else {
                throw error(
                    .unexpected, "pat() and any() stand on the right of == or != only", at: start..<start + 3)
            }
            let isPattern = isCall("pat")
            at += 4
            let test: FieldTest = isPattern ? .glob(try parseGlob(&place)) : .equalsAny(try parseAny(&place))
            return sign == .equal ? .term(subject, test) : .not(.term(subject, test))
        }
        if peek == UInt8(ascii: "[") || isCall("len") {
            let other = try parseSubject()
            place.values = [start..<at]
            return .term(subject, .compare(sign, .subject(other)))
        }
        let literal = try parseLiteral(stops: "")
        place.values = [start..<at]
        return .term(subject, .compare(sign, .literal(literal)))
    }

    private mutating func parseLiteral(stops: String) throws(ExpressionError) -> Literal {
        let start = at
        if peek == UInt8(ascii: "\"") { return Literal(quoted: try parseQuoted()) }
        let end = wordEnd(at, stops: stops)
        guard end > start, !isKeyword(.and), !isKeyword(.or), !isKeyword(.not) else {
            throw error(
                .missingOperand, "a value is missing here",
                hint: "write a number, a duration, or a text in quotes",
                at: end > start ? start..<end : start..<start)
        }
        if byte(end) == UInt8(ascii: "(") { throw unknownFunction(start..<end) }
        at = end
        return Literal(bare: text(start..<end))
    }

    /// Reads `a, "b c")`.
    private mutating func parseAny(_ place: inout TermPlace) throws(ExpressionError) -> [Literal] {
        let open = at - 1
        var list: [Literal] = []
        while true {
            skipSpace()
            let start = at
            if isAtEnd { throw unclosed(open) }
            list.append(try parseLiteral(stops: ","))
            place.values.append(start..<at)
            if list.count > 1 { try count(start..<at) }
            skipSpace()
            if take(")") { return list }
            if isAtEnd { throw unclosed(open) }
            guard take(",") else {
                throw error(
                    .unexpected, "a comma is missing between two values", hint: "write any(a, b)",
                    at: wordRange(at))
            }
        }
    }

    /// Reads `*healthy*)` or `"*a b*")`; without quotes up to the parenthesis.
    private mutating func parseGlob(_ place: inout TermPlace) throws(ExpressionError) -> String {
        let open = at - 1
        skipSpace()
        let start = at
        let pattern: String
        if peek == UInt8(ascii: "\"") {
            pattern = try parseQuoted()
        } else {
            guard let close = bytes[at...].firstIndex(of: UInt8(ascii: ")")) else { throw unclosed(open) }
            var end = close
            while end > at, bytes[end - 1] == 0x20 { end -= 1 }
            at = end
            pattern = text(start..<end)
        }
        place.values = [start..<at]
        skipSpace()
        guard take(")") else {
            if isAtEnd { throw unclosed(open) }
            throw error(.unexpected, "pat() takes one pattern", at: wordRange(at))
        }
        return pattern
    }

    private func unclosed(_ open: Int) -> ExpressionError {
        error(.unclosedParenthesis, "this parenthesis is not closed", hint: "add )", at: open..<open + 1)
    }

    private mutating func parsePlaceholder() throws(ExpressionError) -> FieldPath {
        let start = at
        at += 1
        while let byte = peek, FieldPath.isPlaceholderByte(byte) { at += 1 }
        guard peek == UInt8(ascii: "]"), at > start + 1 else {
            throw error(
                .unexpected, "a placeholder is a name in capitals in brackets",
                hint: "write [STATUS] or [BODY].user.name",
                at: start..<max(start + 1, min(bytes.count, at + 1)))
        }
        at += 1
        let name = text(start..<at)
        var path: [FieldPath.Step] = []
        while let byte = peek, byte == UInt8(ascii: ".") || byte == UInt8(ascii: "[") {
            guard path.count < ExpressionLimits.depth else {
                throw error(
                    .tooDeep, "the way into the document is longer than \(ExpressionLimits.depth) steps",
                    at: start..<at)
            }
            path.append(byte == UInt8(ascii: ".") ? try parseKey() : try parseIndex())
        }
        return FieldPath(name, path: path)
    }

    private mutating func parseKey() throws(ExpressionError) -> FieldPath.Step {
        at += 1
        let start = at
        if peek == UInt8(ascii: "\"") { return .key(try parseQuoted()) }
        while !isAtEnd, !endsWord(at), !"=!~,:.[".utf8.contains(bytes[at]) { at += 1 }
        guard at > start else {
            throw error(
                .missingValue, "a name is missing after the dot", hint: #"quote odd names: [BODY]."a b""#,
                at: start - 1..<start)
        }
        return .key(text(start..<at))
    }

    private mutating func parseIndex() throws(ExpressionError) -> FieldPath.Step {
        let start = at
        at += 1
        while let byte = peek, byte &- 48 < 10 { at += 1 }
        guard peek == UInt8(ascii: "]"), at - start <= 9, let index = Int(text(start + 1..<at)) else {
            throw error(
                .unexpected, "an index is a number from 0", hint: "write [BODY].items[0]",
                at: start..<min(bytes.count, at + 1))
        }
        at += 1
        return .index(index)
    }
}
