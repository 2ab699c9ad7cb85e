import ArgumentParser
import GantryBase
import Model

struct OutputCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "output", abstract: "Print what the program of one instance has printed, as it is.",
        discussion: """
            Given a workload or a service, the output of its one instance; with several they are listed. It comes from \
            the machine that the instance runs on. `gantry logs` searches the logs of all instances.
            """)
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
