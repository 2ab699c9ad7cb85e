import Testing

/// Keeps files and functions small enough to be read at one sitting. The lists of exceptions may only shrink: one
/// that is no longer needed fails the test as well.
@Suite struct SizeTests {
    static let fileLines = 300
    static let functionLines = 60
    static let longFiles: [String: String] = [:]
    /// By `FILE:FUNCTION`.
    static let longFunctions: [String: String] = [:]

    @Test func aFileAnswersOneQuestion() throws {
        var long: Set<String> = []
        for file in try SourceTree.swiftFiles("Sources") where file.lines.count > Self.fileLines {
            long.insert(file.path)
        }
        #expect(long == Set(Self.longFiles.keys))
    }

    @Test func aFunctionFitsAScreen() throws {
        var long: Set<String> = []
        for file in try SourceTree.swiftFiles("Sources") {
            for function in Self.functions(in: file) where function.lines > Self.functionLines {
                long.insert("\(file.path):\(function.name)")
            }
        }
        #expect(long == Set(Self.longFunctions.keys))
    }

    /// Finds functions by their indentation, which `swift format` keeps: one ends at the first line that closes a
    /// brace at the column where it began.
    static func functions(in file: SourceTree.File) -> [(name: String, lines: Int)] {
        var found: [(String, Int)] = []
        for (index, line) in file.lines.enumerated() {
            guard let match = line.firstMatch(of: /^( *)(?:[a-z@()]+ )*(?:func (\S+?)[(<]|init[?(<])/) else {
                continue
            }
            if line.hasSuffix("}") { continue }
            let end = match.1 + "}"
            guard let close = file.lines[index...].firstIndex(where: { $0 == end || $0.hasPrefix(end + " ") })
            else { continue }
            let next =
                file.lines[index...].dropFirst().firstIndex { $0.hasPrefix(match.1 + "func ") } ?? close
            if next >= close { found.append((match.2.map(String.init) ?? "init", close - index + 1)) }
        }
        return found
    }
}
