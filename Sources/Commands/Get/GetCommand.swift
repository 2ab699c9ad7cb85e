import ArgumentParser
import GantryBase
import Model
import Wire

struct GetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "List \(ListedKind.list).",
        discussion: "The kind may stand in the singular, too; short: biz, svc, wl, inst, rel, ro, ov, reg.")

    @Argument(help: "What to list.", completion: ListedKind.completion) var kind: String
    @Argument(help: "Only this one, or those below it, such as yidian, yidian/article or a whole name.")
    var name: String?
    @Option(help: "Only of this service, such as yidian/article, or of this business.") var service: String?
    @Option(name: .shortAndLong, help: "Only in this environment.") var environment: String?
    @Option(name: .shortAndLong, help: "Only in this region.") var region: String?
    @Option(help: "At most this many.") var limit = 100
    @OptionGroup var output: OutputOptions
    @OptionGroup var client: ClientOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit takes 1 or more") }
        guard name == nil || service == nil else {
            throw ValidationError("give a name or --service, not both")
        }
        try filter.check(for: try ListedKind.named(kind))
    }

    func run() async throws {
        let list = Listing(
            kind: try ListedKind.named(kind), filter: filter, limit: limit, client: try client.client())
        switch output.output {
        case .table:
            let (table, hasMore) = try await list.table()
            if table.rows.isEmpty { try await filter.requireKnown(list.client) }
            table.print(
                whenEmpty: "there are no \(list.kind.rawValue)\(filter.words)", next: list.kind.next)
            if hasMore { Notice.say("these are the first \(limit); --limit shows more") }
        case .json, .yaml:
            let items = try await list.items()
            if items.isEmpty { try await filter.requireKnown(list.client) }
            try output.print(.array(items))
        }
    }

    private var filter: ListFilter {
        var name = name ?? service
        while name?.hasSuffix("/") == true { name?.removeLast() }
        return ListFilter(name: name, environment: environment, region: region)
    }
}
