import ArgumentParser
import GantryBase

struct ContextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "context", abstract: "The servers that login keeps, and which of them is in use.",
        subcommands: [List.self, Use.self, Remove.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the servers that login has kept.")

        func run() throws {
            let kept = try Contexts.load()
            var table = Table("", "CONTEXT", "SERVER", "CA")
            for (name, context) in kept.contexts.sorted(by: { $0.key < $1.key }) {
                table.rows.append([name == kept.current ? "*" : "", name, context.server, context.ca ?? ""])
            }
            table.print(whenEmpty: "none is kept", next: "gantry login keeps one")
        }
    }

    struct Use: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Use this server from now on.")
        @Argument(help: "As the list shows it.") var name: String

        func run() throws {
            var kept = try Contexts.load()
            let context = try kept.require(name)
            kept.current = name
            try kept.save()
            print("\(name) is in use: \(context.server)")
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget a server and its token on this machine.",
            discussion: "The token itself stays valid: gantry logout revokes it, too.")
        @Argument(help: "As the list shows it.") var name: String

        func run() throws {
            var kept = try Contexts.load()
            _ = try kept.require(name)
            kept.contexts[name] = nil
            if kept.current == name { kept.current = nil }
            try kept.save()
            print("\(name) is forgotten")
        }
    }
}

struct LogoutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "Revoke the token that login kept, and forget it.")
    @Option(help: "Of this context; else of the one in use.") var context: String?

    private struct Who: Decodable { var tokenID: String? }

    func run() async throws {
        var kept = try Contexts.load()
        guard let name = context ?? kept.current else {
            throw GantryError(.notFound, "nobody is signed in here", hint: "gantry context list")
        }
        let own = try kept.require(name)
        let client = APIClient(server: own.server, token: own.token, ca: own.ca)
        do {
            let who: Who = try await client.get("/v1/whoami")
            if let id = who.tokenID { try await client.send("DELETE", "/v1/tokens/\(id)") }
        } catch let error as GantryError where error.code == .unauthenticated {
            Notice.say("the token was worthless already")
        }
        kept.contexts[name] = nil
        if kept.current == name { kept.current = nil }
        try kept.save()
        print("signed out of \(own.server)")
    }
}
