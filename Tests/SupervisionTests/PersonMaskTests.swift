import GantryBase
import Glibc
import Model
import Testing
import Wire

@testable import Supervision

@Suite("What identifies people is masked in output") struct PersonMaskTests {
    private func masked(_ text: String, piece: Int = .max) -> String {
        var mask = PersonMask()
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var at = 0
        while at < bytes.count {
            let end = bytes.count - at > piece ? at + piece : bytes.count
            result += mask.apply(Array(bytes[at..<end]), now: .zero)
            at = end
        }
        return String(decoding: result + mask.end(), as: UTF8.self)
    }

    @Test(
        "in text and in JSON, also across reads",
        arguments: [
            ("a 13812345678 b\n", "a [phone] b\n"), ("13812345678", "[phone]"), ("\n\n", "\n\n"),
            ("1381234567\n8 x\n", "1381234567\n8 x\n"), ("电话号13812345678。\n", "电话号[phone]。\n"),
            ("11010519491231002X 6222021234567890128\n", "[id-card] [bank-card]\n"),
            ("a\n+86 138 1234 5678\nb 4711\n", "a\n[phone]\nb 4711\n"),
            (#"{"p": "13812345678", "n": 13812345678}"#, #"{"p": "[phone]", "n": "[phone]"}"#),
            (
                #"{"n":-13812345678.50e1,"a":[13812345678,1],"13812345678":"\"13812345678"}"# + "\n",
                #"{"n":"[phone]","a":["[phone]",1],"[phone]":"\"[phone]"}"# + "\n"
            ),
            ("{\"a\": \"\n13812345678\n", "{\"a\": \"\n[phone]\n"),
            (#" {"m": "\u624b\u673a\u53f713812345678"}"#, #" {"m": "\u624b\u673a\u53f7[phone]"}"#),
            (
                #"b'\xe5\x8f\x8713812345678' %E5%8F%8713812345678"#,
                #"b'\xe5\x8f\x87[phone]' %E5%8F%87[phone]"#
            ),
        ], [1, 2, 3, 7, .max])
    func table(row: (text: String, expected: String), piece: Int) {
        #expect(masked(row.text, piece: piece) == row.expected)
    }

    @Test("a line without an end goes on after a while, but for what may begin a number")
    func waiting() {
        var mask = PersonMask()
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        let first = mask.apply(Array("one\n{\"a\": 13812345678, \"tel\": 138".utf8), now: .zero)
        #expect(text(first) == "one\n")
        #expect(mask.deadline == PersonMask.patience.duration)
        #expect(mask.expire(now: .milliseconds(999)).isEmpty)
        #expect(text(mask.expire(now: .seconds(1))) == "{\"a\": \"[phone]\", \"tel\":")
        #expect(mask.deadline == nil, "nothing to wait for but the end")
        #expect(mask.apply(Array("1234".utf8), now: .seconds(5)).isEmpty)
        #expect(text(mask.apply(Array("5678}\n".utf8), now: .seconds(5))) == " \"[phone]\"}\n")
        #expect(mask.deadline == nil)
        #expect(text(mask.apply(Array("13812345678\n".utf8), now: .seconds(5))) == "[phone]\n")
    }

    @Test(
        "a line of any length goes on piece by piece, and is cut in no number",
        arguments: [0, 7, 11, 18, 23])
    func endless(shift: Int) {
        var mask = PersonMask()
        let unit = "x 138-1234-5678 y 13912345678 "
        let text = String(repeating: "-", count: shift) + String(repeating: unit, count: 12_000)
        var result: [UInt8] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: 5000) {
            result += mask.apply(Array(bytes[start..<min(bytes.count, start + 5000)]), now: .zero)
        }
        #expect(result.count > bytes.count / 2, "it was not held to the end")
        result += mask.end()
        let expected =
            String(repeating: "-", count: shift)
            + String(repeating: "x [phone] y [phone] ", count: 12_000)
        #expect(String(decoding: result, as: UTF8.self) == expected)
    }

    @Test("nothing printed by a program is in its files or its report")
    func instance() async throws {
        try await Scratch.with { scratch in
            let script = """
                for line in $(seq 1 3000); do echo "$line call 13812345678"; done
                printf 'split 1391234'; sleep 0.3; printf '5678 joined\\n'
                printf '{"id": 13712345678, "name": "x"}\\nask: '; sleep 1.5; printf '13612345678\\n'
                echo last 13512345678 >&2
                exit 3
                """
            var fixture = try InstanceFixture(scratch, command: ["/bin/sh", "-c", script])
            fixture.plan.health.readiness = nil
            fixture.plan.files.logBytes = ByteCount(bytes: 32 << 10)
            try await fixture.run { _ in
                #expect(await becomesTrue { scratch.text("log").contains("last [phone]\n") })
                #expect(scratch.text("log").contains("split [phone] joined\n"))
                #expect(
                    scratch.text("log").contains("{\"id\": \"[phone]\", \"name\": \"x\"}\nask: [phone]\n"))
                #expect(await becomesTrue { fixture.report?.status.reason?.contains("last [phone]") == true })
                let found = try await scratch.run(
                    shell(
                        "grep -rlE '1[35-9]12345678|1391234' \(scratch.path) --exclude=plan --exclude=output-*"
                    ))
                #expect(found.exit.exitCode == 1, "\(found.output)")
            }
        }
    }
}
