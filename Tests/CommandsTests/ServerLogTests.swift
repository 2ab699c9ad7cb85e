import GantryBase
import Logging
import Testing
import Wire

@testable import Commands

@Suite struct ServerLogTests {
    private static let now = Timestamp(seconds: 1_900_000_000)
    private static let token = "gantry_bcdfghjk" + String(repeating: "m", count: 32)

    private func line(_ form: LogForm, _ message: String, _ fields: Logger.Metadata = [:]) -> String {
        ServerLog(label: "gantry", form: form, now: { Self.now }, write: { _ in })
            .line(.warning, message, fields)
    }

    @Test func aLineOfJSONIsOneObject() throws {
        let text = line(
            .json, "odd \u{1b}[31m\nmessage \"quoted\"",
            ["id": "x", "list": ["a", "b"], "map": ["k": "v"], "number": .stringConvertible(7)])
        #expect(text.split(separator: "\n").count == 1 && text.hasSuffix("\n"))
        #expect(!text.contains("\u{1b}"))
        let value = try JSON.parse(Array(text.utf8))
        #expect(value["time"]?.stringValue == "2030-03-17T17:46:40Z" && value["level"] == "warning")
        #expect(value["message"]?.stringValue == "odd \u{1b}[31m\nmessage \"quoted\"")
        #expect(value["fields"]?["list"] == ["a", "b"] && value["fields"]?["map"] == ["k": "v"])
    }

    @Test func aLineForPeopleIsOneLineWithoutEscapes() {
        let text = line(.text, "odd \u{1b}[31m\nmessage", ["a": "two words", "b": "plain", "c": ""])
        #expect(
            text == "2030-03-17T17:46:40Z warning odd \\x1B[31m\\nmessage a=\"two words\" b=plain c=\"\"\n")
    }

    @Test(arguments: LogForm.allCases) func noTokenIsWritten(form: LogForm) {
        let text = line(
            form, "a message with \(Self.token) in it",
            ["x": "\(Self.token)", "list": [["inner": "see \(Self.token)"]]])
        #expect(!text.contains(Self.token) && text.contains("gantry_bcdfghjk…"))
    }
}
