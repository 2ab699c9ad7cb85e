import GantryBase
import Testing
import Wire

@Suite struct JSONParserTests {
    static let valid: [(String, JSONValue)] = [
        ("null", .null), (" true\n", true), ("\tfalse\r", false),
        ("0", 0), ("-0", 0), ("-1", -1), ("9223372036854775807", .integer(.max)),
        ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .number(9_223_372_036_854_775_808)),
        ("18446744073709551616", .number(18_446_744_073_709_551_616)),
        ("0.5", 0.5), ("-0.0", .number(-0.0)), ("1.0", 1.0), ("1e3", 1000.0), ("1E+2", 100.0), ("25e-1", 2.5),
        ("0.1", 0.1), ("123456789012345678901234567890", 123456789012345678901234567890.0),
        ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
        ("5e-324", .number(.leastNonzeroMagnitude)),
        ("0e999999999999999999999", 0.0), ("9007199254740993.0", 9007199254740992.0),
        (#""""#, ""), (#""a""#, "a"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#""\u0041\u00e9\u4E2d""#, "Aé中"), (#""\ud83d\ude00""#, "😀"), (#""\u0000x""#, "\0x"),
        (#""中文 é 😀 and a longer run of text""#, "中文 é 😀 and a longer run of text"),
        (#""12345678\n1234567812345678""#, "12345678\n1234567812345678"),
        ("[]", []), ("[ ]", []), ("{}", [:]), ("{ }", [:]), ("[1,[2,[3]]]", [1, [2, [3]]]),
        (#"{"b":1,"a":{"":null}}"#, ["b": 1, "a": ["": nil]]),
        (" [ 1 , true , \"x\" ] ", [1, true, "x"]),
    ]

    @Test("A document of the grammar becomes its value", arguments: valid)
    func parsesValid(_ text: String, _ value: JSONValue) throws {
        let parsed = try JSON.parse(text)
        #expect(parsed == value)
        #expect(try JSON.parse(JSON.write(parsed)) == value)
        #expect(try JSON.parse(JSON.write(parsed, pretty: true)) == value)
    }

    static let invalid: [(String, JSONError.Kind, Int, Int)] = [
        ("", .truncated, 1, 1), ("  \n ", .truncated, 2, 2), ("[", .truncated, 1, 2),
        ("[1", .truncated, 1, 3),
        ("[1,", .truncated, 1, 4), ("{", .truncated, 1, 2), ("{\"a\"", .truncated, 1, 5),
        ("{\"a\":", .truncated, 1, 6), ("{\"a\":1", .truncated, 1, 7), ("{\"a\":1,", .truncated, 1, 8),
        ("\"abc", .truncated, 1, 5), ("\"\\", .truncated, 1, 3), ("\"\\u12", .truncated, 1, 6),
        ("tru", .truncated, 1, 4), ("-", .truncated, 1, 2), ("1.", .truncated, 1, 3),
        ("1e", .truncated, 1, 3),
        ("1e+", .truncated, 1, 4),
        ("nul!", .syntax, 1, 4), ("True", .syntax, 1, 1), ("NaN", .syntax, 1, 1),
        ("-Infinity", .syntax, 1, 2),
        ("+1", .syntax, 1, 1), (".5", .syntax, 1, 1), ("01", .syntax, 1, 1), ("-012", .syntax, 1, 2),
        ("1.e5", .syntax, 1, 3), ("0x10", .syntax, 1, 2), ("'a'", .syntax, 1, 1), ("[1,]", .syntax, 1, 4),
        ("[,1]", .syntax, 1, 2), ("[1 2]", .syntax, 1, 4), ("{\"a\":1,}", .syntax, 1, 8),
        ("{a:1}", .syntax, 1, 2),
        ("{1:1}", .syntax, 1, 2), ("{\"a\" 1}", .syntax, 1, 6), ("{\"a\":1 \"b\":2}", .syntax, 1, 8),
        ("[1}", .syntax, 1, 3), ("1 2", .syntax, 1, 3), ("{} x", .syntax, 1, 4), ("[] // no", .syntax, 1, 4),
        ("\u{FEFF}1", .syntax, 1, 1), ("\u{A0}1", .syntax, 1, 1), ("\"a\nb\"", .syntax, 1, 3),
        ("\"12345678\tb\"", .syntax, 1, 10), ("\"\0\"", .syntax, 1, 2),
        (#""\x""#, .invalidEscape, 1, 3), (#""\u12g4""#, .invalidEscape, 1, 6),
        (#""\U0041""#, .invalidEscape, 1, 3),
        (#""\ud800""#, .invalidEscape, 1, 2), (#""\udc00""#, .invalidEscape, 1, 2),
        (#""\ud800\ud800""#, .invalidEscape, 1, 2), (#""é\ud800x""#, .invalidEscape, 1, 3),
        (#""\ud800\n""#, .invalidEscape, 1, 2), (#""\u123٤""#, .invalidEscape, 1, 7),
        ("1e400", .numberOutOfRange, 1, 1), ("[-1e309]", .numberOutOfRange, 1, 2),
        (#"{"a":1,"b":2,"a":3}"#, .duplicateName, 1, 14), (#"{"a":1,"\u0061":3}"#, .duplicateName, 1, 8),
        ("{\n  \"中文\": [1,\n    x]\n}", .syntax, 3, 5), ("{\"中文\": x}", .syntax, 1, 8),
    ]

    @Test("What is not JSON is refused, with the place", arguments: invalid)
    func refusesInvalid(_ text: String, _ kind: JSONError.Kind, _ line: Int, _ column: Int) throws {
        let error = try #require(throws: JSONError.self) { try JSON.parse(text) }
        #expect(error.kind == kind)
        #expect([error.line, error.column] == [line, column])
    }

    static let messages: [(String, String)] = [
        ("[1 2]", "line 1, column 4: expected ',' or ']', found '2'"),
        ("{\n\"a\" 1}", "line 2, column 5: expected ':', found '1'"),
        ("{\"a\":", "line 1, column 6: expected a value, found the end of the document"),
        ("tru ", "line 1, column 4: expected true, found byte 0x20"),
        ("{\"a\":1,\"a\":2}", "line 1, column 8: the name \"a\" is there twice"),
    ]

    @Test("An error says what was expected and what is there", arguments: messages)
    func describes(_ text: String, _ message: String) throws {
        let error = try #require(throws: JSONError.self) { try JSON.parse(text) }
        #expect(error.description == message)
        #expect(JSON.describe(error) == message)
    }

    static let badUTF8: [([UInt8], Int)] = [
        ([0x80], 1), ([0xC3], 1), ([0xC0, 0x80], 1), ([0xE4, 0xB8], 1), ([0xED, 0xA0, 0x80], 1),
        ([0xF5, 0x80, 0x80, 0x80], 1),
        ([0xF0, 0x9F, 0x98], 1), ([0x61, 0xFF], 2), ([0xE4, 0xB8, 0xAD, 0xE4, 0x61], 4),
        ([0x5C, 0x6E, 0x61, 0xFF], 4), ([0xE4, 0x5C, 0x75, 0x30, 0x30, 0x38, 0x30], 1),
    ]

    @Test("Bytes that are no UTF-8 are refused at the first bad one", arguments: badUTF8)
    func refusesBadUTF8(_ inside: [UInt8], _ offset: Int) throws {
        let error = try #require(throws: JSONError.self) { try JSON.parse([0x22] + inside + [0x22]) }
        #expect(error.kind == .invalidUTF8)
        #expect(error.offset == offset)
    }

    @Test("Nesting ends at the limit, of arrays, objects and both")
    func nesting() throws {
        func deep(_ open: String, _ close: String, _ count: Int) -> String {
            String(repeating: open, count: count) + "1" + String(repeating: close, count: count)
        }
        _ = try JSON.parse(deep("[", "]", 128))
        _ = try JSON.parse(deep("{\"a\":", "}", 128))
        for text in [
            deep("[", "]", 129), deep("{\"a\":", "}", 129), String(repeating: "[", count: 1_000_000),
        ] {
            let error = try #require(throws: JSONError.self) { try JSON.parse(text) }
            #expect(error.kind == .tooDeep)
        }
        _ = try JSON.parse("[" + Array(repeating: "[[]]", count: 1000).joined(separator: ",") + "]")
    }

    @Test("A document or a number above its limit is refused")
    func sizes() throws {
        let large = [UInt8](repeating: UInt8(ascii: " "), count: JSON.largestDocument + 1)
        #expect(try #require(throws: JSONError.self) { try JSON.parse(large) }.kind == .tooLarge)
        let long = "0." + String(repeating: "1", count: 2000)
        #expect(try #require(throws: JSONError.self) { try JSON.parse(long) }.kind == .numberOutOfRange)
        let exact = "0." + String(repeating: "3", count: 1000)
        #expect(try JSON.parse(exact) == .number(1.0 / 3))
    }

    @Test("Duplicate names are found in large objects, too")
    func manyMembers() throws {
        let members = (0..<1000).map { "\"n\($0)\":\($0)" }
        let value = try JSON.parse("{" + members.joined(separator: ",") + "}")
        #expect(value["n999"] == 999)
        for twice in [0, 15, 16, 17, 998] {
            let text = "{" + (members + ["\"n\(twice)\":0"]).joined(separator: ",") + "}"
            #expect(try #require(throws: JSONError.self) { try JSON.parse(text) }.kind == .duplicateName)
        }
    }

    static let sample =
        #"{"name":"中文 é 😀","list":[1,-2.5e-3,true,false,null,"\ud83d\ude00\n\\"],"o":{"a":{},"b":[]},"n":12.75}"#

    @Test("A document cut at any byte is an error, never a crash and never a value")
    func truncation() throws {
        let bytes = Array(Self.sample.utf8)
        _ = try JSON.parse(bytes)
        for end in 0..<bytes.count {
            let error = try #require(throws: JSONError.self) { try JSON.parse(Array(bytes[..<end])) }
            #expect(error.offset <= end)
        }
    }

    @Test("A document with any byte replaced parses or fails, and what parses can be written and read")
    func mutation() throws {
        let bytes = Array(Self.sample.utf8)
        for at in bytes.indices {
            for byte in UInt8.min ... .max {
                var changed = bytes
                changed[at] = byte
                guard let value = try? JSON.parse(changed) else { continue }
                guard try JSON.parse(JSON.write(value)) == value else {
                    Issue.record("byte \(byte) at \(at)")
                    return
                }
            }
        }
    }
}
