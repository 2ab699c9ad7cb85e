import Foundation
import GantryBase

/// The servers that `gantry login` keeps for the user with a token each, in a file that only the user can read.
struct Contexts: Codable, Equatable {
    struct Context: Codable, Equatable {
        var server: String
        var token: String
        /// A file in PEM with the authority that the server's certificate comes from.
        var ca: String?
    }

    /// Where no name is given.
    static let standardName = "default"
    /// Names of contexts stand in arguments and tables.
    static let nameLength = 40

    var current: String?
    var contexts: [String: Context] = [:]

    var inUse: Context? { current.flatMap { contexts[$0] } }

    /// The one in use if it is of this server, else any that is.
    func of(server: String) -> Context? {
        if let inUse, inUse.server == server { return inUse }
        return contexts.sorted { $0.key < $1.key }.first { $0.value.server == server }?.value
    }

    func require(_ name: String) throws(GantryError) -> Context {
        guard let context = contexts[name] else {
            let names = contexts.keys.sorted().joined(separator: ", ")
            throw GantryError(
                .notFound, "there is no context \(name)",
                hint: names.isEmpty ? "make it: gantry login --context \(name)" : "there are \(names)")
        }
        return context
    }

    static func check(name: String) throws(GantryError) {
        let fits = name.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (97...122).contains(byte | 0x20) || "._-".utf8.contains(byte)
        }
        guard fits, !name.isEmpty, name.utf8.count <= nameLength else {
            throw GantryError(
                .invalid, "\(name.prefix(nameLength)) is no name of a context",
                hint: "use letters, digits and . _ -, at most \(nameLength)")
        }
    }

    static var path: String {
        let base = ProcessInfo.processInfo.environment["XDG_CONFIG_HOME"] ?? NSHomeDirectory() + "/.config"
        return base + "/gantry/credentials.json"
    }

    static func load() throws -> Contexts {
        guard let bytes = FileManager.default.contents(atPath: path) else { return Contexts() }
        do {
            // A file of the version that kept one server alone is a context by itself.
            if let only = try? JSONDecoder().decode(Context.self, from: bytes) {
                return Contexts(current: standardName, contexts: [standardName: only])
            }
            return try JSONDecoder().decode(Contexts.self, from: bytes)
        } catch {
            throw GantryError(
                .invalid, "\(path) cannot be read", hint: "remove it; gantry login writes it anew",
                cause: error)
        }
    }

    func save() throws {
        let folder = (Self.path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let partial = Self.path + ".partial"
        let made = FileManager.default.createFile(
            atPath: partial, contents: try JSONEncoder().encode(self), attributes: [.posixPermissions: 0o600])
        guard made, rename(partial, Self.path) == 0 else {
            throw GantryError(
                .unavailable, "cannot write \(Self.path)", hint: "look at the folder's permissions")
        }
    }
}
