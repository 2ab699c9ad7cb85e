import Foundation
import GantryBase
import Model
import Testing

@testable import Specification

/// The examples of the documentation are what it says they are: right, and whole where they look whole.
@Suite struct DocumentationTests {
    struct Example: CustomTestStringConvertible, Sendable {
        var file: String
        /// Of its first line in the document.
        var line: Int
        var text: String
        var testDescription: String { "\(file):\(line)" }
        /// A whole file begins as one; everything else is an excerpt.
        var isWhole: Bool { text.hasPrefix("apiVersion:") }
        var isPlatform: Bool {
            isWhole ? text.contains("\nkind: Platform\n") : file == "docs/platform.md"
        }
    }

    static let serviceHead = [
        "apiVersion: gantry/v1", "kind: Service", "name: article", "language: python@3.11",
    ]
    static let platformHead = [
        "apiVersion: gantry/v1", "kind: Platform", "name: clinic", "businesses: [{name: yidian}]",
        "regions: [guangzhou, nanjing]", "clusters: [{name: local, kind: local}]",
        "environments: [{name: production}]",
    ]

    static let examples = ["README.md", "docs/service.md", "docs/platform.md"].flatMap(examples)

    static func examples(in file: String) -> [Example] {
        var examples: [Example] = []
        var open: Example?
        let text = (try? ExampleFilesTests.text(file)) ?? ""
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line == "```yaml" {
                open = Example(file: file, line: number + 2, text: "")
            } else if line == "```", let example = open {
                examples.append(example)
                open = nil
            } else {
                open?.text += line + "\n"
            }
        }
        return examples
    }

    @Test func bothDocumentsBeginWithAWholeFile() {
        for file in ["docs/service.md", "docs/platform.md"] {
            #expect(Self.examples(in: file).first?.isWhole == true, "\(file)")
        }
    }

    @Test(arguments: examples) func anExampleIsRight(_ example: Example) {
        let text = example.isWhole ? example.text : Self.completed(example)
        let diagnostics =
            example.isPlatform
            ? PlatformFile.read(text).diagnostics
            : ServiceFile.read(text, service: nil, platform: nil).diagnostics
        // An excerpt may show a key that is not acted on yet, which the text around it says.
        let wrong = diagnostics.filter { example.isWhole || $0.severity == .error }
        #expect(wrong.isEmpty, "\(wrong.map(\.description).joined(separator: "\n"))")
    }

    /// The whole service also fits the platform that is described beside it.
    @Test func theServiceFitsThePlatform() throws {
        let platform = try #require(Self.examples(in: "docs/platform.md").first)
        let service = try #require(Self.examples(in: "docs/service.md").first)
        let frame = try #require(PlatformFile.read(platform.text).value)
        var text = service.text
        // The platform has no testing.
        text.replace("  testing: ~\n", with: "")
        let reading = ServiceFile.read(text, service: ServiceName("yidian", "article"), platform: frame)
        #expect(reading.diagnostics.isEmpty, "\(reading.diagnostics.map(\.description))")
        let production = try #require(reading.value?.environments["production"])
        #expect(production.stop.grace == .seconds(35))
    }

    private static func completed(_ example: Example) -> String {
        let head = example.isPlatform ? platformHead : serviceHead
        let missing = head.filter { line in
            let key = line.prefix { $0 != ":" }
            return !example.text.hasPrefix("\(key):") && !example.text.contains("\n\(key):")
        }
        return (missing + [example.text]).joined(separator: "\n")
    }
}
