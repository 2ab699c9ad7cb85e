import GantryBase
package import Model

/// Access to a store by kind. Everything goes through `commit`, `get`, `list` of the contract.
extension StateStore {
    package func get<Kind: StoredKind>(_ kind: Kind.Type, _ name: String) async throws -> Stored<Kind>? {
        try await get(kind: Kind.kind, name: name).map { try Stored($0) }
    }

    /// The object, or `.notFound`.
    package func require<Kind: StoredKind>(_ kind: Kind.Type, _ name: String) async throws -> Stored<Kind> {
        guard let stored = try await get(kind, name) else {
            throw GantryError(
                .notFound, "there is no \(Kind.kind) \(name)",
                hint: Self.hint(Kind.kind))
        }
        return stored
    }

    private static func hint(_ kind: String) -> String {
        switch kind {
        case StoredPlatform.kind: "apply one: gantry apply platform.yaml"
        // Kinds of Access, which are never among what is listed for all to see.
        case "secret", "token", "user": "see what there is: gantry \(kind) list"
        default: "see what there is: gantry get \(kind)"
        }
    }

    @discardableResult
    package func create<Kind: StoredKind>(
        _ kind: Kind.Type, _ name: String, spec: Kind.Spec, status: Kind.Status = Kind.initialStatus,
        labels: [String: String] = [:], audit: [AuditRecord] = []
    ) async throws -> Stored<Kind> {
        try await single(.create(kind, name, spec: spec, status: status, labels: labels), audit: audit)
    }

    /// Writes documents and labels as they are in `stored`; `.conflict` when the object has changed since.
    @discardableResult
    package func update<Kind: StoredKind>(
        _ stored: Stored<Kind>, audit: [AuditRecord] = []
    ) async throws -> Stored<Kind> {
        try await single(.update(stored), audit: audit)
    }

    /// Sets the status; with `expecting`, only if the object still has that version, else whatever version it has.
    ///
    /// Writes both documents, so that an object never has its spec in one schema version and its status in another.
    @discardableResult
    package func updateStatus<Kind: StoredKind>(
        _ kind: Kind.Type, _ name: String, _ status: Kind.Status, expecting: Int64?, audit: [AuditRecord] = []
    ) async throws -> Stored<Kind> {
        guard let expecting else { return try await mutate(kind, name, audit: audit) { $0.status = status } }
        var stored = try await require(kind, name)
        stored.version = expecting
        stored.status = status
        return try await update(stored, audit: audit)
    }

    @discardableResult
    package func remove<Kind: StoredKind>(
        _ stored: Stored<Kind>, audit: [AuditRecord] = []
    ) async throws -> Stored<Kind> {
        try await single(.remove(stored), audit: audit)
    }

    package func list<Kind: StoredKind>(
        _ kind: Kind.Type, prefix: String = "", labels: [String: String] = [:],
        order: StateQuery.Order = .name, after: String? = nil, limit: Int = StateLimits.pageSize
    ) async throws -> StoredPage<Kind> {
        let page = try await list(
            StateQuery(
                kind: Kind.kind, prefix: prefix, labels: labels, order: order, after: after, limit: limit))
        return StoredPage(objects: try page.objects.map { try Stored($0) }, next: page.next)
    }

    /// All objects of a kind, page after page: for reconcilers, whose work is over everything.
    package func all<Kind: StoredKind>(
        _ kind: Kind.Type, prefix: String = "", labels: [String: String] = [:]
    ) async throws -> [Stored<Kind>] {
        var objects: [Stored<Kind>] = []
        var after: String?
        repeat {
            let page = try await list(
                kind, prefix: prefix, labels: labels, after: after, limit: StateLimits.largestPageSize)
            objects += page.objects
            after = page.next
        } while after != nil
        return objects
    }

    /// Reads the object, lets `change` change it, and writes it if it has changed; again when somebody was faster.
    ///
    /// `change` may run several times and must have no effect but on its argument. What it throws ends the call.
    /// Throws `.conflict` after `StateLimits.conflictRetries` attempts.
    @discardableResult
    package func mutate<Kind: StoredKind>(
        _ kind: Kind.Type, _ name: String, audit: [AuditRecord] = [],
        _ change: (inout Stored<Kind>) throws -> Void
    ) async throws -> Stored<Kind> {
        for attempt in 0..<StateLimits.conflictRetries {
            let before = try await require(kind, name)
            var after = before
            try change(&after)
            if after == before, audit.isEmpty { return before }
            do {
                return try await update(after, audit: audit)
            } catch let error as GantryError where error.code == .conflict {
                // Writers that met once part by waiting for different times, longer where commits take longer.
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...min(attempt * 5, 100))))
            }
        }
        throw GantryError(
            .conflict,
            "\(Kind.kind) \(name) was changed by others \(StateLimits.conflictRetries) times in a row",
            hint: "try again")
    }

    private func single<Kind: StoredKind>(
        _ change: StateChange, audit: [AuditRecord]
    ) async throws -> Stored<Kind> {
        guard let object = try await commit([change], audit: audit).first else {
            throw GantryError(.internal, "the store returned nothing for \(change.kind) \(change.name)")
        }
        return try Stored(object)
    }
}
