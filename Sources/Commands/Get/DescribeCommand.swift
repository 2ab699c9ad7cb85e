import ArgumentParser
import GantryBase
import Wire

struct DescribeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: "Show everything that is known of one object.")

    @Argument(help: "platform, service, workload, instance, release, run, rollout or override.") var kind:
        DescribedKind
    @Argument(help: "Its name, such as yidian/article/production/guangzhou; none for the platform.") var name:
        String?
    @Option(name: .shortAndLong, help: "How to print: json or yaml; else as YAML with times for people.")
    var output: OutputFormat = .table
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let object: JSONValue = try await client.client().get(try kind.path(name))
        switch output {
        case .json: print(String(decoding: JSON.write(object, pretty: true), as: UTF8.self))
        case .yaml: print(Terminal.safe(try object.yaml()), terminator: "")
        case .table:
            let page = object.withReadableTimes(now: TimeSource.wall.now())
            print(Terminal.safe(try page.yaml()), terminator: "")
        }
    }
}

enum DescribedKind: String, ExpressibleByArgument, CaseIterable {
    case platform, service, workload, instance, release, run, rollout, override

    func path(_ name: String?) throws -> String {
        if self == .platform { return "/v1/platform" }
        guard let name else {
            throw ValidationError(
                "name the \(rawValue): gantry get \(self == .service ? "services" : rawValue + "s") lists them"
            )
        }
        return self == .service ? "/v1/repositories/\(name)" : "/v1/\(rawValue)s/\(name)"
    }
}
