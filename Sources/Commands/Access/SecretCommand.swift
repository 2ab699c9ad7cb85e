import ArgumentParser
import GantryBase
import Model
import Wire

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
            let client = try client.client()
            try await client.send(
                "PUT", "/v1/services/\(service)/secrets/\(name)",
                body: try JSON.encode(Body(value: value, environment: environment)))
            let use = try await SecretUse.find(name, of: service, in: environment, client)
            print("\(name) of \(service) is set; \(use.text(name))")
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
            let client = try client.client()
            let list: ListView<Item> = try await client.get("/v1/services/\(service)/secrets")
            if list.items.isEmpty { try await ListFilter(name: service.path).requireKnown(client) }
            var table = Table("SECRET", "ENVIRONMENT", "SET")
            for item in list.items {
                table.rows.append([
                    item.name, item.environment ?? "*", item.updatedAt.map { Age.text(since: $0) } ?? "-",
                ])
            }
            table.print(
                whenEmpty: "\(service) has no secrets", next: "gantry secret set \(service) NAME sets one")
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a secret; refused while a release that runs declares it.")
        @Argument(help: "The service.") var service: ServiceName
        @Argument(help: "Its name.") var name: String
        @Option(help: "The environment that it was set for; else the one for all.") var environment: String?
        @Flag(help: "Though a release that runs needs it: none of its instances can be started without it.")
        var force = false
        @OptionGroup var client: ClientOptions

        func run() async throws {
            var query = environment.map { [("environment", $0)] } ?? []
            if force { query.append(("force", "true")) }
            try await client.client().send("DELETE", "/v1/services/\(service)/secrets/\(name)", query)
            print("\(name) of \(service) is removed")
        }
    }
}
