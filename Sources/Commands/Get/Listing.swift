import GantryBase
import Model
import Wire

/// Asks for one list, as values or as a table.
struct Listing: Sendable {
    let kind: ListedKind
    let filter: ListFilter
    let limit: Int
    let client: APIClient

    func items() async throws -> [JSONValue] {
        switch kind {
        case .businesses: try await client.platform().businesses.map { try JSON.value(of: $0) }
        case .regions:
            try await (client.get(kind.path) as JSONValue)["items"]?.arrayValue?.filter {
                fits($0["environment"]?.stringValue, $0["region"]?.stringValue)
            } ?? []
        default: try await objects().items
        }
    }

    /// - Returns: also whether the limit has cut the list.
    func table() async throws -> (Table, hasMore: Bool) {
        switch kind {
        case .businesses: return (try await businesses(), false)
        case .regions:
            let list: ListView<RegionView> = try await client.get(kind.path)
            let items = list.items.filter { fits($0.environment.text, $0.region.text) }
            return (RegionTable.table(items), false)
        case .services: return try await table(ServiceTable.table)
        case .workloads: return try await table(WorkloadTable.table)
        case .instances: return try await table(InstanceTable.table)
        case .releases: return try await table(ReleaseTable.table)
        case .runs: return try await table(RunTable.table)
        case .rollouts: return try await table(RolloutTable.table)
        case .overrides: return try await table(OverrideTable.table)
        }
    }

    private func table<Item: Decodable & Sendable>(
        _ make: ([Item]) -> Table
    ) async throws -> (Table, hasMore: Bool) {
        let found: ListView<Item> = try await objects()
        return (make(found.items), found.next != nil)
    }

    /// A whole name is asked for as one object; a beginning of names by what stands below it, so that `yidian/hello`
    /// does not find `yidian/hello-2`.
    private func objects<Item: Decodable & Sendable>() async throws -> ListView<Item> {
        guard let name = filter.name else { return try await client.page(kind.path, query, limit: limit) }
        guard name.split(separator: "/").count == kind.nameParts else {
            return try await client.page(kind.path, [("prefix", name + "/")] + query, limit: limit)
        }
        do {
            let object: JSONValue = try await client.get("\(kind.path)/\(name)")
            let isWanted = filter.query.allSatisfy { part in
                object["labels"]?[String(part.0.dropFirst("label.".count))]?.stringValue == part.1
            }
            return ListView(items: isWanted ? [try JSON.decode(Item.self, from: object)] : [], next: nil)
        } catch let error as GantryError where error.code == .notFound {
            // What of its name is not there says more than that it is not.
            try await filter.requireKnown(client)
            throw error
        }
    }

    private var query: [(String, String)] { filter.query + kind.order }

    private func fits(_ environment: String?, _ region: String?) -> Bool {
        (filter.environment ?? environment) == environment && (filter.region ?? region) == region
    }

    private func businesses() async throws -> Table {
        let services: [ObjectView<StoredRepository>] = try await client.all("/v1/repositories")
        var table = Table("BUSINESS", "TITLE", "SERVICES", "PIPELINE")
        for business in try await client.platform().businesses {
            let count = services.count { $0.spec.service.business == business.name }
            table.rows.append([business.name.text, business.title, "\(count)", business.pipeline])
        }
        return table
    }
}
