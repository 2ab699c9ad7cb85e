import Expressions
import GantryBase
import Testing

@Suite struct ExpressionErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var source: String
        var kind: ExpressionError.Kind
        /// What the carets mark; empty at the end of the source.
        var marked: String
        var hint: String

        init(_ source: String, _ kind: ExpressionError.Kind, _ marked: String, _ hint: String) {
            (self.source, self.kind, self.marked, self.hint) = (source, kind, marked, hint)
        }
        var testDescription: String { source }
    }

    static let searches: [Case] = [
        Case(#"a "b c"#, .unclosedQuote, "\"", "add \""),
        Case(#"f:"b c"#, .unclosedQuote, "\"", "add \""),
        Case(#"f:~"b c"#, .unclosedQuote, "\"", "add \""),
        Case("(a b", .unclosedParenthesis, "(", "add )"),
        Case("f:(a, b", .unclosedParenthesis, "(", "add )"),
        Case("a )", .unexpected, ")", "remove it"),
        Case("a AND", .missingOperand, "", "capitals"),
        Case("a OR OR b", .missingOperand, "OR", "capitals"),
        Case("AND a", .missingOperand, "AND", "capitals"),
        Case("NOT", .missingOperand, "", "capitals"),
        Case("a - b", .missingOperand, "-", "without a space"),
        Case("()", .missingOperand, "()", ""),
        Case("f:", .missingValue, "", "without a space"),
        Case("level: error", .missingValue, "", "without a space"),
        Case("(f:)", .missingValue, "", "without a space"),
        Case("f:>", .missingValue, "", "without spaces"),
        Case("status>=500", .unexpected, "status>=", "status:>=VALUE"),
        Case("a > b", .unexpected, ">", "duration:>VALUE"),
        Case("a && b", .unexpected, "&&", "AND"), Case("a || b", .unexpected, "|", "OR"),
        Case("a | count", .unexpected, "|", "OR"),
        Case("a*b", .unexpected, "*", "~\"a.*b\""),
        Case("f:*b", .unexpected, "*", "~\"a.*b\""),
        Case("f:(a b)", .unexpected, "b", "field:(a, b)"),
        Case("f:(a,)", .missingValue, ")", "f"),
        Case("http://example.com/x", .unexpected, "http://example.com/x", "quotes"),
        Case("std::vector", .unexpected, ":", "quotes"),
        Case("12:30", .unexpected, "12", "quotes"),
        Case("f:..", .missingValue, "..", "1..5"),
        Case("f:>1..2", .unexpected, "1..2", "1..5"),
        Case("f:1..2..3", .unexpected, "..2..3", "dots"),
        Case("f:==1", .unexpected, "==", "="),
        Case(#""C:\temp\x""#, .badEscape, #"\x"#, #"\\"#),
        Case(#"~"a(b""#, .badRegex, "b", "backslash"),
        Case(#"f:~"[z-a]""#, .badRegex, "a", "backslash"),
        Case("~abc", .missingValue, "~abc", "~\"time"),
        Case(#"~"""#, .missingValue, "\"\"", "field:*"),
        Case(#""""#, .missingValue, "\"\"", "*"),
        Case("“connection reset”", .unexpected, "“", "write \""),
        Case("level：error", .unexpected, "：", "write :"),
        Case("（a OR b）", .unexpected, "（", "write ("),
    ]

    @Test("A mistake in a search is shown at its place with a hint", arguments: searches)
    func search(_ test: Case) throws {
        try check(test, BooleanExpression.search)
    }

    static let conditions: [Case] = [
        Case("", .empty, "", "failure_rate > 1%"),
        Case("failure_rate", .missingOperand, "failure_rate", "== true"),
        Case("failure_rate >", .missingOperand, "", "number"),
        Case("a > and b > 1", .missingOperand, "and", "number"),
        Case("a = 1", .unexpected, "=", "=="),
        Case("a > 1 b > 2", .unexpected, "b", "and"),
        Case("lenn([BODY]) > 1", .unknownFunction, "lenn", "len()"),
        Case("sqrt(a) > 1", .unknownFunction, "sqrt", "len(), has()"),
        Case("pat(a) == 1", .unexpected, "pat", "[BODY].name == pat"),
        Case("[STATUS] == an(1, 2)", .unknownFunction, "an", "any()"),
        Case("[STATUS] > any(1, 2)", .unexpected, "any", ""),
        Case("[STATUS] == any(1, 2", .unclosedParenthesis, "(", "add )"),
        Case("[STATUS] == any(1 2)", .unexpected, "2", "any(a, b)"),
        Case("[BODY] == pat(*a", .unclosedParenthesis, "(", "add )"),
        Case("len([BODY] > 1", .unexpected, ">", ""),
        Case("len([BODY]", .unclosedParenthesis, "(", "add )"),
        Case("[status] == 200", .unexpected, "[s", "[STATUS]"),
        Case("[BODY].[0] == 1", .missingValue, ".", "quote"),
        Case("[BODY][x] == 1", .unexpected, "[x", "[0]"),
        Case("200 == [STATUS]", .unexpected, "200", "first"),
        Case("has(x) == 1", .unexpected, "1", "not has"),
        Case("a > 1 and", .missingOperand, "", "comparison"),
        Case("(a > 1", .unclosedParenthesis, "(", "add )"),
    ]

    @Test("A mistake in a condition is shown at its place with a hint", arguments: conditions)
    func condition(_ test: Case) throws {
        try check(test, BooleanExpression.condition)
    }

    private func check(_ test: Case, _ parse: (String) throws(ExpressionError) -> BooleanExpression) throws {
        do throws(ExpressionError) {
            Issue.record("read as \(try parse(test.source))")
        } catch {
            #expect(error.kind == test.kind)
            let characters = Array(test.source)
            #expect(String(characters[error.offset..<error.offset + error.length]) == test.marked)
            let bytes = Array(test.source.utf8)
            let marked = bytes[error.utf8Offset..<error.utf8Offset + error.utf8Length]
            #expect(String(decoding: marked, as: UTF8.self) == test.marked)
            #expect((error.hint ?? "").contains(test.hint), "\(error.hint ?? "no hint")")
        }
    }

    static func error(_ source: String) throws -> ExpressionError {
        do throws(ExpressionError) {
            _ = try BooleanExpression.search(source)
        } catch {
            return error
        }
        throw GantryError(.internal, "\(source) has no mistake")
    }

    @Test("Carets stand under the place, wide characters counted twice")
    func carets() throws {
        let error = try Self.error("用户 超时 status>500")
        #expect(error.offset == 6 && error.utf8Offset == 14)
        #expect(error.excerpt == "  用户 超时 status>500\n            ^^^^^^^")
        #expect(error.description.hasPrefix("a comparison in a search stands after a colon\n  用户"))
        #expect(error.description.contains("\nhint: write status:>VALUE"))
        #expect(error.gantryError.code == .invalid && error.gantryError.message.contains("^^^^^^^"))
    }

    @Test("Only the line with the mistake is shown")
    func lines() throws {
        #expect(try Self.error("first\nsecond )\nthird").excerpt == "  second )\n         ^")
        #expect(try Self.error("a\n)").excerpt == "  )\n  ^")
        #expect(try Self.error("(a\n").excerpt == "  (a\n  ^")
    }

    @Test("A long line is cut around the place")
    func longLine() throws {
        let error = try Self.error(
            String(repeating: "word ", count: 100) + ") " + String(repeating: "more ", count: 100))
        let lines = error.excerpt.split(separator: "\n")
        #expect(lines[0].count <= 80 && lines[0].hasPrefix("  …") && lines[0].hasSuffix("…"))
        let column = try #require(lines[1].firstIndex(of: "^"))
        let place = lines[1].distance(from: lines[1].startIndex, to: column)
        #expect(Array(lines[0])[place] == ")")
    }

    @Test("What could move a terminal's cursor is not shown")
    func controlCharacters() throws {
        let error = try Self.error("a\u{1B}[31mred \u{202E}evil ) \u{7}")
        #expect(
            !error.description.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x202E }
        )
        let named = try Self.error("\u{1B}[2J:x")
        #expect(!named.description.contains("\u{1B}"))
    }

    @Test("Limits have names")
    func limits() throws {
        #expect(
            try Self.error(String(repeating: "a", count: ExpressionLimits.sourceBytes + 1)).kind == .tooLong)
        #expect(try Self.error(String(repeating: "(", count: ExpressionLimits.depth + 1)).kind == .tooDeep)
        let words = Array(repeating: "a", count: ExpressionLimits.terms)
        #expect(throws: Never.self) { try BooleanExpression.search(words.joined(separator: " ")) }
        #expect(try Self.error((words + ["a"]).joined(separator: " ")).kind == .tooManyTerms)
        #expect(try Self.error("f:(" + (words + ["a"]).joined(separator: ",") + ")").kind == .tooManyTerms)
        let regexes = Array(repeating: #"x:~"a""#, count: ExpressionLimits.regexes + 1)
        #expect(try Self.error(regexes.joined(separator: " ")).kind == .tooManyTerms)
        let regex = String(repeating: "a", count: ExpressionLimits.regexBytes + 1)
        #expect(try Self.error("~\"\(regex)\"").kind == .badRegex)
        #expect(try Self.error("a" + String(repeating: " b", count: 9000)).gantryError.code == .limit)
    }
}
