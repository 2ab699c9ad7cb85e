import Expressions
import GantryBase
import Testing

@Suite struct HostileInputTests {
    /// Ends with a tree or with a typed error whose place lies in the source.
    static func parse(_ source: String) {
        for form in [BooleanExpression.Form.search, .condition] {
            do throws(ExpressionError) {
                let parsed =
                    try form == .search
                    ? BooleanExpression.search(source) : BooleanExpression.condition(source)
                _ = parsed.mistakes(with: .checks)
                _ = parsed.requiredTokens()
                #expect(parsed.description.utf8.count <= 8 * source.utf8.count + 16)
            } catch {
                #expect(error.utf8Offset >= 0 && error.utf8Offset + error.utf8Length <= source.utf8.count)
                #expect(error.offset >= 0 && error.offset + error.length <= source.count)
                #expect(!error.message.isEmpty && error.description.contains("^"))
            }
        }
    }

    static let nests = [
        "(", "-", "!", "NOT ", "not ", "NOT(", "a OR (", "a (", "(((a) ", "-(", "f:(", "[", "len(", "\"",
    ]

    @Test("Deep nesting ends with an error", arguments: nests)
    func nesting(opening: String) {
        for count in [10, 63, 64, 65, 1000, 20_000] {
            Self.parse(String(repeating: opening, count: count) + "a")
        }
    }

    @Test("The deepest expression that is allowed is parsed, printed and matched")
    func deepest() throws {
        let levels = ExpressionLimits.depth - 1
        let source =
            String(repeating: "NOT (b ", count: levels / 2) + "a" + String(repeating: ")", count: levels / 2)
        let expression = try BooleanExpression.search(source)
        #expect(try BooleanExpression.search(expression.description) == expression)
        _ = try Matcher(expression).matches(TestRecord(["message": "a"]))
    }

    static let samples = [
        #"(level:error OR "connection reset"*) -service:(a, "b c", d*) duration:>300ms ~"t.m\"e" x:~"a|b" 状态:5..9 用户超时 f:"a".."b""#,
        #"not [BODY].user[0]."a b" == "x" and len([BODY].items) > 0 or has(x) == false and [STATUS] != any(1, "2") or b == pat(*x)"#,
    ]

    @Test("Every beginning and every gap of a sample is read or refused", arguments: samples)
    func cuts(sample: String) {
        let characters = Array(sample)
        for end in 0...characters.count {
            Self.parse(String(characters[..<end]))
            Self.parse(String(characters[end...]))
            if end < characters.count { Self.parse(String(characters[..<end] + characters[(end + 1)...])) }
        }
    }

    @Test("Random texts of the language's own signs are read or refused", arguments: UInt64(1)...20)
    func noise(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "(", ")", "\"", ":", "*", "~", "~\"", "..", ".", ",", ">", ">=", "=", "==", "!=", "!", "-", "|",
            "[", "]", "[BODY]",
            "len(", "has(", "pat(", "any(", "AND", "OR", "NOT", "and", "or", "not", " ", "  ", "a", "level",
            "5", "5ms", "\\",
            "\\\"", "超", "\u{3000}", "\u{301}", "：", "“", "\n", "\u{0}", "\u{1B}", "👨‍👩‍👧", "{", "}", "'", "%",
            "\r\n",
        ]
        for _ in 0..<400 {
            let count = generator.next() % 20
            Self.parse((0..<count).map { _ in pieces[Int(generator.next() % UInt64(pieces.count))] }.joined())
        }
    }

    @Test("A printed tree never means something else, whatever texts it holds", arguments: UInt64(1)...20)
    func texts(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let text = String(
                String.UnicodeScalarView(
                    (0...generator.next() % 6).compactMap { _ in
                        Unicode.Scalar(
                            UInt32(generator.next() % (generator.next() % 2 == 0 ? 0x80 : 0x11000)))
                    }))
            if text.isEmpty { continue }
            let tree = ExpressionNode.and([
                .text(.phrase(text)), .text(.prefix(text)),
                .term(.field(FieldPath(text)), .matches([.literal(Literal(quoted: text)), .prefix(text)])),
            ])
            #expect(
                try BooleanExpression.search(BooleanExpression(tree).description).root == tree,
                "seed \(seed): \(text.debugDescription)")
        }
    }

    @Test("What is dear to compile, check or explain ends soon")
    func dear() throws {
        let start = ContinuousClock().now
        let heavy = Array(repeating: #"~"((a{20}b?){40}c?){20}""#, count: ExpressionLimits.regexes).joined(
            separator: " ")
        Self.parse(heavy)
        let names = FieldSchema(
            Dictionary(
                uniqueKeysWithValues: (0..<20_000).map { ("some.rather.long.name.of.field.\($0)", .number) }))
        let unknown = (0..<ExpressionLimits.terms).map { "field.\($0):1" }.joined(separator: " ")
        let mistakes = try BooleanExpression.search(unknown).mistakes(with: names)
        #expect(mistakes.count == ExpressionLimits.reportedMistakes)
        #expect(ContinuousClock().now - start < .seconds(60))
    }

    static let catastrophes = [
        #"(a+)+$"#, #"(a|aa)+$"#, #"(a*)*b"#, #"^(([a-z])+.)+[A-Z]([a-z])+$"#, #"(?:a?){30}a{30}b"#,
        #"((a{1,9}){1,9}){1,9}b"#,
        #"(a(?1)?a?)*b"#, #"(?=(a+)+b)"#,
    ]

    @Test(
        "A regular expression without end is given up within its limits, and counted", arguments: catastrophes
    )
    func catastrophe(pattern: String) throws {
        let matcher = try Matcher(BooleanExpression(.text(.regex(pattern))))
        var session = MatchSession(matcher)
        let clock = ContinuousClock()
        let start = clock.now
        let long = TestRecord(["message": .text(String(repeating: "a", count: 5000) + "!")])
        #expect(session.matches(long) == false)
        let took = clock.now - start
        // A hang is what this rules out; the limit itself takes milliseconds.
        #expect(took < .seconds(5))
        #expect(session.matches(TestRecord(["message": "short"])) == false)
        #expect(session.undecided <= 1)
    }

    @Test("A record that nobody can decide is not matched, under NOT neither")
    func undecided() throws {
        let long = TestRecord(["message": .text(String(repeating: "a", count: 5000) + "!")])
        for search in [#"~"(a|aa)+$""#, #"-~"(a|aa)+$""#, #"message:~"(a|aa)+$""#, #"-message:~"(a|aa)+$""#] {
            let matcher = try Matcher(.search(search))
            var session = MatchSession(matcher)
            #expect(session.matches(long) == false)
            #expect(session.undecided == 1, "\(search)")
        }
        // What the rest of the expression decides needs no regular expression.
        let matcher = try Matcher(.search(#"~"(a|aa)+$" OR message:aaa*"#))
        var session = MatchSession(matcher)
        #expect(session.matches(long) == true)
        #expect(session.undecided == 0)
    }
}
