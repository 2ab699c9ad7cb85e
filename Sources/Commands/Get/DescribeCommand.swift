import ArgumentParser
import GantryBase
import Wire

struct DescribeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: "Show everything that is known of one object.")

    @Argument(help: "One of \(DescribedKind.list).", completion: DescribedKind.completion) var kind: String
    @Argument(help: "Its name, such as yidian/article/production/guangzhou; none for the platform.") var name:
        String?
    @Option(name: .shortAndLong, help: "How to print: json or yaml; else as YAML with times for people.")
    var output: OutputFormat = .table
    @OptionGroup var client: ClientOptions

    func validate() throws { _ = try DescribedKind.named(kind).path(name) }

    func run() async throws {
        let object: JSONValue = try await client.client().get(try DescribedKind.named(kind).path(name))
        switch output {
        case .json: print(String(decoding: JSON.write(object, pretty: true), as: UTF8.self))
        case .yaml: print(TerminalText.safe(try object.yaml(), keepsLines: true), terminator: "")
        case .table:
            let page = object.withReadableTimes(now: TimeSource.wall.now())
            print(TerminalText.safe(try page.yaml(), keepsLines: true), terminator: "")
        }
    }
}

enum DescribedKind: String, KindWord {
    case platform, service, workload, instance, release, run, rollout, override

    private var listed: ListedKind? { try? ListedKind.named(rawValue) }

    var otherWords: [String] { listed.map { [$0.rawValue] + $0.otherWords } ?? [] }

    func path(_ name: String?) throws -> String {
        guard let listed else { return "/v1/platform" }
        guard let name else {
            throw ValidationError("name the \(rawValue): gantry get \(listed.rawValue) lists them")
        }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == listed.nameParts, !parts.contains("") else {
            throw ValidationError(
                "\(name) is not the name of \(article) \(rawValue), which is \(listed.form)")
        }
        return "\(listed.path)/\(name)"
    }

    private var article: String { self == .instance || self == .override ? "an" : "a" }
}
