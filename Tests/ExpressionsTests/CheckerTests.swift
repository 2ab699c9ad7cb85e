import Expressions
import Testing

@Suite struct CheckerTests {
    static let schema = FieldSchema([
        "message": .prose, "level": .level, "service": .keyword, "status": .number, "duration": .duration,
        "size": .bytes,
        "failure_rate": .ratio, "cached": .bool, "tags": .list, "http.response.status_code": .number,
        "extra": .any,
    ])

    static let right = [
        "timeout", #"~"a""#, "level:warn..", "level:(error, FATAL)", "service:art*", "status:500..599",
        "status:>=500",
        "duration:>300ms", "duration:>300", "size:>10MiB", "size:>100", "cached:true", "tags:a",
        "message:reset",
        "message:~\"a\"", "extra:>=a", "status:*", "failure_rate:>1%", "failure_rate:>0.5",
    ]

    @Test("What fits the fields has no mistakes", arguments: right)
    func fitting(search: String) throws {
        #expect(try BooleanExpression.search(search).mistakes(with: Self.schema).isEmpty)
    }

    static let wrong: [(String, ExpressionError.Kind, String, String)] = [
        ("a servce:x", .unknownField, "servce", "do you mean service?"),
        ("status_code:500", .unknownField, "status_code", "http.response.status_code"),
        ("zzzzz:1", .unknownField, "zzzzz", "known are"),
        ("status:abc", .wrongType, "abc", "number"), ("status:(500, x)", .wrongType, "x", "number"),
        ("status:500..5ms", .wrongType, "5ms", "number"), ("status:5*", .wrongType, "5*", "compare"),
        ("status:~\"5\"", .wrongType, "~\"5\"", "compare"),
        ("duration:>5MiB", .wrongType, "5MiB", "300ms"), ("size:>5ms", .wrongType, "5ms", "10MiB"),
        ("level:warm..", .wrongType, "warm", "trace, debug"),
        ("level:~\"w\"", .wrongType, "~\"w\"", "warn and above"),
        ("cached:yes", .wrongType, "yes", "true or false"),
        ("cached:>true", .wrongType, "true", "true or false"),
        ("message:>a", .wrongType, "a", "word"), ("failure_rate:>5", .wrongType, "5", "5%"),
        ("failure_rate:>500%", .wrongType, "500%", "1%"),
    ]

    @Test("What a field cannot be asked is shown at its place", arguments: wrong)
    func misfit(search: String, kind: ExpressionError.Kind, marked: String, hint: String) throws {
        let mistakes = try BooleanExpression.search(search).mistakes(with: Self.schema)
        let mistake = try #require(mistakes.first)
        #expect(mistakes.count == 1 && mistake.kind == kind)
        let characters = Array(search)
        #expect(String(characters[mistake.offset..<mistake.offset + mistake.length]) == marked)
        #expect((mistake.hint ?? "").contains(hint), "\(mistake.hint ?? "")")
    }

    @Test("All mistakes come at once, from left to right")
    func all() throws {
        let search = "(servce:x OR level:warm) word * -status:(1, a, b) ~\"x\" sise:>1"
        let mistakes = try BooleanExpression.search(search).mistakes(with: Self.schema)
        #expect(mistakes.map(\.offset) == [1, 19, 44, 47, 55])
    }

    @Test("Where other fields may be named, only tests of known ones are mistakes")
    func open() throws {
        #expect(try BooleanExpression.search("other:1 a.b:>5ms").mistakes(with: .signals).isEmpty)
        #expect(try BooleanExpression.search("other:1 level:odd").mistakes(with: .signals).count == 1)
    }

    @Test("A check knows its placeholders")
    func checks() throws {
        let fine =
            "[STATUS] == 200 and [RESPONSE_TIME] < 300 and len([BODY].a[0]) > 1 and has([BODY].x) and [IP] == pat(10.*)"
        #expect(try BooleanExpression.condition(fine).mistakes(with: .checks).isEmpty)
        let mistakes = try BooleanExpression.condition(
            "[STATUSS] == 200 and [RESPONSE_TIME] < 5MiB and len([BODY]) > x and [BODY].n == [STATE] and [CONNECTED] == 1"
        ).mistakes(with: .checks)
        #expect(mistakes.map(\.kind) == [.unknownField, .wrongType, .wrongType, .unknownField, .wrongType])
        #expect(mistakes.first?.hint == "do you mean [STATUS]?")
    }
}
