import Expressions
import Testing

@Suite struct ConditionParsingTests {
    static func field(_ name: String, _ path: [FieldPath.Step] = []) -> Subject {
        .field(FieldPath(name, path: path))
    }
    static func compare(_ sign: Comparison, _ text: String) -> FieldTest {
        .compare(sign, .literal(Literal(bare: text)))
    }

    static let trees: [(String, ExpressionNode)] = [
        ("failure_rate > 1%", .term(field("failure_rate"), compare(.greater, "1%"))),
        ("failure_rate>1%", .term(field("failure_rate"), compare(.greater, "1%"))),
        ("[STATUS] == 200", .term(field("[STATUS]"), compare(.equal, "200"))),
        ("[RESPONSE_TIME] < 300", .term(field("[RESPONSE_TIME]"), compare(.less, "300"))),
        (
            #"[BODY].user.name == "x""#,
            .term(
                field("[BODY]", [.key("user"), .key("name")]),
                .compare(.equal, .literal(Literal(quoted: "x"))))
        ),
        (
            #"[BODY][0].a-b."c d" != up"#,
            .term(field("[BODY]", [.index(0), .key("a-b"), .key("c d")]), compare(.notEqual, "up"))
        ),
        (
            "len([BODY].items) > 0",
            .term(.length(FieldPath("[BODY]", path: [.key("items")])), compare(.greater, "0"))
        ),
        ("has([BODY].x)", .term(field("[BODY]", [.key("x")]), .exists)),
        ("has([BODY].x) == true", .term(field("[BODY]", [.key("x")]), .exists)),
        ("has([BODY].x) == false", .not(.term(field("[BODY]", [.key("x")]), .exists))),
        ("has([BODY].x) != true", .not(.term(field("[BODY]", [.key("x")]), .exists))),
        ("not has(x)", .not(.term(field("x"), .exists))),
        ("[BODY] == pat(*healthy*)", .term(field("[BODY]"), .glob("*healthy*"))),
        (#"[BODY] == pat("a) b*")"#, .term(field("[BODY]"), .glob("a) b*"))),
        ("[BODY] != pat( x* )", .not(.term(field("[BODY]"), .glob("x*")))),
        (
            "[STATUS] == any(200, 429)",
            .term(field("[STATUS]"), .equalsAny([Literal(bare: "200"), Literal(bare: "429")]))
        ),
        ("[STATUS] != any(500)", .not(.term(field("[STATUS]"), .equalsAny([Literal(bare: "500")])))),
        (
            "[BODY].a == [BODY].b",
            .term(
                field("[BODY]", [.key("a")]), .compare(.equal, .subject(field("[BODY]", [.key("b")]))))
        ),
        (
            "[BODY].total >= len([BODY].items)",
            .term(
                field("[BODY]", [.key("total")]),
                .compare(
                    .greaterOrEqual, .subject(.length(FieldPath("[BODY]", path: [.key("items")])))))
        ),
        (
            "a > 1 and b < 2 or not c == 3",
            .or([
                .and([.term(field("a"), compare(.greater, "1")), .term(field("b"), compare(.less, "2"))]),
                .not(.term(field("c"), compare(.equal, "3"))),
            ])
        ),
        (
            "a > 1 AND (b < 2 Or c == 3)",
            .and([
                .term(field("a"), compare(.greater, "1")),
                .or([.term(field("b"), compare(.less, "2")), .term(field("c"), compare(.equal, "3"))]),
            ])
        ),
        ("!a == 1", .not(.term(field("a"), compare(.equal, "1")))),
        ("p99 > 1m30s", .term(field("p99"), compare(.greater, "1m30s"))),
        ("caller:web", .term(field("caller"), .matches([.literal(Literal(bare: "web"))]))),
        (
            "caller:(web, app) and p99:>1s",
            .and([
                .term(
                    field("caller"),
                    .matches([.literal(Literal(bare: "web")), .literal(Literal(bare: "app"))])),
                .term(field("p99"), compare(.greater, "1s")),
            ])
        ),
        (#"[BODY] ~ "ok|fine""#, .term(field("[BODY]"), .regex("ok|fine"))),
        (#""odd name" > 1"#, .term(field("odd name"), compare(.greater, "1"))),
    ]

    @Test("A condition makes its tree", arguments: trees)
    func tree(source: String, expected: ExpressionNode) throws {
        #expect(try BooleanExpression.condition(source).root == expected)
    }

    @Test("A condition is printed so that it is read as the same tree", arguments: trees)
    func roundTrip(source: String, expected: ExpressionNode) throws {
        let parsed = try BooleanExpression.condition(source)
        #expect(try BooleanExpression.condition(parsed.description) == parsed)
    }
}
