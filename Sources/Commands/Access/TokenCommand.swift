import ArgumentParser
import GantryBase
import Model
import Wire

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make, list and revoke tokens.",
        subcommands: [Create.self, List.self, Revoke.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a token; it is shown this once.",
            discussion: """
                The token alone goes to standard output, so that it can be piped; what it is, with the id that \
                revokes it, to standard error.
                """)
        @Option(help: "Whom it is for; else yourself.") var user: String?
        @Option(help: "What it is for: read, write, push or admin. May be repeated.") var scope:
            [TokenScope] = [.read]
        @Option(help: "When it ends, such as 30d; else never.") var expiresIn: String?
        @Option(help: "What it is used for.") var description: String?
        @OptionGroup var output: OutputOptions
        @OptionGroup var client: ClientOptions

        private struct Body: Encodable {
            var user: String?
            var scopes: [String]
            var description: String?
            var expiresIn: String?
        }
        private struct Answer: Codable {
            var token: String
            var id: String
        }

        func validate() throws {
            if let expiresIn, Period(expiresIn) == nil {
                throw ValidationError("--expires-in takes \(Period.form)")
            }
        }

        func run() async throws {
            let client = try client.client()
            let answer: Answer = try await client.post(
                "/v1/tokens",
                Body(
                    user: user, scopes: scope.map(\.rawValue), description: description, expiresIn: expiresIn)
            )
            guard output.output == .table else { return try output.print(JSON.value(of: answer)) }
            print(answer.token)
            let made: TokenView? = try await client.tokens(of: user).first { $0.id == answer.id }
            Notice.say(made?.sentence ?? "its id is \(answer.id)")
            try await noteWithoutBusiness(client)
            Notice.say("it is not shown again; gantry token revoke \(answer.id) makes it worthless")
        }

        /// A mistyped user would be found out only when the token is first used.
        private func noteWithoutBusiness(_ client: APIClient) async throws {
            guard let user, !scope.contains(.admin) else { return }
            let businesses = try await client.platform().businesses
            guard !businesses.contains(where: { $0.members[UserName(user)] ?? $0.members["*"] != nil }) else {
                return
            }
            let names = businesses.map(\.name.text).joined(separator: ", ")
            Notice.say(
                "note: \(user) is a member of no business of the platform (\(names)), so the token may do nothing"
            )
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List tokens by their ids: one's own, an admin's all.")
        @Option(help: "Only of this user.") var user: String?
        @OptionGroup var output: OutputOptions
        @OptionGroup var client: ClientOptions

        func run() async throws {
            let client = try client.client()
            guard output.output == .table else {
                return try output.print(JSON.value(of: try await client.tokens(of: user)))
            }
            var table = Table("ID", "USER", "SCOPES", "AGE", "EXPIRES", "DESCRIPTION")
            for token in try await client.tokens(of: user) {
                table.rows.append([
                    token.id, token.user, token.scopes.joined(separator: ","),
                    Age.text(since: token.createdAt), token.expiresAt.map { Age.until($0) } ?? "never",
                    token.description ?? "",
                ])
            }
            table.print(whenEmpty: "there are no tokens\(user.map { " of \($0)" } ?? "")")
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

/// A token as the API lists it: never what it is checked by.
struct TokenView: Codable, Sendable {
    var id: String
    var user: String
    var scopes: [String]
    var createdAt: Timestamp
    var expiresAt: Timestamp?
    var description: String?

    var sentence: String {
        "id \(id), for \(user) with \(scopes.joined(separator: ", ")), "
            + (expiresAt.map { "expires \(Age.until($0))" } ?? "never expires")
    }
}

extension APIClient {
    func tokens(of user: String?) async throws -> [TokenView] {
        try await all("/v1/tokens", user.map { [("user", $0)] } ?? [])
    }
}

enum TokenScope: String, ExpressibleByArgument, CaseIterable { case read, write, push, admin }
