package import Access
import GantryBase
package import Model
import Specification
import State
import Wire

extension Operations {
    /// What applying a platform.yaml changed, or would change.
    package struct PlatformChange: Sendable {
        /// One line a change, `+` added, `-` removed, `~` changed; empty when nothing changes.
        package var lines: [String]
        package var diagnostics: [Diagnostic]
    }

    /// Reads platform.yaml and makes it the platform, all or nothing.
    ///
    /// With errors in the file nothing is changed and they are returned. A platform that lacks what is in use is
    /// refused, also as a dry run. Before the first platform only the
    /// installation's admin may do this, as after it.
    package func applyPlatform(
        _ text: String, file: String, dryRun: Bool, by identity: Identity
    ) async throws -> PlatformChange {
        try await require(.managePlatform, on: nil, by: identity, for: "platform.apply", StoredPlatform.name)
        let reading = PlatformFile.read(text, file: file)
        guard let platform = reading.value else {
            return PlatformChange(lines: [], diagnostics: reading.diagnostics)
        }
        let stored = try await store.get(StoredPlatform.self, StoredPlatform.name)
        let before = stored?.spec
        let lines = PlatformDifference.lines(from: before, to: platform)
        if let before { try await refuseOrphans(from: before, to: platform) }
        if !dryRun, platform != before {
            if let before {
                try await recordHeads(protectedBy: platform, andNotBy: before, by: identity)
            }
            let record = record(
                identity, "platform.apply", StoredPlatform.name,
                before: try before.map { try JSON.encodeString($0) },
                after: try JSON.encodeString(platform))
            // What was looked at is what is replaced: of two people who apply at once one is told.
            if var stored {
                stored.spec = platform
                try await store.update(stored, audit: [record])
            } else {
                try await store.create(
                    StoredPlatform.self, StoredPlatform.name, spec: platform, audit: [record])
            }
        }
        return PlatformChange(lines: lines, diagnostics: reading.diagnostics)
    }
}

/// Tells two platforms apart in words.
enum PlatformDifference {
    static func lines(from before: PlatformSpec?, to after: PlatformSpec) -> [String] {
        var lines: [String] = []
        lines += compare("business", before?.businesses ?? [], after.businesses) { $0.name.text }
        lines += compare("region", before?.regions ?? [], after.regions) { $0.name.text }
        lines += compare("cluster", before?.clusters ?? [], after.clusters) { $0.name.text }
        lines += compare("environment", before?.environments ?? [], after.environments) { $0.name.text }
        lines += compare(
            "pipeline", before?.pipelines.sorted { $0.key < $1.key } ?? [],
            after.pipelines.sorted { $0.key < $1.key }, same: { $0.value == $1.value }
        ) { $0.key }
        lines += compare(
            "discovery", before?.discovery.sorted { $0.key < $1.key } ?? [],
            after.discovery.sorted { $0.key < $1.key }, same: { $0.value == $1.value }
        ) { $0.key }
        if let before {
            if before.name != after.name { lines.append("~ name \(before.name) -> \(after.name)") }
            if before.isolation != after.isolation {
                lines.append("~ isolation \(before.isolation.rawValue) -> \(after.isolation.rawValue)")
            }
            if before.protectedBranches != after.protectedBranches {
                lines.append("~ protectedBranches \(after.protectedBranches.joined(separator: ", "))")
            }
            if before.signIn != after.signIn { lines.append("~ signIn") }
            if before.environments.map(\.name) != after.environments.map(\.name) {
                lines.append("~ order of environments")
            }
        }
        return lines
    }

    private static func compare<Item: Hashable>(
        _ kind: String, _ before: [Item], _ after: [Item], name: (Item) -> String
    ) -> [String] {
        compare(kind, before, after, same: ==, name: name)
    }

    private static func compare<Item>(
        _ kind: String, _ before: [Item], _ after: [Item], same: (Item, Item) -> Bool, name: (Item) -> String
    ) -> [String] {
        var lines: [String] = []
        for item in after {
            guard let old = before.first(where: { name($0) == name(item) }) else {
                lines.append("+ \(kind) \(name(item))")
                continue
            }
            if !same(old, item) { lines.append("~ \(kind) \(name(item))") }
        }
        for item in before where !after.contains(where: { name($0) == name(item) }) {
            lines.append("- \(kind) \(name(item))")
        }
        return lines
    }
}
