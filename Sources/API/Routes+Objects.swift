import Access
import ControlPlane
import GantryBase
import HTTPTypes
import Model
import NIOCore
import State
import Wire

/// A kind as the API lists it.
struct ListedKind: Sendable {
    /// In the path: the plural.
    var path: String
    var kind: String
    /// Parts of an object's name.
    var nameParts: Int

    static let all = [
        ListedKind(path: "repositories", kind: StoredRepository.kind, nameParts: 2),
        ListedKind(path: "releases", kind: StoredRelease.kind, nameParts: 3),
        ListedKind(path: "runs", kind: StoredRun.kind, nameParts: 3),
        ListedKind(path: "rollouts", kind: StoredRollout.kind, nameParts: 3),
        ListedKind(path: "workloads", kind: StoredWorkload.kind, nameParts: 4),
        ListedKind(path: "overrides", kind: StoredOverride.kind, nameParts: 4),
    ]

    /// The kind that a person means, by its singular or plural.
    static func named(_ text: String) throws(GantryError) -> String {
        if text == StoredPlatform.kind { return text }
        if let known = all.first(where: { $0.path == text || $0.kind == text }) { return known.kind }
        let isInstance = text == "instances" || text == InstanceListing.kind
        throw GantryError(
            .invalid, "\(text) is no kind that can be watched",
            hint: isInstance
                ? "watch workloads: instances are in their status"
                : "known are platform, \(all.map(\.path).joined(separator: ", "))")
    }
}

extension Routes {
    var objects: [Route] {
        var routes: [Route] = [
            .signedIn(.get, "/v1/platform") { try await one(StoredPlatform.kind, StoredPlatform.name, $0) },
            .signedIn(.get, "/v1/watch", watch),
            .signedIn(.get, "/v1/instances", listInstances),
            .signedIn(.get, "/v1/instances/{name:5}", oneInstance),
        ]
        for kind in ListedKind.all {
            routes.append(.signedIn(.get, "/v1/\(kind.path)") { try await list(kind.kind, $0) })
            routes.append(
                .signedIn(.get, "/v1/\(kind.path)/{name:\(kind.nameParts)}") {
                    try await one(kind.kind, $0.parameter("name"), $0)
                })
        }
        return routes
    }

    private func one(_ kind: String, _ name: String, _ call: Call) async throws -> Answer {
        try call.request.allowQuery([])
        let business = kind == StoredPlatform.kind ? nil : BusinessName(String(name.prefix { $0 != "/" }))
        try await operations.require(.view, on: business, by: call.identity, for: "\(kind).get", name)
        guard let object = try await store.get(kind: kind, name: name) else {
            guard kind != StoredPlatform.kind else {
                throw GantryError(
                    .notFound, "there is no platform yet",
                    hint: "an admin makes it: gantry apply platform.yaml")
            }
            throw GantryError(
                .notFound, "there is no \(kind) \(name)", hint: "see what there is: gantry get \(kind)")
        }
        return .object(object)
    }

    private func oneInstance(_ call: Call) async throws -> Answer {
        try call.request.allowQuery([])
        let name = try instanceName(call)
        try await operations.require(
            .view, on: name.workload.service.business, by: call.identity, for: "instance.get", name.path)
        let workload = try await store.get(kind: StoredWorkload.kind, name: name.workload.path)
        let found = try workload.map { try InstanceListing.instances(of: $0) }?.first {
            $0.name == name.path
        }
        guard let found else { throw GantryError(.notFound, "there is no instance \(name)") }
        return .object(found)
    }

    func instanceName(_ call: Call) throws(GantryError) -> InstanceName {
        if let name = InstanceName(path: call.parameter("name")) { return name }
        throw GantryError(.notFound, "\(call.parameter("name")) is no instance")
    }

    private func list(_ kind: String, _ call: Call) async throws -> Answer {
        let query = try listQuery(kind, call.request)
        let businesses = try await visibleBusinesses(call, for: "\(kind).list", query.prefix)
        let version = try await store.currentVersion()
        let scope = ListScope(prefix: query.prefix, businesses: businesses)
        let page = try await scope.page(of: query, from: store)
        return .bytes(
            ObjectJSON.list(ObjectPage(objects: page.objects, next: page.next, version: version)),
            type: Answer.jsonType)
    }

    private func listInstances(_ call: Call) async throws -> Answer {
        let query = try listQuery(StoredWorkload.kind, call.request)
        guard query.order == .name else {
            throw GantryError(
                .invalid, "instances are listed by name alone", hint: "list workloads by order=recent")
        }
        let businesses = try await visibleBusinesses(call, for: "instance.list", query.prefix)
        let version = try await store.currentVersion()
        let listing = InstanceListing(
            store: store, scope: ListScope(prefix: query.prefix, businesses: businesses),
            prefix: query.prefix, labels: query.labels)
        let page = try await listing.page(after: query.after, limit: query.limit)
        return .bytes(
            ObjectJSON.list(ObjectPage(objects: page.objects, next: page.next, version: version)),
            type: Answer.jsonType)
    }

    static let labelPrefix = "label."

    private func listQuery(_ kind: String, _ request: APIRequest) throws(GantryError) -> StateQuery {
        try request.allowQuery(["prefix", "after", "limit", "order"], prefix: Self.labelPrefix)
        var query = StateQuery(
            kind: kind, prefix: request.query("prefix") ?? "", after: request.query("after"),
            limit: try request.number("limit", in: 1...StateLimits.largestPageSize) ?? StateLimits.pageSize)
        if let order = request.query("order") {
            guard let known = StateQuery.Order(rawValue: order) else {
                throw GantryError(.invalid, "there is no order \(order)", hint: "known are name and recent")
            }
            query.order = known
        }
        for (name, value) in request.target.query where name.hasPrefix(Self.labelPrefix) {
            query.labels[String(name.dropFirst(Self.labelPrefix.count))] = value
        }
        guard query.labels.count <= StateLimits.labelsPerObject else {
            throw GantryError(
                .invalid, "no object has more than \(StateLimits.labelsPerObject) labels",
                hint: "ask for fewer")
        }
        return query
    }
}

// Watching.
extension Routes {
    private func watch(_ call: Call) async throws -> Answer {
        try call.request.allowQuery(["kinds", "after"])
        var kinds = Set([StoredPlatform.kind] + ListedKind.all.map(\.kind))
        if let text = call.request.query("kinds") {
            kinds = []
            for word in text.split(separator: ",") { kinds.insert(try ListedKind.named(String(word))) }
        }
        let after = try call.request.number("after", in: 0...Int.max).map { Int64($0) }
        let businesses = try await visibleBusinesses(
            call, for: "watch", kinds.sorted().joined(separator: ","))
        guard let seat = watches.take() else {
            throw GantryError(
                .unavailable, "\(watches.limit) watches are under way, which is the limit",
                hint: "end some, or ask for lists from time to time")
        }
        let start: Int64
        if let after { start = after } else { start = try await store.currentVersion() }
        let stream = store.watch(kinds: kinds, after: start)
        let visible = businesses.map { Set($0.map(\.text)) }
        let body = LiveBody(
            seat: seat,
            producer: { send in
                // Tells the client at once that the watch stands; readers skip empty lines.
                try await send(Self.emptyLine)
                for try await event in stream where Self.isVisible(event.object, to: visible) {
                    try await send(ByteBuffer(bytes: ObjectJSON.line(event)))
                }
            }, recheck: { try await requireSame(businesses, call) }, heartbeat: Self.emptyLine,
            farewell: { error in
                // The status has been sent: an error is a line of its own, and the last.
                let line: JSONValue = ["type": "error", "problem": Problem(error).document]
                return ByteBuffer(bytes: JSON.write(line) + [UInt8(ascii: "\n")])
            })
        return Answer(.ok, type: Answer.linesType, .live(body))
    }

    private static let emptyLine = ByteBuffer(string: "\n")

    /// A watch shows what its asker could see when it began, so it ends when that has changed.
    private func requireSame(_ businesses: [BusinessName]?, _ call: Call) async throws {
        var call = call
        call.identity = try await call.identityNow()
        guard try await visibleBusinesses(call, for: "watch", "") == businesses else {
            throw GantryError(
                .conflict, "the businesses that you may look into have changed", hint: "list and watch again")
        }
    }

    private static func isVisible(_ object: StateObject, to businesses: Set<String>?) -> Bool {
        guard let businesses, object.kind != StoredPlatform.kind else { return true }
        return businesses.contains(String(object.name.prefix { $0 != "/" }))
    }
}
