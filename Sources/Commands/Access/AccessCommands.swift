import ArgumentParser
import Foundation
import GantryBase
import Model
import Wire

/// Reads a secret without showing it: from standard input, at a terminal without echo.
enum SecretInput {
    static let limit = 64 << 10

    static func read(_ prompt: String) throws -> String {
        if isatty(STDIN_FILENO) == 1 {
            guard let text = getpass(prompt).map({ String(cString: $0) }), !text.isEmpty else {
                throw GantryError(.invalid, "nothing was given")
            }
            return text
        }
        let data = FileHandle.standardInput.readData(ofLength: limit + 1)
        guard data.count <= limit else { throw GantryError(.limit, "more than \(limit) bytes were given") }
        let text = String(decoding: data, as: UTF8.self)
        let trimmed = text.hasSuffix("\n") ? String(text.dropLast()) : text
        guard !trimmed.isEmpty else { throw GantryError(.invalid, "nothing was given on standard input") }
        return trimmed
    }
}

struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Keep a server's address and your token for the verbs to come.",
        discussion:
            "The token is asked for, or read from standard input; it is kept in a file that only you can read."
    )
    @Argument(help: "Address of the server.") var server = ClientOptions.standardServer

    private struct Who: Decodable { var user: String }

    func run() async throws {
        let token = try SecretInput.read("token: ").trimmingCharacters(in: .whitespacesAndNewlines)
        let who: Who = try await APIClient(server: server, token: token).get("/v1/whoami")
        try Credentials(server: server, token: token).save()
        print("signed in at \(server) as \(who.user)")
    }
}

struct SecretCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret", abstract: "Set, list and remove secrets; a value is never shown again.",
        subcommands: [Set.self, List.self, Remove.self])

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set a secret; the value is read from standard input.")
        @Argument(help: "The service.") var service: ServiceName
        @Argument(help: "The variable that the program gets it in.") var name: String
        @Option(help: "Only in this environment; else in all.") var environment: String?
        @OptionGroup var client: ClientOptions

        private struct Body: Encodable {
            var value: String
            var environment: String?
        }

        func run() async throws {
            let value = try SecretInput.read("value: ")
            try await client.client().send(
                "PUT", "/v1/services/\(service)/secrets/\(name)",
                body: try JSON.encode(Body(value: value, environment: environment)))
            print("\(name) of \(service) is set; its instances are replaced one by one")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the names of a service's secrets.")
        @Argument(help: "The service.") var service: ServiceName
        @OptionGroup var client: ClientOptions

        private struct Item: Decodable, Sendable {
            var name: String
            var environment: String?
            var updatedAt: Timestamp?
        }

        func run() async throws {
            let list: ListView<Item> = try await client.client().get("/v1/services/\(service)/secrets")
            var table = Table("SECRET", "ENVIRONMENT", "SET")
            for item in list.items {
                table.rows.append([
                    item.name, item.environment ?? "*", item.updatedAt.map { Age.text(since: $0) } ?? "-",
                ])
            }
            print(table.text(), terminator: "")
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove a secret.")
        @Argument(help: "The service.") var service: ServiceName
        @Argument(help: "Its name.") var name: String
        @Option(help: "The environment that it was set for; else the one for all.") var environment: String?
        @OptionGroup var client: ClientOptions

        func run() async throws {
            try await client.client().send(
                "DELETE", "/v1/services/\(service)/secrets/\(name)",
                environment.map { [("environment", $0)] } ?? [])
            print("\(name) of \(service) is removed")
        }
    }
}

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make, list and revoke tokens.",
        subcommands: [Create.self, List.self, Revoke.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a token; it is shown this once.")
        @Option(help: "Whom it is for; else yourself.") var user: String?
        @Option(help: "What it is for: read, write, push or admin. May be repeated.") var scope:
            [TokenScope] = [.read]
        @Option(help: "When it ends, such as 30d; else never.") var expiresIn: String?
        @Option(help: "What it is used for.") var description: String?
        @OptionGroup var client: ClientOptions

        private struct Body: Encodable {
            var user: String?
            var scopes: [String]
            var description: String?
            var expiresIn: String?
        }
        private struct Answer: Decodable {
            var token: String
            var id: String
        }

        func run() async throws {
            let answer: Answer = try await client.client().post(
                "/v1/tokens",
                Body(
                    user: user, scopes: scope.map(\.rawValue), description: description, expiresIn: expiresIn)
            )
            print(answer.token)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List tokens by their ids.")
        @OptionGroup var client: ClientOptions

        func run() async throws {
            let list: JSONValue = try await client.client().get("/v1/tokens")
            var table = Table("ID", "USER", "SCOPES", "EXPIRES", "DESCRIPTION")
            for item in list["items"]?.arrayValue ?? [] {
                let scopes = (item["scopes"]?.arrayValue ?? []).compactMap(\.stringValue).joined(
                    separator: ",")
                table.rows.append(
                    [item["id"], item["user"]].map { $0?.stringValue ?? "" } + [scopes]
                        + [item["expiresAt"]?.stringValue ?? "never", item["description"]?.stringValue ?? ""])
            }
            print(table.text(), terminator: "")
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a token worthless at once.")
        @Argument(help: "The id, as the list shows it.") var id: String
        @OptionGroup var client: ClientOptions

        func run() async throws {
            try await client.client().send("DELETE", "/v1/tokens/\(id)")
            print("token \(id) is revoked")
        }
    }
}

enum TokenScope: String, ExpressibleByArgument, CaseIterable { case read, write, push, admin }

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Show who did what, newest first; refused attempts too.")
    @Option(help: "Only of objects whose name starts with this.") var prefix: String?
    @Option(help: "Only by this user.") var who: String?
    @Option(help: "At most this many.") var limit = 50
    @OptionGroup var client: ClientOptions

    func run() async throws {
        var query = [("limit", "\(limit)")]
        if let prefix { query.append(("prefix", prefix)) }
        if let who { query.append(("who", who)) }
        let list: JSONValue = try await client.client().get("/v1/audit", query)
        var table = Table("TIME", "WHO", "ACTION", "OBJECT", "", "DETAIL")
        for item in list["items"]?.arrayValue ?? [] {
            let allowed = item["allowed"]?.boolValue ?? true
            table.rows.append([
                item["at"]?.stringValue.flatMap(Timestamp.init)?.readable ?? "", item["who"]?.stringValue ?? "",
                item["action"]?.stringValue ?? "",
                item["object"]?.stringValue ?? "", allowed ? "" : "refused",
                item["detail"]?.stringValue ?? "",
            ])
        }
        print(table.text(), terminator: "")
    }
}
