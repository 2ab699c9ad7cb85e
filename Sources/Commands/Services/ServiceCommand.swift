import ArgumentParser
import Foundation
import GantryBase
import Model
import Specification

struct ServiceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "service", abstract: "Make services.", subcommands: [New.self, Create.self])

    struct New: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Make a working repository of a new service on this machine, and its place on the server.",
            discussion: """
                Writes service.yaml, a program, a test and a README into a folder with the service's name, commits \
                them, and points the remote `origin` to the server, so that `git push` starts the first run.
                """)
        @Argument(help: "The service, such as yidian/hello.") var service: ServiceName
        @Option(help: "Language of the program: \(Template.names.joined(separator: " or ")).")
        var language: String?
        @Option(help: "The folder to make; else the service's name here.") var directory: String?
        @Flag(help: "Only write the files: ask no server, make no commit.") var filesOnly = false
        @OptionGroup var client: ClientOptions

        func run() async throws {
            let template = try Template.find(language ?? Self.askForLanguage())
            let folder = directory ?? service.name
            if let violation = NamingNorm.check(service.name, .service) {
                throw GantryError(.invalid, violation.message, hint: violation.hint)
            }
            guard !FileManager.default.fileExists(atPath: folder) else {
                throw GantryError(.exists, "\(folder) exists", hint: "name another folder with --directory")
            }
            if !filesOnly {
                try await LocalGit(folder: FileManager.default.currentDirectoryPath).requireIdentity()
                try await makeOrTakeUp(service, client.client())
            }
            try template.write(service, to: folder)
            print("made \(folder)")
            guard !filesOnly else { return }
            let server = try client.client()
            let git = LocalGit(folder: folder)
            try await git.begin(remote: server.gitAddress(of: service))
            if let ca = server.ca { try await git.git("config", "http.\(server.server)/.sslCAInfo", ca) }
            print("commit and remote are ready; push with:\n  cd \(folder) && git push -u origin main")
            print("git asks for a user name (any) and a password: your token")
        }

        /// Somebody at a terminal is asked; a script is told what to write.
        func validate() throws {
            guard language == nil, isatty(STDIN_FILENO) != 1 || isatty(STDERR_FILENO) != 1 else { return }
            throw ValidationError(
                "name the program's language: "
                    + Template.names.map { "--language \($0)" }.joined(separator: " or "))
        }

        private static func askForLanguage() -> String {
            let names = Template.names
            let question = "language of the program (\(names.joined(separator: ", "))) [\(names[0])]: "
            FileHandle.standardError.write(Data(question.utf8))
            let answer = (readLine() ?? "").trimmingCharacters(in: .whitespaces)
            return answer.isEmpty ? names[0] : answer
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make the empty repository of a service on the server.")
        @Argument(help: "The service, such as yidian/hello.") var service: ServiceName
        @OptionGroup var client: ClientOptions

        func run() async throws {
            let client = try client.client()
            try await createRepository(service, client)
            print("\(service) is at \(client.gitAddress(of: service))")
        }
    }
}

/// Makes the repository on the server, or takes up one to which nothing was pushed yet: an earlier try may have ended
/// half way.
private func makeOrTakeUp(_ service: ServiceName, _ client: APIClient) async throws {
    do {
        try await createRepository(service, client)
    } catch let error as GantryError where error.code == .exists {
        let known: ObjectView<StoredRepository> = try await client.get("/v1/repositories/\(service)")
        guard known.status.heads.isEmpty else { throw error }
    }
}

private struct CreateBody: Encodable { var service: ServiceName }

func createRepository(_ service: ServiceName, _ client: APIClient) async throws {
    let _: ObjectView<StoredRepository> = try await client.post("/v1/services", CreateBody(service: service))
}

extension APIClient {
    func gitAddress(of service: ServiceName) -> String { "\(server)/git/\(service).git" }
}
