import ArgumentParser
import GantryBase
import Model
import Wire

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Print the output of an instance.",
        discussion:
            "Given a workload or a service, the output of its one instance; with several they are listed.")
    @Argument(help: "An instance, a workload or a service.") var name: String
    @Option(name: [.customShort("n"), .long], help: "Begin with this many last lines.") var lines = 100
    @Flag(name: .shortAndLong, help: "Go on as the program prints.") var follow = false
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let client = try client.client()
        let instance: String
        if let full = InstanceName(path: name) {
            instance = full.path
        } else {
            let found: [InstanceView] = try await client.all("/v1/instances", [("prefix", name + "/")])
            if found.isEmpty { try await ListFilter(name: name).requireKnown(client) }
            let alive = found.filter { ![.stopped, .stopping, .lost].contains($0.status.phase) }
            guard let only = alive.first ?? found.first, alive.count <= 1 else {
                let names = found.map(\.name).joined(separator: "\n  ")
                throw GantryError(
                    found.isEmpty ? .notFound : .invalid,
                    found.isEmpty ? "\(name) has no instance" : "\(name) has \(found.count) instances",
                    hint: found.isEmpty
                        ? "gantry get workloads shows what runs" : "name one of them:\n  \(names)")
            }
            instance = only.name
        }
        var query = [("lines", "\(lines)")]
        if follow { query.append(("follow", "true")) }
        try await LinePrinter.print(try await client.stream("/v1/instances/\(instance)/output", query))
    }
}

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
        print("\(end.status.phase.rawValue)\(end.status.reason.map { ": " + Terminal.safe($0) } ?? "")")
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
