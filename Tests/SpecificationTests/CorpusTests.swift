import Foundation
import Model
import Testing

@testable import Specification

@Suite struct CorpusTests {
    @Test func theCorpusIsThere() {
        #expect(Corpus.platform != nil)
        #expect(Corpus.invalid.count >= 60)
        #expect(Corpus.valid.count >= 10)
    }

    @Test(arguments: Corpus.invalid)
    func everyMistakeIsReportedAtItsPlace(file: Corpus.File) throws {
        try compare(file, in: "invalid")
        #expect(file.diagnostics.contains { $0.severity == .error })
    }

    @Test(arguments: Corpus.valid)
    func whatIsRightIsRead(file: Corpus.File) throws {
        try compare(file, in: "valid")
        #expect(!file.diagnostics.contains { $0.severity == .error })
    }

    @Test(arguments: Corpus.invalid + Corpus.valid)
    func everyDiagnosticSaysWhatIsWrongAndWhatToDo(file: Corpus.File) {
        for diagnostic in file.diagnostics {
            #expect(!diagnostic.message.isEmpty)
            #expect(diagnostic.hint?.isEmpty == false)
            #expect(diagnostic.file == file.name)
            #expect(diagnostic.line >= 1 && diagnostic.column >= 1)
            #expect(!diagnostic.description.dropLast(0).contains("Optional("))
        }
    }

    /// The words as people see them, reviewed as one text.
    @Test func theMessagesAreThoseOfTheGoldenText() throws {
        let text = (Corpus.invalid + Corpus.valid).flatMap(\.diagnostics).map { "\($0)\n" }.joined()
        try Golden.compare(text, Corpus.folder.appendingPathComponent("messages.txt"))
    }

    private func compare(_ file: Corpus.File, in kind: String) throws {
        let found = file.diagnostics.map { "\($0.code) \($0.line):\($0.column)" }.joined(separator: ", ")
        if Corpus.renews {
            let rest = file.text.drop { $0 != "\n" }
            let line = found.isEmpty ? "# expect:" : "# expect: \(found)"
            try (line + rest).write(to: Corpus.url(file, in: kind), atomically: true, encoding: .utf8)
        } else {
            #expect(found == file.expected)
        }
    }
}

enum Golden {
    static func compare(_ text: String, _ url: URL) throws {
        if Corpus.renews {
            try text.write(to: url, atomically: true, encoding: .utf8)
        } else {
            #expect(
                try String(contentsOf: url, encoding: .utf8) == text, "set GANTRY_RENEW_GOLDEN=1 to renew")
        }
    }
}
