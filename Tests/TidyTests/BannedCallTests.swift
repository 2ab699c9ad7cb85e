import Testing

/// Calls that hide a choice: each may stand only where its reason does.
@Suite struct BannedCallTests {
    struct Ban: Sendable {
        var pattern: String
        var reason: String
        /// Path prefixes where it is the right thing.
        var allowed: [String]
        /// A comment on the line before, or on the same line, that starts with `// Safe:` makes one use right.
        var excusable: Bool
    }

    static let bans: [Ban] = [
        Ban(
            pattern: "fatalError(", reason: "an error says what to do next; a trap does not", allowed: [],
            excusable: false),
        Ban(pattern: "try! ", reason: "an error says what to do next", allowed: [], excusable: false),
        Ban(
            pattern: "print(", reason: "only commands speak to a person; parts return or log",
            allowed: ["Sources/Commands/", "Sources/gantry"], excusable: false),
        Ban(
            pattern: " Process()", reason: "only the process table spawns, else exit statuses are stolen",
            allowed: [], excusable: false),
        Ban(
            pattern: "@unchecked Sendable", reason: "the compiler no longer checks: say why it is safe",
            allowed: [],
            excusable: true),
        Ban(
            pattern: "nonisolated(unsafe)", reason: "the compiler no longer checks: say why it is safe",
            allowed: [],
            excusable: true),
        Ban(
            pattern: "Task {", reason: "nobody waits for it or cancels it: say who does", allowed: [],
            excusable: true),
        Ban(
            pattern: "Task.detached", reason: "nobody waits for it or cancels it: say who does", allowed: [],
            excusable: true),
        Ban(
            pattern: "DispatchQueue", reason: "actors and tasks serve; blocking work has threads",
            allowed: [],
            excusable: false),
    ]

    @Test(arguments: bans) func aBannedCallStandsOnlyWhereItIsExplained(ban: Ban) throws {
        for file in try SourceTree.swiftFiles("Sources")
        where !ban.allowed.contains(where: file.path.hasPrefix) {
            for (index, line) in file.lines.enumerated() where line.contains(ban.pattern) {
                let code = line.drop { $0 == " " }
                if code.hasPrefix("//") || Self.isPartOfWord(ban.pattern, in: line) { continue }
                let near = file.lines[max(0, index - 4)...index]
                let excused = ban.excusable && near.contains { $0.contains("// Safe:") }
                #expect(excused, "\(file.path):\(index + 1): \(ban.pattern) — \(ban.reason)")
            }
        }
    }

    private static func isPartOfWord(_ pattern: String, in line: Substring) -> Bool {
        guard let range = line.firstRange(of: pattern), range.lowerBound > line.startIndex,
            pattern.first?.isLetter == true
        else { return false }
        let before = line[line.index(before: range.lowerBound)]
        return before.isLetter || before.isNumber || before == "_" || before == "."
    }
}
