import ArgumentParser
import GantryBase
import Wire

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Show who did what, newest first; refused attempts too.")
    @Option(help: "Only of objects whose name starts with this.") var prefix: String?
    @Option(help: "Only by this user.") var who: String?
    @Option(help: "At most this many.") var limit = 50
    @OptionGroup var output: OutputOptions
    @OptionGroup var client: ClientOptions

    func run() async throws {
        var query = [("limit", "\(limit)")]
        if let prefix { query.append(("prefix", prefix)) }
        if let who { query.append(("who", who)) }
        let list: JSONValue = try await client.client().get("/v1/audit", query)
        let items = list["items"]?.arrayValue ?? []
        guard output.output == .table else { return try output.print(.array(items)) }
        var table = Table("TIME", "WHO", "ACTION", "OBJECT", "", "DETAIL")
        for item in items {
            let allowed = item["allowed"]?.boolValue ?? true
            table.rows.append([
                item["at"]?.stringValue.flatMap(Timestamp.init)?.readable ?? "",
                item["who"]?.stringValue ?? "",
                item["action"]?.stringValue ?? "",
                item["object"]?.stringValue ?? "", allowed ? "" : "refused",
                item["detail"]?.stringValue ?? Self.change(item),
            ])
        }
        table.print(whenEmpty: "nothing is recorded that fits")
    }

    /// Of a single value, as when a workload is scaled; whole objects are for --output.
    private static func change(_ item: JSONValue) -> String {
        let values = [item["before"]?.stringValue, item["after"]?.stringValue].map { $0 ?? "-" }
        guard values != ["-", "-"], values.allSatisfy({ $0.count <= 20 && !$0.hasPrefix("{") }) else {
            return ""
        }
        return values.joined(separator: " -> ")
    }
}
