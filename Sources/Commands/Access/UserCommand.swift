import ArgumentParser
import GantryBase
import Wire

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "People who sign in with a password, and those who came from a provider.",
        subcommands: [Add.self, List.self, Password.self, Remove.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a person; the password is asked for twice, or read from standard input.",
            discussion: "What the person may do in a business is written in platform.yaml, under its members."
        )
        @Argument(help: "The name, as platform.yaml's members have it.") var name: String
        @Flag(help: "May administer the installation.") var admin = false
        @OptionGroup var client: ClientOptions

        private struct Body: Encodable {
            var name: String
            var password: String
            var admin: Bool
        }

        func run() async throws {
            let client = try client.client()
            let password = try SecretInput.readNew("password of \(name): ")
            try await client.send(
                "POST", "/v1/users",
                body: try JSON.encode(Body(name: name, password: password, admin: admin)))
            print("\(name) can sign in\(admin ? " and is admin of the installation" : "")")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List people who can sign in.")
        @OptionGroup var output: OutputOptions
        @OptionGroup var client: ClientOptions

        private struct Item: Codable, Sendable {
            var name: String
            var admin: Bool
            var password: Bool
            var passwordSetAt: Timestamp?
            var provider: String?
            var groups: [String]?
            var createdAt: Timestamp
            var createdBy: String
        }

        func run() async throws {
            let users: [Item] = try await client.client().all("/v1/users")
            guard output.output == .table else { return try output.print(JSON.value(of: users)) }
            var table = Table("USER", "SIGNS IN BY", "ADMIN", "GROUPS", "AGE")
            for user in users {
                table.rows.append([
                    user.name, user.provider ?? (user.password ? "password" : "nothing"),
                    user.admin ? "yes" : "", user.groups?.joined(separator: ",") ?? "",
                    Age.text(since: user.createdAt),
                ])
            }
            table.print(whenEmpty: "there are no users", next: "gantry user add NAME adds one")
        }
    }

    struct Password: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set a person's password: an admin anybody's, everybody their own.",
            discussion: """
                With --own the current password is asked for first; from standard input it is the first line and the \
                new one the second.
                """)
        @Argument(help: "Whose.") var name: String
        @Flag(help: "Change your own, with the current one.") var own = false
        @OptionGroup var client: ClientOptions

        private struct Body: Encodable {
            var password: String
            var current: String?
        }

        func run() async throws {
            let client = try client.client()
            let body = try read()
            try await client.send("PUT", "/v1/users/\(name)/password", body: try JSON.encode(body))
            print("the password of \(name) is set")
        }

        private func read() throws -> Body {
            guard own else { return Body(password: try SecretInput.readNew("new password: "), current: nil) }
            guard !SecretInput.isTerminal else {
                let current = try SecretInput.read("current password: ")
                return Body(password: try SecretInput.readNew("new password: "), current: current)
            }
            let lines = try SecretInput.read("").split(separator: "\n", omittingEmptySubsequences: false)
            guard lines.count == 2 else {
                throw GantryError(
                    .invalid, "standard input must have two lines", hint: "the current password, then the new"
                )
            }
            return Body(password: String(lines[1]), current: String(lines[0]))
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a person, with every token and session of theirs.")
        @Argument(help: "Who.") var name: String
        @OptionGroup var client: ClientOptions

        func run() async throws {
            let answer = try JSON.decode(
                Removed.self, from: try await client.client().send("DELETE", "/v1/users/\(name)"))
            print("\(name) is removed\(answer.text)")
        }
    }
}

/// What went with a user.
struct Removed: Decodable {
    var tokens: Int
    var text: String { tokens == 0 ? "" : ", and \(tokens) token\(tokens == 1 ? "" : "s") with it" }
}
