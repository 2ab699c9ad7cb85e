import ArgumentParser
import GantryBase
import Model
import Wire

struct GetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract:
            "List businesses, services, workloads, instances, releases, runs, rollouts, overrides or regions."
    )

    @Argument(help: "What to list.") var kind: ListedKind
    @Option(help: "Only of this service, such as yidian/article, or of this business.") var service: String?
    @Option(help: "Only in this environment.") var environment: String?
    @Option(help: "Only in this region.") var region: String?
    @Option(help: "At most this many.") var limit = 100
    @OptionGroup var output: OutputOptions
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let client = try client.client()
        switch output.output {
        case .table: print(try await kind.table(client, query: query, limit: limit).text(), terminator: "")
        case .json, .yaml:
            let items: [JSONValue] = try await kind.items(client, query: query, limit: limit)
            let value = JSONValue.array(items)
            print(
                output.output == .json
                    ? String(decoding: JSON.write(value, pretty: true), as: UTF8.self) + "\n"
                    : try value.yaml(), terminator: "")
        }
    }

    private var query: [(String, String)] {
        var query: [(String, String)] = []
        if let service { query.append(("prefix", service + "/")) }
        if let environment { query.append(("label.environment", environment)) }
        if let region { query.append(("label.region", region)) }
        return query
    }
}

enum ListedKind: String, ExpressibleByArgument, CaseIterable {
    case businesses, services, workloads, instances, releases, runs, rollouts, overrides, regions

    private var path: String {
        switch self {
        case .services: "/v1/repositories"
        case .businesses: "/v1/platform"
        default: "/v1/\(rawValue)"
        }
    }

    /// Newest first where that is what one looks for.
    private var order: [(String, String)] {
        [.releases, .runs, .rollouts].contains(self) ? [("order", "recent")] : []
    }

    func items(_ client: APIClient, query: [(String, String)], limit: Int) async throws -> [JSONValue] {
        switch self {
        case .businesses: try await client.platform().businesses.map { try JSON.value(of: $0) }
        case .regions: try await (client.get(path) as JSONValue)["items"]?.arrayValue ?? []
        case .services: try await client.all(path, servicesQuery(query), limit: limit)
        default: try await client.all(path, query + order, limit: limit)
        }
    }

    /// A service's own name is matched, not what lies below it.
    private func servicesQuery(_ query: [(String, String)]) -> [(String, String)] {
        query.map {
            $0.0 == "prefix" && $0.1.split(separator: "/").count > 1
                ? ("prefix", String($0.1.dropLast())) : $0
        }
    }

    func table(_ client: APIClient, query: [(String, String)], limit: Int) async throws -> Table {
        switch self {
        case .businesses: return try await businesses(client)
        case .services:
            return ServiceTable.table(try await client.all(path, servicesQuery(query), limit: limit))
        case .workloads: return WorkloadTable.table(try await client.all(path, query, limit: limit))
        case .instances: return InstanceTable.table(try await client.all(path, query, limit: limit))
        case .releases: return ReleaseTable.table(try await client.all(path, query + order, limit: limit))
        case .runs: return RunTable.table(try await client.all(path, query + order, limit: limit))
        case .rollouts: return RolloutTable.table(try await client.all(path, query + order, limit: limit))
        case .overrides: return OverrideTable.table(try await client.all(path, query, limit: limit))
        case .regions:
            let list: ListView<RegionView> = try await client.get(path)
            return RegionTable.table(list.items)
        }
    }

    private func businesses(_ client: APIClient) async throws -> Table {
        let services: [ObjectView<StoredRepository>] = try await client.all("/v1/repositories")
        var table = Table("BUSINESS", "TITLE", "SERVICES", "PIPELINE")
        for business in try await client.platform().businesses {
            let count = services.count { $0.spec.service.business == business.name }
            table.rows.append([business.name.text, business.title, "\(count)", business.pipeline])
        }
        return table
    }
}
