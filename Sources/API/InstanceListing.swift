import GantryBase
import Model
import State
import Wire

/// Lists instances as objects: they are no objects of the store, but stand in the status of their workloads.
struct InstanceListing: Sendable {
    let store: any StateStore
    let scope: ListScope
    /// Of the instances' names.
    let prefix: String
    let labels: [String: String]

    static let kind = "instance"

    /// One page in the order of names, read workload by workload.
    func page(after: String?, limit: Int) async throws -> StatePage {
        var objects: [StateObject] = []
        for workload in try await current(after) {
            objects += try Self.instances(of: workload).filter { fits($0, after) }
        }
        var place = after.flatMap { InstanceName(path: $0)?.workload.path } ?? after
        while objects.count <= limit {
            let query = StateQuery(
                kind: StoredWorkload.kind, labels: labels, after: place, limit: StateLimits.pageSize)
            let page = try await workloads.page(of: query, from: store)
            for workload in page.objects {
                objects += try Self.instances(of: workload).filter { fits($0, after) }
            }
            guard let next = page.next else { break }
            place = next
        }
        guard objects.count > limit else { return StatePage(objects: objects, next: nil) }
        return StatePage(objects: Array(objects.prefix(limit)), next: objects[limit - 1].name)
    }

    /// An instance's prefix may reach into its own part of the name, where no workload's name goes.
    private var workloads: ListScope {
        var scope = scope
        scope.prefixes = scope.prefixes.map { prefix in
            let parts = prefix.split(separator: "/", omittingEmptySubsequences: false)
            return parts.count > 4 ? parts.prefix(4).joined(separator: "/") : prefix
        }
        return scope
    }

    /// The workload in the middle of which the page before ended.
    private func current(_ after: String?) async throws -> [StateObject] {
        guard let after, let name = InstanceName(path: after),
            let workload = try await store.get(kind: StoredWorkload.kind, name: name.workload.path),
            scope.prefixes.contains(where: after.hasPrefix),
            labels.allSatisfy({ workload.labels[$0.key] == $0.value })
        else { return [] }
        return [workload]
    }

    private func fits(_ instance: StateObject, _ after: String?) -> Bool {
        guard instance.name.hasPrefix(prefix) else { return false }
        return after.map { $0.utf8.lexicographicallyPrecedes(instance.name.utf8) } ?? true
    }

    /// The instances of a workload as objects, in the order of their names.
    static func instances(of object: StateObject) throws -> [StateObject] {
        let workload = try Stored<StoredWorkload>(object)
        return try workload.status.instances.map { instance in
            StateObject(
                kind: kind, name: instance.name.path, version: object.version,
                schemaVersion: object.schemaVersion, spec: object.spec, status: try JSON.encode(instance),
                labels: object.labels, createdAt: instance.startedAt, updatedAt: instance.changedAt)
        }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}
