import ArgumentParser
import Foundation
import GantryBase
import Wire

struct APICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api",
        abstract: "Print the description of the server's HTTP API, in the form of OpenAPI 3.1.")
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let bytes = try await client.client().send("GET", "/v1/openapi.json")
        print(String(decoding: JSON.write(try JSON.parse(bytes), pretty: true), as: UTF8.self))
    }
}

struct MetricsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "Print the server's own numbers, as Prometheus reads them.")
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let bytes = try await client.client().send("GET", "/metrics")
        print(TerminalText.safe(String(decoding: bytes, as: UTF8.self), keepsLines: true), terminator: "")
    }
}

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Tell whether the server can work, and whom your token stands for.",
        discussion: "Exit status 69 when the server does not answer or cannot work.")
    @OptionGroup var client: ClientOptions

    private struct Who: Decodable {
        var user: String
        var scopes: [String]
    }

    func run() async throws {
        let client = try client.client()
        try await client.send("GET", "/livez")
        try await client.send("GET", "/readyz")
        print("\(client.server) is ready")
        guard client.token != nil else { return print("you are not signed in: gantry login") }
        let who: Who = try await client.get("/v1/whoami")
        print("you are \(TerminalText.safe(who.user)), with the scopes \(who.scopes.joined(separator: ", "))")
    }
}

struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Print every change of objects as a line of JSON, until Ctrl-C.",
        discussion: """
            Kinds are platform, repositories, releases, runs, rollouts, workloads and overrides; without one, all. \
            What others did before is left out, but for --after.
            """)
    @Argument(help: "Kinds of objects.") var kinds: [String] = []
    @Option(help: "Begin after this version, as a list or an object says it.") var after: Int64?
    @OptionGroup var client: ClientOptions

    func run() async throws {
        var query: [(String, String)] = []
        if !kinds.isEmpty { query.append(("kinds", kinds.joined(separator: ","))) }
        if let after { query.append(("after", "\(after)")) }
        try await LinePrinter.print(try await client.client().stream("/v1/watch", query), skippingEmpty: true)
    }
}
