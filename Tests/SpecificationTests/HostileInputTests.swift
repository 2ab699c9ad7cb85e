import Foundation
import Model
import Testing

@testable import Specification

/// Whatever is pushed is read in bounded time and memory, and never ends the server.
@Suite struct HostileInputTests {
    private func codes(_ text: String) -> [String] {
        ServiceFile.read(text, service: nil, platform: Corpus.platform).diagnostics.map(\.code)
    }

    @Test func aFileBeyondTheLimitIsRefused() {
        #expect(codes(String(repeating: "#", count: YAMLDocument.fileLimitBytes + 1)) == ["too-large"])
    }

    @Test(arguments: ["[", "{", "- ", "? ", "{a: ", "!!x "])
    func deepNestingIsRefused(opening: String) {
        let text = String(repeating: opening, count: 100_000 / opening.utf8.count)
        #expect(!codes(text).isEmpty)
    }

    @Test func aliasesDoNotMultiply() {
        var text = "metrics:\n  - &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...4 {
            let alias = "*a\(level - 1)"
            text += "  - &a\(level) [\(alias), \(alias), \(alias)]\n"
        }
        #expect(codes(text).contains { $0 == "too-many-values" || $0 == "missing-key" })
        let laughs = (1...9).map {
            "  - &b\($0) [\(Array(repeating: "*b\($0 - 1)", count: 9).joined(separator: ", "))]"
        }
        #expect(codes("metrics:\n  - &b0 [x]\n" + laughs.joined(separator: "\n")) == ["too-many-aliases"])
    }

    @Test func aliasesInKeysDoNotMultiplyEither() {
        let leaf = Array(repeating: "x", count: 50_000).joined(separator: ",")
        let text = "a: &a [\(leaf)]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\nd: {? [*c, *c, *c] : 1}\n"
        let start = ContinuousClock.now
        #expect(!codes(text).isEmpty)
        // A bound against minutes, not a measurement.
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test func manyValuesAreRefused() {
        let items = Array(repeating: "x", count: YAMLDocument.nodeLimit + 1).joined(separator: ",")
        #expect(codes("metrics: [\(items)]\n") == ["too-many-values"])
    }

    @Test func manyMistakesAreCutAtALimit() {
        let text = (0..<2000).map { "k\($0): x\n" }.joined()
        let found = codes(text)
        #expect(found.count == Report.diagnosticLimit + 1)
        #expect(found.last == "more")
    }

    @Test func manyRepeatedKeysEnd() {
        let text = (0..<300).map { "k\($0 / 2): x\n" }.joined()
        #expect(codes(text).contains("duplicate-key"))
    }

    @Test(arguments: ["\u{FEFF}apiVersion: gantry/v1\r\nkind: Service\r\nname: a\r\nlanguage: go@1\r\n"])
    func aByteOrderMarkAndCarriageReturnsAreTaken(text: String) {
        #expect(codes(text).isEmpty)
    }

    /// Changes files of the corpus at random; what matters is that each reading ends and says where.
    @Test func changedFilesAreReadWithoutTrouble() {
        var random = SplitMix(state: 0x5EED)
        let pieces = [
            "\n", " ", ":", "- ", "{", "}", "[", "]", "\"", "'", "&a ", "*a", "? ", "#", "!x ", "~",
            "\t", "999999999999d", "..", "%", "\u{0}", "\u{E000}", "é", "|\n", "<<: ",
        ]
        for file in Corpus.valid + Corpus.invalid {
            for _ in 0..<12 {
                var bytes = Array(file.text.utf8)
                for _ in 0...Int(random.next() % 3) {
                    let at = Int(random.next() % UInt64(bytes.count))
                    let end = min(bytes.count, at + Int(random.next() % 4))
                    let piece = pieces[Int(random.next() % UInt64(pieces.count))]
                    bytes.replaceSubrange(at..<end, with: Array(piece.utf8))
                }
                let text = String(decoding: bytes, as: UTF8.self)
                let lines = text.unicodeScalars.count { $0 == "\n" || $0 == "\r" } + 2
                for diagnostic in ServiceFile.read(text, service: nil, platform: Corpus.platform).diagnostics
                    + PlatformFile.read(text).diagnostics
                {
                    #expect((1...lines).contains(diagnostic.line) && diagnostic.column >= 1, "\(text)")
                }
            }
        }
    }

    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }
}
