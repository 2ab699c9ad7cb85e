import ArgumentParser
import GantryBase
import Model
import Wire

struct RollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Move an environment of a service back to an earlier release.",
        discussion: "Without --to, to the last release that ran well there before the one that runs now.")
    @Argument(help: "The service, such as yidian/article.") var service: ServiceName
    @Option(help: "The environment.") var environment: String
    @Option(help: "The number of the release to go back to.") var to: Int?
    @Flag(help: "Wait for the end; exit status 1 when it failed.") var wait = false
    @OptionGroup var client: ClientOptions

    private struct Body: Encodable {
        var environment: String
        var release: Int?
    }

    func run() async throws {
        let client = try client.client()
        let rollout: ObjectView<StoredRollout> = try await client.post(
            "/v1/services/\(service)/rollback", Body(environment: environment, release: to))
        print("rollout \(rollout.name) takes \(environment) back to release \(rollout.spec.release)")
        guard wait else { return }
        let end = try await client.finished(rollout.spec.name)
        print(
            "\(end.status.phase.rawValue)\(end.status.reason.map { ": " + TerminalText.safe($0, keepsLines: true) } ?? "")"
        )
        if end.status.phase != .succeeded { throw ExitCode(1) }
    }
}

extension APIClient {
    /// Waits until a rollout has ended.
    func finished(_ name: RolloutName) async throws -> ObjectView<StoredRollout> {
        while true {
            let object: ObjectView<StoredRollout> = try await get("/v1/rollouts/\(name)")
            if object.status.phase.isFinal { return object }
            try await Task.sleep(for: .milliseconds(300))
        }
    }
}

struct RenderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render", abstract: "Print the effective spec of one workload as YAML.")
    @Argument(help: "The workload, such as yidian/article/production/guangzhou.") var workload: WorkloadName
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let bytes = try await client.client().send("GET", "/v1/workloads/\(workload)/render")
        print(String(decoding: bytes, as: UTF8.self), terminator: "")
    }
}
