import GantryBase
import Model

/// An object as the API shows it.
struct ObjectView<Kind: StoredKind>: Decodable, Sendable {
    var name: String
    var version: Int64
    var spec: Kind.Spec
    var status: Kind.Status
    var labels: [String: String]
    var createdAt: Timestamp
    var updatedAt: Timestamp
}

struct ListView<Item: Decodable & Sendable>: Decodable, Sendable {
    var items: [Item]
    var next: String?
}

struct InstanceView: Decodable, Sendable {
    var name: String
    var spec: WorkloadSpec
    var status: InstanceStatus
}

struct RegionView: Decodable, Sendable {
    var environment: EnvironmentName
    var region: RegionName
    var cluster: ClusterName
    var frontDoor: String?
}

struct PlanAnswer: Decodable, Sendable {
    var text: String
    var diagnostics: [Diagnostic]
}

struct ApplyAnswer: Decodable, Sendable {
    var changes: String
    var diagnostics: [Diagnostic]
}

struct DiagnosticsAnswer: Decodable, Sendable { var diagnostics: [Diagnostic] }

extension APIClient {
    /// All pages of a list, at most `limit` items.
    func all<Item: Decodable & Sendable>(
        _ path: String, _ query: [(String, String)] = [], limit: Int = .max
    ) async throws -> [Item] {
        try await page(path, query, limit: limit).items
    }

    /// At most `limit` items of a list, as one page: `next` is there when there are more.
    func page<Item: Decodable & Sendable>(
        _ path: String, _ query: [(String, String)], limit: Int
    ) async throws -> ListView<Item> {
        var list = ListView<Item>(items: [], next: nil)
        repeat {
            let page: ListView<Item> = try await get(
                path,
                query + [("limit", "\(min(1000, limit - list.items.count))")]
                    + (list.next.map { [("after", $0)] } ?? []))
            list.items += page.items
            list.next = page.next
        } while list.next != nil && list.items.count < limit
        return list
    }

    func run(_ name: RunName) async throws -> ObjectView<StoredRun> { try await get("/v1/runs/\(name)") }
    func platform() async throws -> PlatformSpec {
        let object: ObjectView<StoredPlatform> = try await get("/v1/platform")
        return object.spec
    }
}
