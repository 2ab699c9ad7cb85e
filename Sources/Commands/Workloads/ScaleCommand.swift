import ArgumentParser
import GantryBase
import Model
import Wire

struct ScaleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale", abstract: "Set the number of instances of a workload by hand.",
        discussion: """
            The override is shown in every plan until it is cleared or its time is over. It may go below scale.min \
            and beyond scale.max of service.yaml, and says so.
            """)
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
        if let replicas, replicas < 0 { throw ValidationError("a workload has 0 instances or more") }
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
        let scale = try await client.effective(workload).scale
        print(Self.text(workload, replicas, until: until, scale))
    }

    /// What the override does. It may go beyond the bounds of service.yaml, since it is a person's decision for a
    /// while, and says so.
    static func text(
        _ workload: WorkloadName, _ replicas: Int, until: Timestamp?, _ scale: ScaleSpec
    ) -> String {
        let end = until.map { " until \(Age.until($0))" } ?? ", until it is cleared"
        let count = "\(replicas) instance\(replicas == 1 ? "" : "s")"
        let note =
            switch replicas {
            case 0: "nothing answers its requests until then"
            case ..<scale.min: "that is below scale.min \(scale.min) of its service.yaml"
            case (scale.max + 1)...: "that is beyond scale.max \(scale.max) of its service.yaml"
            default: ""
            }
        return "\(workload) goes to \(count)\(end)"
            + (note.isEmpty ? "" : "\n\(note); gantry scale \(workload) --clear undoes it")
    }
}
