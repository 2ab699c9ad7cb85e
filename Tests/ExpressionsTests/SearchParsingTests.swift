import Expressions
import Testing

@Suite struct SearchParsingTests {
    static func word(_ text: String) -> ExpressionNode { .text(.phrase(text)) }
    static func field(_ name: String, _ test: FieldTest) -> ExpressionNode {
        .term(.field(FieldPath(name)), test)
    }
    static func value(_ text: String) -> FieldTest { .matches([.literal(Literal(bare: text))]) }
    static func quoted(_ text: String) -> FieldTest { .matches([.literal(Literal(quoted: text))]) }

    static let trees: [(String, ExpressionNode)] = [
        ("", .all), ("  \n", .all), ("*", .all),
        ("timeout", word("timeout")),
        ("\u{3000}超时\u{3000}", word("超时")),
        (#""connection reset""#, word("connection reset")),
        (#""a \"b\" \\ \n""#, word("a \"b\" \\ \n")),
        ("timeo*", .text(.prefix("timeo"))),
        (#""connection re"*"#, .text(.prefix("connection re"))),
        (#"~"a.b""#, .text(.regex("a.b"))),
        (#"~"\d+ \"x\" \\""#, .text(.regex(#"\d+ "x" \\"#))),
        ("user_id=12", word("user_id=12")),
        ("a b", .and([word("a"), word("b")])),
        ("a AND b", .and([word("a"), word("b")])),
        ("a and b", .and([word("a"), word("and"), word("b")])),
        ("a OR b c", .or([word("a"), .and([word("b"), word("c")])])),
        ("(a OR b) c", .and([.or([word("a"), word("b")]), word("c")])),
        ("a (b c) d", .and([word("a"), word("b"), word("c"), word("d")])),
        ("a OR (b OR c)", .or([word("a"), word("b"), word("c")])),
        ("-a", .not(word("a"))), ("!a", .not(word("a"))), ("NOT a", .not(word("a"))),
        ("NOT (a)", .not(word("a"))), ("NOT(a)", .not(word("a"))), ("--a", .not(.not(word("a")))),
        ("NOTE ANDY ORB", .and([word("NOTE"), word("ANDY"), word("ORB")])),
        (#""OR""#, word("OR")),
        ("a-b", word("a-b")),
        ("level:error", field("level", value("error"))),
        ("AND:x", field("AND", value("x"))),
        ("-level:error", .not(field("level", value("error")))),
        ("http.response.status_code:200", field("http.response.status_code", value("200"))),
        ("k8s/pod-name:a", field("k8s/pod-name", value("a"))),
        ("用户.编号:a", field("用户.编号", value("a"))),
        (#""odd name":x"#, field("odd name", value("x"))),
        (#"field:"a b""#, field("field", quoted("a b"))),
        (#"field:"500""#, field("field", quoted("500"))),
        (#"field:"""#, field("field", quoted(""))),
        ("host:10.0.0.1:8080", field("host", value("10.0.0.1:8080"))),
        ("temp:-5", field("temp", value("-5"))),
        ("field:val*", field("field", .matches([.prefix("val")]))),
        (#"field:"a b"*"#, field("field", .matches([.prefix("a b")]))),
        ("field:*", field("field", .exists)),
        (#"field:~"a|b""#, field("field", .regex("a|b"))),
        ("duration:>300ms", field("duration", .compare(.greater, .literal(Literal(bare: "300ms"))))),
        ("status:>=500", field("status", .compare(.greaterOrEqual, .literal(Literal(bare: "500"))))),
        ("status:<5", field("status", .compare(.less, .literal(Literal(bare: "5"))))),
        ("status:<=5", field("status", .compare(.lessOrEqual, .literal(Literal(bare: "5"))))),
        ("name:=Web", field("name", .compare(.equal, .literal(Literal(bare: "Web"))))),
        ("name:!=Web", field("name", .compare(.notEqual, .literal(Literal(bare: "Web"))))),
        ("status:500..599", field("status", .range(Literal(bare: "500"), Literal(bare: "599")))),
        ("x:-5..-1.5", field("x", .range(Literal(bare: "-5"), Literal(bare: "-1.5")))),
        ("level:warn..", field("level", .range(Literal(bare: "warn"), nil))),
        ("level:..warn", field("level", .range(nil, Literal(bare: "warn")))),
        (#"t:"a b".."c""#, field("t", .range(Literal(quoted: "a b"), Literal(quoted: "c")))),
        (
            #"field:(a, "b c", d*)"#,
            field(
                "field",
                .matches([.literal(Literal(bare: "a")), .literal(Literal(quoted: "b c")), .prefix("d")]))
        ),
        ("(level:error)", field("level", value("error"))),
    ]

    @Test("A search makes its tree", arguments: trees)
    func tree(source: String, expected: ExpressionNode) throws {
        #expect(try BooleanExpression.search(source).root == expected)
    }

    @Test("A tree is printed so that it is read as the same tree", arguments: trees)
    func roundTrip(source: String, expected: ExpressionNode) throws {
        let parsed = try BooleanExpression.search(source)
        #expect(try BooleanExpression.search(parsed.description) == parsed)
    }

    static let spellings: [(String, String)] = [
        ("a   AND (b AND c)", "a b c"), ("!a OR -b", "NOT a OR NOT b"), ("(a OR b) c", "(a OR b) c"),
        (#""word""#, "word"), (#"f:"value""#, "f:value"), (#"f:"500""#, #"f:"500""#), ("f:(a,b)", "f:(a, b)"),
        ("f:=a", "f:=a"), (#""OR" "a:b""#, #""OR" "a:b""#), ("x=y", #""x=y""#), ("", "*"),
        (#"NOT (a b)"#, "NOT (a b)"), ("f:1m30s..2h", "f:1m30s..2h"),
    ]

    @Test("An expression has one normal spelling", arguments: spellings)
    func spelling(source: String, normal: String) throws {
        #expect(try BooleanExpression.search(source).description == normal)
    }

    @Test("The fields used are named once, in order")
    func fields() throws {
        let expression = try BooleanExpression.search("a level:error (x.y:1 OR -level:info) duration:>1s")
        #expect(expression.fields == ["level", "x.y", "duration"].map { FieldPath($0) })
        #expect(expression.readsAnyText)
        #expect(try !BooleanExpression.search("level:error").readsAnyText)
        #expect(
            try BooleanExpression.condition("len([BODY].a) > [STATUS]").fields
                == [FieldPath("[BODY]", path: [.key("a")]), FieldPath("[STATUS]")])
    }

    @Test("A tree that a program built is printed and checked like a parsed one")
    func built() throws {
        let expression = BooleanExpression(
            .and([Self.word("a"), .and([Self.field("leve", Self.value("error"))])]))
        #expect(expression.source == "a leve:error")
        let mistake = try #require(expression.mistakes(with: FieldSchema(["level": .level])).first)
        #expect(mistake.utf8Offset == 2 && mistake.utf8Length == 4)
        #expect(mistake.hint == "do you mean level?")
    }
}
