import Expressions
import Testing

@Suite struct SearchMatchingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var search: String
        var record: [String: TestValue]
        var expected: Bool

        init(_ search: String, _ record: [String: TestValue], _ expected: Bool) {
            (self.search, self.record, self.expected) = (search, record, expected)
        }
        var testDescription: String { "\(search) on \(record)" }
    }

    static let words: [Case] = [
        Case("timeout", ["message": "Connection TIMEOUT."], true),
        Case("time", ["message": "timeout"], false), Case("out", ["message": "timeout"], false),
        Case("time*", ["message": "a Timeout"], true), Case("out*", ["message": "timeout"], false),
        Case("id", ["message": "user_id"], false), Case("user_id=12", ["message": "x user_id=12,y"], true),
        Case("user_id=1", ["message": "user_id=12"], false),
        Case("=12", ["message": "user_id=12"], true),
        Case(#""connection reset""#, ["message": "Connection Reset by peer"], true),
        Case(#""connection reset""#, ["message": "connection  reset"], false),
        Case(#""connection res"*"#, ["message": "connection reset"], true),
        Case("超时", ["message": "请求超时了"], true), Case("超时", ["message": "请求超 时"], false),
        Case("timeout", ["message": "请求timeout了"], true),
        Case("请求timeout", ["message": "新请求timeout了"], true),
        Case("请求time", ["message": "新请求timeout了"], false),
        Case("ПРИВЕТ", ["message": "ну привет"], true), Case("приве", ["message": "привет"], false),
        Case("É", ["message": "café é"], true), Case("é", ["message": "café"], false),
        Case("error", ["message": "fine", "detail": "some Error"], true),
        Case("500", ["status": 500], true), Case("x", ["tags": ["a", "x"]], true),
        Case("a b", ["message": "b a"], true), Case("a b", ["message": "a"], false),
        Case("a b", ["message": "a", "other": "b"], true),
        Case("a OR b", ["message": "b"], true), Case("-a", ["message": "b"], true),
        Case("-a", ["message": "a"], false), Case("a -b", ["message": "a b"], false),
        Case("*", [:], true), Case("", [:], true), Case("NOT *", ["message": "a"], false),
        Case(#"~"t.me(out|d)""#, ["message": "a timed b"], true),
        Case(#"~"TIMED""#, ["message": "a timed b"], false),
        Case(#"~"(?i)TIMED""#, ["message": "a timed b"], true),
        Case(#"~"^\w{2}$""#, ["message": "超时"], true),
    ]

    @Test("Words and phrases are found between the boundaries of words", arguments: words)
    func word(_ test: Case) throws {
        #expect(try matches(test.search, test.record) == test.expected)
    }

    static let fields: [Case] = [
        Case("service:article", ["service": "Article"], true),
        Case("service:article", ["service": "article-2"], false),
        Case("service:art*", ["service": "article"], true),
        Case("service:art*", ["service": "my art"], false),
        Case("message:reset", ["message": "connection reset"], true),
        Case("message:res", ["message": "connection reset"], false),
        Case("message:res*", ["message": "connection reset"], true),
        Case("service:(article, author)", ["service": "author"], true),
        Case("service:(article, auth*)", ["service": "doctor"], false),
        Case("status:500", ["status": 500], true), Case("status:500", ["status": "500"], true),
        Case(#"status:"500""#, ["status": 500], true), Case("status:500", ["status": 500.0], true),
        Case("id:007", ["id": "007"], true), Case("id:007", ["id": "7"], false),
        Case("id:007", ["id": 7], true),
        Case("id:9007199254740993", ["id": 9_007_199_254_740_993], true),
        Case("id:9007199254740993", ["id": 9_007_199_254_740_992], false),
        Case("status:>=500", ["status": 503], true), Case("status:>=500", ["status": "503"], true),
        Case("status:>=500", ["status": "bad"], false), Case("status:>=500", [:], false),
        Case("-status:>=500", [:], true),
        Case("status:500..599", ["status": 599], true), Case("status:500..599", ["status": 600], false),
        Case("status:..499", ["status": 200], true), Case("status:500..", ["status": 200], false),
        Case("duration:>300ms", ["duration": .duration(300_000_001)], true),
        Case("duration:>300ms", ["duration": .duration(300_000_000)], false),
        Case("duration:>300", ["duration": .duration(301_000_000)], true),
        Case("took:>300ms", ["took": 301], true), Case("took:>300ms", ["took": "0.31s"], true),
        Case("took:>300ms", ["took": "1m"], true), Case("took:>300ms", ["took": "long"], false),
        Case("size:>=1MiB", ["size": 1_048_576], true), Case("size:>=1MB", ["size": "999kB"], false),
        Case("rate:>1%", ["rate": 0.011], true), Case("rate:>1%", ["rate": 0.01], false),
        Case("rate:>1%", ["rate": "2%"], true),
        Case("ok:true", ["ok": true], true), Case("ok:TRUE", ["ok": true], true),
        Case("ok:false", ["ok": true], false),
        Case("version:>=1.10", ["version": 1.2], true),
        Case(#"version:>"1.10""#, ["version": "1.2"], true),
        Case("name:=Web", ["name": "Web"], true), Case("name:=Web", ["name": "web"], false),
        Case("name:!=Web", ["name": "web"], true), Case("name:!=Web", [:], true),
        Case("f:*", ["f": ""], true), Case("f:*", [:], false), Case("f:*", ["f": []], true),
        Case("-f:*", [:], true),
        Case("tags:b", ["tags": ["a", "B"]], true), Case("tags:!=b", ["tags": ["a", "b"]], false),
        Case("tags:>2", ["tags": [1, 3]], true),
        Case(#"path:~"^/api/\d+$""#, ["path": "/api/12"], true),
        Case(#"status:~"^5""#, ["status": 503], true),
        Case("ip:10.0.0.1:80", ["ip": "10.0.0.1:80"], true),
        Case(#""odd name":x"#, ["odd name": "x"], true),
    ]

    @Test("A field is compared as its value is", arguments: fields)
    func field(_ test: Case) throws {
        #expect(try matches(test.search, test.record) == test.expected)
    }

    static let levels: [Case] = [
        Case("level:warn..", ["level": "ERROR"], true), Case("level:warn..", ["level": "warning"], true),
        Case("level:warn..", ["level": "info"], false), Case("level:warn..", ["level": 17], true),
        Case("level:warn..", ["level": 12], false), Case("level:>warn", ["level": "WARN"], false),
        Case("level:..info", ["level": "notice"], true), Case("level:debug..warn", ["level": "Trace"], false),
        Case("level:error", ["level": "ERR"], true), Case("level:error", ["level": "ERROR3"], true),
        Case("level:(error, fatal)", ["level": "critical"], true),
        Case("level:fatal", ["level": "CRITICAL"], true), Case("level:fatal", ["level": "emerg"], true),
        Case("level:critical", ["level": "fatal"], true), Case("level:error", ["level": "crit"], false),
        Case("level:error", ["level": "SEVERE"], true), Case("level:info", ["level": "config"], true),
        Case("level:info", ["level": "INFO+2"], true), Case("level:warn", ["level": "info+4"], true),
        Case("level:!=error", ["level": "err"], false),
        Case("level:error", ["level": "errors"], false), Case("level:odd", ["level": "ODD"], true),
        Case("level:=warning", ["level": "warn"], true),
    ]

    @Test("Levels are ordered, whatever the library calls them", arguments: levels)
    func level(_ test: Case) throws {
        #expect(try matches(test.search, test.record) == test.expected)
    }

    @Test("Bytes that are no UTF-8 are text like any other, and hide nothing")
    func wrongBytes() throws {
        struct Raw: FieldReader {
            var bytes: [UInt8]
            func read(_ field: FieldReference, _ body: (FieldValue) -> Bool) -> Bool {
                bytes.withUnsafeBufferPointer { body(.text($0)) }
            }
            func anyText(_ body: (BorrowedText) -> Bool) -> Bool { bytes.withUnsafeBufferPointer(body) }
        }
        let record = Raw(
            bytes: [0xFF, 0xC3] + Array("timeout".utf8) + [0xE8, 0xB6] + Array(" 超时".utf8) + [0xF0])
        for search in ["timeout", "超时", #"~"time.ut""#, "x:~\"超时\"", "-привет", #"x:~"t\b""#] {
            #expect(try Matcher(.search(search)).matches(record), "\(search)")
        }
        #expect(try !Matcher(.search("imeout")).matches(record))
    }
}
