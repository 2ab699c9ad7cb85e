import ArgumentParser
import Foundation
import GantryBase

struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Sign in, and keep the server and a token for the verbs to come.",
        discussion: """
            At a terminal you confirm a short code in the browser, where you are signed in, and this machine gets a \
            token of its own. Elsewhere a token is read from standard input. What is kept lies in a file that only you \
            can read.
            """)
    @Argument(help: "Address of the server; else GANTRY_SERVER, else \(ClientOptions.standardServer).")
    var address: String?
    @Option(help: "The same, as the other verbs take it.") var server: String?
    @Option(help: "Keep it under this name; else as \(Contexts.standardName).") var context: String?
    @Option(help: "Trust this authority for the server's certificate, too: a file in PEM; else GANTRY_CA.")
    var ca: String?
    @Flag(help: "Give a token that you have, instead of the browser.") var token = false
    @Option(help: "Sign in by this name and its password, instead of the browser.") var user: String?
    @Flag(help: "Confirm in the browser although this is no terminal.") var device = false
    @Option(help: "What the token may be used for: read, write, push or admin. May be repeated.")
    var scope: [TokenScope] = [.read, .write, .push]
    @Option(help: "When the token ends, such as 8h; else in 30 days.") var expiresIn: String?

    private struct Who: Decodable { var user: String }

    func validate() throws {
        guard address == nil || server == nil else {
            throw ValidationError("give the address once, as the argument or by --server")
        }
        guard [token, user != nil, device].count(where: \.self) <= 1 else {
            throw ValidationError("choose one of --token, --user and --device")
        }
        if let expiresIn, Period(expiresIn) == nil {
            throw ValidationError("--expires-in takes \(Period.form)")
        }
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        var kept = try Contexts.load()
        if let context { try Contexts.check(name: context) }
        let name = context ?? Contexts.standardName
        let known = kept.contexts[name]
        let named =
            address ?? server ?? environment["GANTRY_SERVER"] ?? (context == nil ? nil : known?.server)
        let server = try ClientOptions.address(named ?? ClientOptions.standardServer)
        let ca = ClientOptions.authority(ca, environment) ?? (known?.server == server ? known?.ca : nil)
        let stranger = APIClient(server: server, token: nil, ca: ca)
        // Before anything is asked for: nobody types it in vain.
        try await stranger.send("GET", "/livez")
        let text = try await gain(stranger)
        let who: Who = try await APIClient(server: server, token: text, ca: ca).get("/v1/whoami")
        kept.contexts[name] = .init(server: server, token: text, ca: ca)
        kept.current = name
        try kept.save()
        print("signed in at \(server) as \(who.user)")
    }

    private func gain(_ stranger: APIClient) async throws -> String {
        let request = DeviceLogin.Request(
            client: DeviceLogin.machine, scopes: scope.map(\.rawValue), expiresIn: expiresIn)
        if let user { return try await PasswordLogin.token(for: user, request, stranger) }
        if device || (SecretInput.isTerminal && !token) {
            return try await DeviceLogin.token(request, stranger)
        }
        return try SecretInput.read("token: ").trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

enum PasswordLogin {
    private struct Body: Encodable {
        var user: String
        var password: String
        var client: String
        var scopes: [String]
        var expiresIn: String?
    }
    private struct Answer: Decodable { var token: String }

    static func token(
        for user: String, _ request: DeviceLogin.Request, _ client: APIClient
    ) async throws -> String {
        let password = try SecretInput.read("password of \(user): ")
        let answer: Answer = try await client.post(
            "/v1/sign-in",
            Body(
                user: user, password: password, client: request.client, scopes: request.scopes,
                expiresIn: request.expiresIn))
        return answer.token
    }
}
