import Foundation

/// The repository as the tidy tests read it: plain text, found from this file's place.
enum SourceTree {
    static let root: URL = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    struct File: Sendable {
        /// From the root of the repository, such as `Sources/Model/Names.swift`.
        var path: String
        var lines: [Substring]

        var part: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// All Swift files below `folder` that people wrote, sorted by path: what a script made says so in its first line.
    static func swiftFiles(_ folder: String) throws -> [File] {
        let base = root.appending(path: folder)
        let names = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
        return try names.filter { $0.hasSuffix(".swift") }.sorted().compactMap { name in
            let path = folder + "/" + name
            let lines = try text(path).split(separator: "\n", omittingEmptySubsequences: false)
            return lines.first?.hasPrefix("// Made by scripts/") == true
                ? nil : File(path: path, lines: lines)
        }
    }
}

/// One line of the list in Package.swift.
struct PartEntry: Sendable {
    var layer: Int
    var name: String
    var agent: Bool
    var uses: [String]
    var libraries: [String]
    var charter: String

    /// Module names of the libraries, as `import` names them.
    var libraryModules: [String] { libraries.compactMap { $0.split(separator: "/").last.map(String.init) } }

    static func all() throws -> [PartEntry] {
        let text = try SourceTree.text("Package.swift").replacing(/\s*\n\s*/, with: " ")
        let pattern =
            /Part\( ?(\d+), "([^"]+)",( agent: true,)?( uses: \[([^\]]*)\],)?( libraries: \[([^\]]*)\],)? "([^"]+)" ?\)/
        func words(_ list: Substring?) -> [String] {
            (list ?? "").split(separator: ",").map {
                $0.trimmingCharacters(in: CharacterSet(charactersIn: "\" "))
            }
            .filter { !$0.isEmpty }
        }
        return text.matches(of: pattern).map { match in
            PartEntry(
                layer: Int(match.1) ?? -1, name: String(match.2), agent: match.3 != nil, uses: words(match.5),
                libraries: words(match.7), charter: String(match.8))
        }
    }

    /// The parts that name a library of the system, and its name for pkg-config.
    static func systemLibraries() throws -> [String: String] {
        let text = try SourceTree.text("Package.swift")
        return Dictionary(
            text.matches(of: /"(\w+)": \("(lib[a-z0-9-]+)", "/).map { (String($0.1), String($0.2)) },
            uniquingKeysWith: { first, _ in first })
    }

    /// All parts that `name` uses, directly or through others.
    static func reach(of name: String, in parts: [PartEntry]) -> Set<String> {
        var seen: Set<String> = []
        var next = [name]
        while let name = next.popLast() {
            if seen.insert(name).inserted { next += parts.first { $0.name == name }?.uses ?? [] }
        }
        return seen
    }
}
