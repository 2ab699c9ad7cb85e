import Expressions
import Testing

@Suite struct QuantityTests {
    static let amounts: [(String, Quantity?)] = [
        ("0", .integer(0)), ("-7", .integer(-7)), ("007", .integer(7)),
        ("9223372036854775807", .integer(.max)),
        ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .decimal(9_223_372_036_854_775_808)),
        ("1.5", .decimal(1.5)), ("0.1", .decimal(0.1)), ("1e3", .decimal(1000)), ("1E-2", .decimal(0.01)),
        ("123456789012345678901234567890", .decimal(1.2345678901234568e29)),
        ("0.1234567890123456789012345", .decimal(0.12345678901234568)), ("1e308", .decimal(1e308)),
        ("1e309", nil),
        ("1%", .percent(0.01)), ("0.5%", .percent(0.005)), ("-3%", .percent(-0.03)),
        ("300ms", .duration(nanoseconds: 300_000_000)), ("1.5s", .duration(nanoseconds: 1_500_000_000)),
        ("1m30s", .duration(nanoseconds: 90_000_000_000)), ("2h", .duration(nanoseconds: 7_200_000_000_000)),
        ("1w2d", .duration(nanoseconds: 777_600_000_000_000)), ("5us", .duration(nanoseconds: 5000)),
        ("5µs", .duration(nanoseconds: 5000)), ("5μs", .duration(nanoseconds: 5000)),
        ("9ns", .duration(nanoseconds: 9)),
        ("-1m30s", .duration(nanoseconds: -90_000_000_000)), ("30s1m", nil), ("1m1m", nil),
        ("300d300000d", nil),
        ("999999999w", nil), ("10MiB", .bytes(10 << 20)), ("10Mi", .bytes(10 << 20)),
        ("1.5KiB", .bytes(1536)),
        ("2kB", .bytes(2000)), ("2KB", .bytes(2000)), ("3GB", .bytes(3_000_000_000)),
        ("1TiB", .bytes(1 << 40)),
        ("512B", .bytes(512)), ("9999999999TiB", nil), ("1Bi", nil), ("1k", nil), ("1M", nil), ("1MiX", nil),
        ("1Bx", nil),
        ("", nil), ("-", nil), (".5", nil), ("5.", nil), ("1..2", nil), ("+5", nil), ("0x10", nil),
        ("1e", nil), ("nan", nil),
        ("inf", nil), ("5 ms", nil), ("1,5", nil), ("5%%", nil), ("٣", nil), ("1-2", nil), ("1m-30s", nil),
    ]

    @Test("Amounts are read whole or not at all", arguments: amounts)
    func reading(text: String, expected: Quantity?) {
        #expect(Quantity(text) == expected)
    }
}

@Suite struct TokenTests {
    static let texts: [(String, [String])] = [
        ("Connection reset by-peer", ["connection", "reset", "by", "peer"]),
        ("user_id=12", ["user_id", "12"]), ("", []),
        ("...", []), ("请求timeout了", ["请", "求", "timeout", "了"]), ("ПРИВЕТ", ["привет"]),
        ("e\u{301}tude", ["e\u{301}tude"]),
        ("かな ハングル한", ["か", "な", "ハ", "ン", "グ", "ル", "한"]), ("a。b", ["a", "b"]),
    ]

    @Test("A text is cut into tokens in small letters", arguments: texts)
    func tokens(text: String, expected: [String]) {
        #expect(Tokens.of(text) == expected)
    }

    static let required: [(String, Set<RequiredToken>)] = [
        ("Timeout", [.init("timeout")]), (#""connection reset""#, [.init("connection"), .init("reset")]),
        (#""connection res"*"#, [.init("connection")]), ("time*", []), ("超时*", [.init("超"), .init("时")]),
        ("a b", [.init("a"), .init("b")]), ("a OR b", []), (#""x a" OR "x b""#, [.init("x")]), ("-a", []),
        (#"~"a""#, []),
        ("service:article", [.init("article", in: FieldPath("service"))]),
        ("service:(article-a, article-b)", [.init("article", in: FieldPath("service"))]),
        ("level:error", []), ("status:500", []), ("ok:True", []),
        ("name:=Web", [.init("web", in: FieldPath("name"))]),
        ("name:!=Web", []), ("a -(b c)", [.init("a")]),
    ]

    @Test("The tokens that a match must have are named", arguments: required)
    func requiredTokens(search: String, expected: Set<RequiredToken>) throws {
        #expect(try BooleanExpression.search(search).requiredTokens() == expected)
    }
}
