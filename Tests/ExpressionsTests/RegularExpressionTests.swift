import Expressions
import Testing

@Suite struct RegularExpressionTests {
    static func search(_ pattern: String, _ text: [UInt8]) throws -> RegularExpression.Outcome {
        let regex = try RegularExpression(pattern)
        return text.withUnsafeBufferPointer { regex.search($0, with: RegularExpression.Scratch()) }
    }

    @Test("It is found anywhere, by Unicode, letter case told apart")
    func found() throws {
        for (pattern, text) in [
            ("b", "abc"), ("^$", ""), ("超.", "请求超时"), (#"^\w+$"#, "用户_1"), ("(?i)ПРИ", "привет"),
            ("a{2}", "xaax"),
            (#"\bтут\b"#, "он тут."), ("(a)(b)(c)", "abc"),
        ] {
            #expect(try Self.search(pattern, Array(text.utf8)) == .found, "\(pattern)")
        }
        #expect(try Self.search("B", Array("abc".utf8)) == .absent)
        #expect(try Self.search("a", []) == .absent)
    }

    @Test("Wrong UTF-8 matches nothing and hides nothing")
    func wrongBytes() throws {
        #expect(try Self.search("ab", [0xFF, 97, 98, 0xC3]) == .found)
        #expect(try Self.search("^.$", [0xFF]) == .absent)
        #expect(try Self.search("a.b", [97, 0xFF, 98]) == .absent)
    }

    @Test("Machine code is made of it")
    func machineCode() throws {
        #expect(try RegularExpression("a+b").isCompiledToMachineCode)
    }

    @Test(
        "A mistake has a place",
        arguments: [("a(b", 3), ("[z-a]", 3), ("*a", 0), (#"\C"#, 2), ("(?<n>a)(?<n>b)", 12)])
    func mistakes(pattern: String, offset: Int) throws {
        let mistake = try #require(throws: RegularExpression.Mistake.self) { try RegularExpression(pattern) }
        #expect(abs(mistake.offset - offset) <= 2)
        #expect(!mistake.message.isEmpty)
    }

    @Test("One too long or too large is refused")
    func size() {
        #expect(throws: RegularExpression.Mistake.self) {
            try RegularExpression(String(repeating: "a", count: ExpressionLimits.regexBytes + 1))
        }
        #expect(throws: RegularExpression.Mistake.self) { try RegularExpression("((a{999}){999}){999}") }
        #expect(throws: RegularExpression.Mistake.self) {
            try RegularExpression(String(repeating: "(", count: 500))
        }
    }

    @Test("What machine code has no stack for, the interpreter finds")
    func deepStack() throws {
        // Each round keeps a point to return to, some hundred bytes of stack.
        let text = Array(repeating: UInt8(ascii: "a"), count: 4000) + [UInt8(ascii: "b")]
        #expect(try Self.search("^(?:(a)|b)*b$", text) == .found)
    }

    @Test("Many threads share one expression")
    func threads() async throws {
        let regex = try RegularExpression(#"user-\d+ (timeout|reset)"#)
        let found = await withTaskGroup(of: Int.self) { group in
            for task in 0..<8 {
                group.addTask {
                    let scratch = RegularExpression.Scratch()
                    return (0..<2000).reduce(0) { sum, index in
                        var text = "user-\(index) \(index % 8 == task ? "reset" : "fine")"
                        return sum + (text.withUTF8 { regex.search($0, with: scratch) } == .found ? 1 : 0)
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(found == 2000)
    }
}
