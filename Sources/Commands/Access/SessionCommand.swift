import ArgumentParser
import GantryBase
import Wire

struct SessionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session", abstract: "Where you are signed in with a browser.",
        subcommands: [List.self, End.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List your sessions.")
        @OptionGroup var output: OutputOptions
        @OptionGroup var client: ClientOptions

        private struct Item: Codable, Sendable {
            var id: String
            var place: String
            var createdAt: Timestamp
            var renewedAt: Timestamp
        }

        func run() async throws {
            let list: ListView<Item> = try await client.client().get("/v1/sessions")
            guard output.output == .table else { return try output.print(JSON.value(of: list.items)) }
            var table = Table("SESSION", "SINCE", "FROM")
            for session in list.items {
                table.rows.append([session.id, Age.text(since: session.createdAt), session.place])
            }
            table.print(whenEmpty: "you are signed in with no browser")
        }
    }

    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Sign a browser of yours out.")
        @Argument(help: "The session, as the list shows it.") var id: String
        @OptionGroup var client: ClientOptions

        func run() async throws {
            try await client.client().send("DELETE", "/v1/sessions/\(id)")
            print("session \(id) has ended")
        }
    }
}
