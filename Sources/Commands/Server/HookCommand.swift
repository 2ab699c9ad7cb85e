import ArgumentParser
import Foundation
import GitHosting
import Model

/// What git runs in a repository of the server at each push; not for people.
struct HookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hook", abstract: "Answer git for the server.", shouldDisplay: false)
    @Argument var kind: String
    @Argument var service: ServiceName

    func run() async throws {
        guard let kind = HookKind(rawValue: kind) else { throw ValidationError("no such hook") }
        let status = await HookClient.run(
            kind: kind, service: service, standardInput: STDIN_FILENO,
            environment: ProcessInfo.processInfo.environment)
        throw ExitCode(status)
    }
}
