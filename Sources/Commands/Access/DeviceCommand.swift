import ArgumentParser
import GantryBase
import Wire

struct DeviceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device",
        abstract: "Decide on a machine that waits to be signed in, as the browser does.",
        subcommands: [Show.self, Approve.self, Refuse.self])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show who waits with a code.")
        @Argument(help: "The code that gantry login shows there.") var code: String
        @OptionGroup var client: ClientOptions

        func run() async throws {
            let question = try await DeviceQuestion.read(code, try client.client())
            print(question.sentence)
        }
    }

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a machine act as you; only one whose code you have just asked for.")
        @Argument(help: "The code that gantry login shows there.") var code: String
        @OptionGroup var client: ClientOptions

        func run() async throws {
            let client = try client.client()
            let question = try await DeviceQuestion.read(code, client)
            try await question.decide(true, client)
            print("approved: \(question.sentence)")
        }
    }

    struct Refuse: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Turn a machine away.")
        @Argument(help: "The code that gantry login shows there.") var code: String
        @OptionGroup var client: ClientOptions

        func run() async throws {
            let client = try client.client()
            let question = try await DeviceQuestion.read(code, client)
            try await question.decide(false, client)
            print("refused: \(question.sentence)")
        }
    }
}

private struct DeviceQuestion: Decodable {
    var code: String
    var client: String
    var from: String
    var scopes: [String]
    var expiresIn: String

    private struct Decision: Encodable { var approved: Bool }

    static func read(_ code: String, _ client: APIClient) async throws -> DeviceQuestion {
        try await client.get("/v1/device/\(code)")
    }

    func decide(_ approved: Bool, _ client: APIClient) async throws {
        try await client.send(
            "POST", "/v1/device/\(code)", body: try JSON.encode(Decision(approved: approved)))
    }

    var sentence: String {
        "\(client), asking from \(from), for \(scopes.joined(separator: ", ")) during \(expiresIn)"
    }
}
