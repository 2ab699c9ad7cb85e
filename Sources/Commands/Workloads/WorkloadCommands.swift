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

struct ScaleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale", abstract: "Set the number of instances of a workload by hand.",
        discussion: "The override is shown in every plan until it is cleared or its time is over.")
    @Argument(help: "The workload, such as yidian/article/production/guangzhou.") var workload: WorkloadName
    @Argument(help: "Instances wanted; 0 stops the workload.") var replicas: Int?
    @Option(name: .customLong("for"), help: "How long it holds, such as 2h; else until it is cleared.")
    var period: String?
    @Flag(help: "Clear the override.") var clear = false
    @OptionGroup var client: ClientOptions

    private struct Body: Encodable {
        var replicas: Int
        var until: Timestamp?
    }

    func validate() throws {
        guard clear != (replicas != nil) else { throw ValidationError("say how many instances, or --clear") }
        if let period, Period(period) == nil { throw ValidationError("--for takes \(Period.form)") }
    }

    func run() async throws {
        let client = try client.client()
        if clear {
            try await client.send("DELETE", "/v1/workloads/\(workload)/override")
            print("\(workload) has as many instances as its service.yaml says again")
            return
        }
        let replicas = replicas ?? 0
        // Whole seconds: nobody means the rest.
        let now = Timestamp(seconds: TimeSource.wall.now().seconds)
        let until = period.flatMap(Period.init).map { now + $0 }
        let bytes = try JSON.encode(Body(replicas: replicas, until: until))
        try await client.send("PUT", "/v1/workloads/\(workload)/override", body: bytes)
        print("\(workload) goes to \(replicas) instances\(until.map { " until \(Age.until($0))" } ?? "")")
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
