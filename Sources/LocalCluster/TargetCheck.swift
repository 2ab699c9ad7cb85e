import Clusters
import GantryBase
import Model

/// Refuses targets whose names could lead out of the cluster's folders, before anything is done with them.
enum TargetCheck {
    /// A single file name of Linux may have 255 bytes; names are also joined into longer ones.
    static let longestName = 100

    static func check(_ target: WorkloadTarget) throws(GantryError) {
        try check(target.name)
        guard target.release.service == target.name.service else {
            throw GantryError(.invalid, "\(target.release) is no release of \(target.name.service)")
        }
        guard target.replicas >= 0 else {
            throw GantryError(.invalid, "\(target.name): \(target.replicas) instances")
        }
        guard target.spec.command.first?.isEmpty == false else {
            throw GantryError(.invalid, "\(target.name): no command to run", hint: "set `run: command:`")
        }
        for file in target.configuration { try check(file) }
        for callee in target.spec.calls { try check([callee.business.text, callee.name]) }
        for name in target.secrets.keys {
            guard !name.isEmpty, !name.contains("="), !name.utf8.contains(0) else {
                throw GantryError(.invalid, "\(target.name): a secret has a name that no variable can have")
            }
        }
        for port in target.spec.ports { try check([port.name]) }
    }

    static func check(_ name: WorkloadName) throws(GantryError) {
        let service = name.service
        try check([service.business.text, service.name, name.environment.text, name.region.text])
    }

    static func check(_ names: [String]) throws(GantryError) {
        for name in names {
            let isSafe = name.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || byte == 45 || byte == 46 || byte == 95
            }
            guard isSafe, !name.isEmpty, !name.hasPrefix("."), name.utf8.count <= longestName else {
                throw GantryError(
                    .invalid, "\"\(name)\" cannot be the name of anything in a cluster",
                    hint: "use letters, digits, `-`, `_` and `.`, and begin with none of the last")
            }
        }
    }

    static func check(_ file: ConfigurationFile) throws(GantryError) {
        let parts = file.path.split(separator: "/", omittingEmptySubsequences: false)
        let isSafe = parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && !$0.utf8.contains(0) }
        guard isSafe, !parts.isEmpty else {
            throw GantryError(
                .invalid, "configuration file \"\(file.path)\" would lie outside the program's directory",
                hint: "name it relative to the repository, without `..`")
        }
    }
}
