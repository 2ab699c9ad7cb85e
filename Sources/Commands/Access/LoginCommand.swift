import ArgumentParser
import Foundation
import GantryBase

struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Keep a server's address and your token for the verbs to come.",
        discussion:
            "The token is asked for, or read from standard input; it is kept in a file that only you can read."
    )
    @Argument(help: "Address of the server; else GANTRY_SERVER, else \(ClientOptions.standardServer).")
    var address: String?
    @Option(help: "The same, as the other verbs take it.") var server: String?

    private struct Who: Decodable { var user: String }

    func validate() throws {
        guard address == nil || server == nil else {
            throw ValidationError("give the address once, as the argument or by --server")
        }
    }

    func run() async throws {
        let named = address ?? server ?? ProcessInfo.processInfo.environment["GANTRY_SERVER"]
        let server = try ClientOptions.address(named ?? ClientOptions.standardServer)
        // Before the token is asked for: nobody types it in vain.
        try await APIClient(server: server, token: nil).send("GET", "/livez")
        let token = try SecretInput.read("token: ").trimmingCharacters(in: .whitespacesAndNewlines)
        let who: Who = try await APIClient(server: server, token: token).get("/v1/whoami")
        try Credentials(server: server, token: token).save()
        print("signed in at \(server) as \(who.user)")
    }
}
