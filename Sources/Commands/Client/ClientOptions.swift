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
    @Option(help: "Which of the servers that login kept; else the one in use.") var context: String?
    @Option(help: "Trust this authority for the server's certificate, too: a file in PEM; else GANTRY_CA.")
    var ca: String?

    static let standardServer = "http://127.0.0.1:\(APIServer.standardPort)"

    /// A token is never taken from an argument: arguments can be read by every user of the machine.
    func client() throws -> APIClient {
        let environment = ProcessInfo.processInfo.environment
        let kept = try Contexts.load()
        let chosen = try context.map { try kept.require($0) }
        let named = server ?? (chosen == nil ? environment["GANTRY_SERVER"] : nil)
        let address = try Self.address(
            named ?? chosen?.server ?? kept.inUse?.server ?? Self.standardServer)
        let known = chosen ?? kept.of(server: address)
        let own = known?.server == address ? known : nil
        let token = environment["GANTRY_TOKEN"] ?? own?.token
        // Sent as it is, it would be refused by the HTTP client, as if there were no server.
        guard token?.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) ?? true else {
            throw GantryError(
                .unauthenticated, "the token holds characters that no token has",
                hint: "copy it again, or sign in with `gantry login`")
        }
        return APIClient(
            server: address, token: token, ca: Self.authority(ca, environment) ?? own?.ca)
    }

    /// The file of an authority with its whole path, as it can be kept.
    static func authority(_ given: String?, _ environment: [String: String]) -> String? {
        guard let path = given ?? environment["GANTRY_CA"], !path.isEmpty else { return nil }
        return path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
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
