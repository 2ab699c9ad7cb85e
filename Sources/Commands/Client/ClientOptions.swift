import API
import ArgumentParser
import Foundation
import GantryBase

/// Where the server is and who asks.
struct ClientOptions: ParsableArguments {
    @Option(
        help:
            "Address of the server, such as http://127.0.0.1:7180; else GANTRY_SERVER, else what login kept.")
    var server: String?

    static let standardServer = "http://127.0.0.1:\(APIServer.standardPort)"

    /// A token is never taken from an argument: arguments can be read by every user of the machine.
    func client() throws -> APIClient {
        let environment = ProcessInfo.processInfo.environment
        let kept = try Credentials.load()
        let address = try Self.address(
            server ?? environment["GANTRY_SERVER"] ?? kept?.server ?? Self.standardServer)
        let token = environment["GANTRY_TOKEN"] ?? (kept?.server == address ? kept?.token : nil)
        // Sent as it is, it would be refused by the HTTP client, as if there were no server.
        guard token?.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) ?? true else {
            throw GantryError(
                .unauthenticated, "the token holds characters that no token has",
                hint: "copy it again, or sign in with `gantry login`")
        }
        return APIClient(server: address, token: token)
    }

    /// A server's address in its one form: without a slash at the end, and with the scheme that was left out.
    static func address(_ text: String) throws(GantryError) -> String {
        var address = text.contains("://") ? text : "http://" + text
        while address.hasSuffix("/") { address.removeLast() }
        guard let url = URL(string: address), url.scheme == "http" || url.scheme == "https",
            url.host()?.isEmpty == false, url.path().isEmpty, url.query() == nil
        else {
            throw GantryError(
                .invalid, "\(text) is no address of a server", hint: "give one such as \(standardServer)")
        }
        return address
    }
}

/// What `gantry login` keeps for the user, in a file that only the user can read.
struct Credentials: Codable {
    var server: String
    var token: String

    static var path: String {
        let base = ProcessInfo.processInfo.environment["XDG_CONFIG_HOME"] ?? NSHomeDirectory() + "/.config"
        return base + "/gantry/credentials.json"
    }

    static func load() throws -> Credentials? {
        guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
        do { return try JSONDecoder().decode(Credentials.self, from: bytes) } catch {
            throw GantryError(
                .invalid, "\(path) cannot be read", hint: "gantry login writes it anew", cause: error)
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
