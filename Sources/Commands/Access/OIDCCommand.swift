import ArgumentParser
import GantryBase
import Wire

struct OIDCCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oidc", abstract: "The provider of identities that platform.yaml names under signIn.",
        subcommands: [Secret.self, RemoveSecret.self])

    struct Secret: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set what this installation proves itself with there; read from standard input.")
        @OptionGroup var client: ClientOptions

        private struct Body: Encodable { var value: String }

        func run() async throws {
            let value = try SecretInput.read("client secret: ")
            try await client.client().send(
                "PUT", "/v1/sign-in/oidc/secret", body: try JSON.encode(Body(value: value)))
            print("the client secret is set")
        }
    }

    struct RemoveSecret: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget the secret: the installation is a public client then.")
        @OptionGroup var client: ClientOptions

        func run() async throws {
            try await client.client().send("DELETE", "/v1/sign-in/oidc/secret")
            print("the client secret is forgotten")
        }
    }
}
