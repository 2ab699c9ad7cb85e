import ArgumentParser
import GantryBase
import Wire

struct ServiceAccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "service-account", abstract: "Accounts of programs, which sign in with tokens alone.",
        subcommands: [Add.self, List.self, Token.self, Remove.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add an account for a program.",
            discussion: "It is called service/NAME in tokens and in the audit log.")
        @Argument(help: "The name.") var name: String
        @Option(help: "A business that it has a role in.") var business: String?
        @Option(help: "Its role there: viewer, developer, approver or admin.") var role: String?
        @Option(help: "What it is for.") var description: String?
        @OptionGroup var client: ClientOptions

        private struct Body: Encodable {
            var name: String
            var roles: [String: String]
            var description: String?
        }
        private struct Answer: Decodable { var name: String }

        func validate() throws {
            guard (business == nil) == (role == nil) else {
                throw ValidationError("give --business and --role together")
            }
        }

        func run() async throws {
            var roles: [String: String] = [:]
            if let business, let role { roles[business] = role }
            let made: Answer = try await client.client().post(
                "/v1/service-accounts", Body(name: name, roles: roles, description: description))
            print("\(made.name) is there; its first token: gantry service-account token \(name)")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the accounts of programs.")
        @OptionGroup var output: OutputOptions
        @OptionGroup var client: ClientOptions

        private struct Item: Codable, Sendable {
            var name: String
            var roles: [String: String]
            var description: String?
            var createdAt: Timestamp
            var createdBy: String
        }

        func run() async throws {
            let client = try client.client()
            let accounts: [Item] = try await client.all("/v1/service-accounts")
            guard output.output == .table else { return try output.print(JSON.value(of: accounts)) }
            let tokens = Dictionary(grouping: try await client.tokens(of: nil), by: \.user)
            var table = Table("ACCOUNT", "ROLES", "TOKENS", "AGE", "DESCRIPTION")
            for account in accounts {
                let roles = account.roles.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
                table.rows.append([
                    account.name, roles.joined(separator: ", "), "\(tokens[account.name]?.count ?? 0)",
                    Age.text(since: account.createdAt), account.description ?? "",
                ])
            }
            table.print(
                whenEmpty: "there are no service accounts", next: "gantry service-account add NAME adds one")
        }
    }

    struct Token: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a token of an account; it is shown this once.")
        @Argument(help: "The account.") var name: String
        @Option(help: "What it is for: read, write, push or admin. May be repeated.")
        var scope: [TokenScope] = [.read]
        @Option(help: "When it ends, such as 30d; else never.") var expiresIn: String?
        @Option(help: "What it is used for.") var description: String?
        @OptionGroup var client: ClientOptions

        private struct Body: Encodable {
            var user: String
            var scopes: [String]
            var description: String?
            var expiresIn: String?
        }
        private struct Answer: Decodable {
            var token: String
            var id: String
        }
        private struct Account: Decodable, Sendable { var name: String }

        func run() async throws {
            let client = try client.client()
            let full = name.hasPrefix("service/") ? name : "service/\(name)"
            // A token of an account that is not there would do nothing, and nobody would know why.
            let accounts: [Account] = try await client.all("/v1/service-accounts")
            guard accounts.contains(where: { $0.name == full }) else {
                throw GantryError(
                    .notFound, "there is no service account \(full)",
                    hint: "gantry service-account add \(name) adds it")
            }
            let answer: Answer = try await client.post(
                "/v1/tokens",
                Body(
                    user: full, scopes: scope.map(\.rawValue), description: description, expiresIn: expiresIn)
            )
            print(answer.token)
            Notice.say("of \(full), id \(answer.id); it is not shown again")
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove an account; all its tokens are worthless at once.")
        @Argument(help: "The account.") var name: String
        @OptionGroup var client: ClientOptions

        func run() async throws {
            let short = name.hasPrefix("service/") ? String(name.dropFirst("service/".count)) : name
            let answer = try JSON.decode(
                Removed.self, from: try await client.client().send("DELETE", "/v1/service-accounts/\(short)"))
            print("service/\(short) is removed\(answer.text)")
        }
    }
}
