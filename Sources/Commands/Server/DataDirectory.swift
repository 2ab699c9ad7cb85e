import Foundation
import GantryBase
import Model

/// The one folder that an installation keeps everything in.
struct DataDirectory: Sendable {
    let path: String

    var state: String { path + "/state" }
    var secretKey: String { state + "/secrets.key" }
    var repositories: String { path + "/repositories" }
    var artifacts: String { path + "/artifacts" }
    var hookSocket: String { path + "/hooks.sock" }
    var clusters: String { path + "/clusters" }
    /// Tells agents where signals go. No cluster has a name with a dot.
    var gatewayAddress: String { clusters + "/gateway.address" }

    /// `/var/lib/gantry` for root, since other users must be able to pass through it to their workspaces, which they
    /// cannot below `/root`; else a folder in the home.
    static var standard: String {
        if let path = ProcessInfo.processInfo.environment["GANTRY_DATA"], !path.isEmpty { return path }
        return geteuid() == 0 ? "/var/lib/gantry" : NSHomeDirectory() + "/.local/share/gantry"
    }

    init(_ path: String) {
        self.path = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    /// Makes the folder; nobody else can list it.
    func make() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
        } catch {
            throw GantryError(
                .unavailable, "cannot make the data directory \(path)",
                hint: "choose another with --data, or make it writable", cause: error)
        }
        guard access(path, W_OK) == 0 else {
            throw GantryError(
                .unavailable,
                "the data directory \(path) cannot be written: \(String(cString: strerror(errno)))",
                hint: "choose another with --data, or make it writable")
        }
    }

    /// Steps and instances run as users of their own, who must be able to pass through every folder above theirs.
    func requirePassable() throws {
        guard geteuid() == 0 else { return }
        var folder = ""
        for part in path.split(separator: "/").dropLast() {
            folder += "/" + part
            var facts = stat()
            if stat(folder, &facts) == 0, facts.st_mode & 0o001 == 0 {
                throw GantryError(
                    .invalid,
                    "other users cannot pass through \(folder), so that no business could work below it",
                    hint: "choose a data directory such as /var/lib/gantry with --data")
            }
        }
    }
}
