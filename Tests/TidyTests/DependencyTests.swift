import Foundation
import Testing

/// Holds the sources to the list of parts in Package.swift.
@Suite struct DependencyTests {
    /// Modules that come with the toolchain; the agent's side may use those of the first row only.
    static let agentSystem: Set<String> = ["Glibc", "Darwin", "Synchronization"]
    static let serverSystem: Set<String> = agentSystem.union([
        "Foundation", "FoundationEssentials", "RegexBuilder",
    ])

    @Test func theListNamesEveryFolderOfSources() throws {
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: SourceTree.root.appending(path: "Sources").path)
        #expect(Set(folders) == Set(try PartEntry.all().map(\.name)))
    }

    @Test func aPartImportsOnlyWhatItsLineAllows() throws {
        let parts = Dictionary(uniqueKeysWithValues: try PartEntry.all().map { ($0.name, $0) })
        for file in try SourceTree.swiftFiles("Sources") {
            let part = try #require(parts[file.part])
            let allowed = Set(part.uses).union(part.libraryModules)
                .union(part.agent ? Self.agentSystem : Self.serverSystem)
            for line in file.lines {
                guard let match = line.firstMatch(of: /^\s*(?:@\w+\s+)*(?:\w+\s+)?import (?:\w+ )?(\w+)/)
                else {
                    continue
                }
                #expect(allowed.contains(String(match.1)), "\(file.path) imports \(match.1)")
            }
        }
    }

    @Test func aPartUsesEverythingThatItsLineNames() throws {
        let files = try SourceTree.swiftFiles("Sources")
        for part in try PartEntry.all() {
            let text = files.filter { $0.part == part.name }.flatMap(\.lines)
            for module in part.uses + part.libraryModules {
                let used = text.contains { $0.contains("import ") && $0.hasSuffix(" " + module) }
                #expect(used, "\(part.name) names \(module) and never imports it")
            }
        }
    }

    @Test func aPartUsesOnlyPartsOfItsLayerOrBelow() throws {
        let parts = Dictionary(uniqueKeysWithValues: try PartEntry.all().map { ($0.name, $0) })
        for part in parts.values {
            for name in part.uses {
                let used = try #require(parts[name], "\(part.name) uses \(name), which is no part")
                #expect(used.layer <= part.layer, "\(part.name) reaches up to \(name)")
                if part.agent { #expect(used.agent, "\(part.name) is the agent's and \(name) is not") }
            }
        }
    }

    @Test func theAgentIsLinkedWithoutFoundation() throws {
        let agent = try #require(
            [".build/debug/gantry-agent", ".build/release/gantry-agent"]
                .map { SourceTree.root.appending(path: $0) }
                .first { FileManager.default.fileExists(atPath: $0.path) },
            "build gantry-agent first")
        let binary = try Data(contentsOf: agent, options: .alwaysMapped)
        for name in ["libFoundation.so", "libFoundationEssentials.so", "_FoundationICU", "10Foundation"] {
            #expect(binary.range(of: Data(name.utf8)) == nil, "gantry-agent is linked with \(name)")
        }
        // A library of the system is needed at run time, so it may be there only where a part of the agent uses it.
        let parts = try PartEntry.all()
        for (part, library) in try PartEntry.systemLibraries() {
            let isLinked = binary.range(of: Data("\(library).so".utf8)) != nil
            let isUsed = PartEntry.reach(of: "gantry-agent", in: parts).contains(part)
            #expect(
                !isLinked || isUsed, "gantry-agent is linked with \(library), which none of its parts uses")
        }
    }

    @Test func aLibraryOfTheSystemIsAPartAndInstalled() throws {
        let libraries = try PartEntry.systemLibraries()
        #expect(!libraries.isEmpty)
        let names = Set(try PartEntry.all().map(\.name))
        for part in libraries.keys {
            #expect(names.contains(part), "\(part) is no part")
            let map = try SourceTree.text("Sources/\(part)/module.modulemap")
            #expect(map.contains("module \(part) "))
        }
        let setup = try SourceTree.text("scripts/setup")
        for package in try SourceTree.text("Package.swift").matches(of: /"(lib[a-z0-9-]+-dev)"/) {
            #expect(setup.contains(package.1), "scripts/setup does not install \(package.1)")
        }
    }

    @Test func theTableInTheArchitectureDocumentIsTheList() throws {
        var table = "| layer | part | may use | libraries | charter |\n|---|---|---|---|---|\n"
        for part in try PartEntry.all() {
            let uses = part.uses.joined(separator: ", ")
            let libraries = part.libraryModules.joined(separator: ", ")
            table += "| \(part.layer) | `\(part.name)`\(part.agent ? " †" : "") | \(uses) | \(libraries) "
            table += "| \(part.charter) |\n"
        }
        let document = try SourceTree.text("ARCHITECTURE.md")
        if ProcessInfo.processInfo.environment["GANTRY_RENEW_GOLDEN"] == "1" {
            let renewed = document.replacing(
                /<!-- parts -->\n[^<]*<!-- end of parts -->/,
                with: "<!-- parts -->\n\(table)<!-- end of parts -->")
            try renewed.write(
                to: SourceTree.root.appending(path: "ARCHITECTURE.md"), atomically: true, encoding: .utf8)
        } else {
            #expect(
                document.contains(table), "renew with GANTRY_RENEW_GOLDEN=1 swift test --filter TidyTests")
        }
        #expect(document.split(separator: "\n", omittingEmptySubsequences: false).count <= 250)
    }
}
