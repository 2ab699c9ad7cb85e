package import GantryBase

/// What a store holds at most, whichever driver it has.
package enum StateLimits {
    /// Of one document (spec or status). Kubernetes allows 1.5 MiB in etcd; ours hold no blobs.
    package static let documentBytes = 1 << 20
    /// Of a kind or a name. The longest that are made of names under the norm have about 250.
    package static let nameBytes = 512
    /// Labels are few and short, since each is an index entry.
    package static let labelsPerObject = 32
    package static let labelBytes = 256
    package static let pageSize = 100
    package static let largestPageSize = 1000
    /// Of the documents of one page: a page ends early rather than fill memory.
    package static let pageBytes = 8 << 20
    /// Changes, and audit records, in one commit; larger work is cut into several.
    package static let changesPerCommit = 1000
    /// Of all texts of one audit record together.
    package static let auditBytes = 2 << 20
    /// How long removals are remembered for watchers.
    package static let removalsKept = Period.minutes(60)
    /// How many removals are remembered at most, so that mass removal does not fill the disk.
    package static let largestRemovalCount = 100_000
    /// How often `mutate` tries again after a conflict. Eight writers on one object need fewer than ten.
    package static let conflictRetries = 30
}

extension StateLimits {
    /// Holds a commit to the limits; every driver calls this first.
    package static func check(_ changes: [StateChange], audit: [AuditRecord]) throws(GantryError) {
        guard changes.count <= changesPerCommit, audit.count <= changesPerCommit else {
            throw GantryError(
                .limit, "a commit has more than \(changesPerCommit) changes or audit records",
                hint: "cut it into several")
        }
        for change in changes { try check(change) }
        for record in audit { try check(record) }
    }

    /// The page size that is used when `limit` is asked for: at least 1, at most `largestPageSize`.
    package static func pageSize(for limit: Int) -> Int { min(max(limit, 1), largestPageSize) }

    private static func check(_ change: StateChange) throws(GantryError) {
        try check(name: change.kind, what: "kind")
        try check(name: change.name, what: "name")
        switch change.operation {
        case .create(let spec, let status, let labels):
            try check(document: spec, "spec", of: change)
            try check(document: status, "status", of: change)
            try check(labels, of: change)
        case .update(let spec, let status, let labels, _):
            try check(document: spec ?? [], "spec", of: change)
            try check(document: status ?? [], "status", of: change)
            try check(labels ?? [:], of: change)
        case .remove: break
        }
    }

    private static func check(name: String, what: String) throws(GantryError) {
        guard !name.isEmpty, name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw GantryError(.invalid, "the \(what) of an object is empty or has control characters")
        }
        guard name.utf8.count <= nameBytes else {
            throw GantryError(
                .limit, "the \(what) \(name.prefix(40))… has more than \(nameBytes) bytes",
                hint: "use shorter names")
        }
    }

    private static func check(
        document: [UInt8], _ what: String, of change: StateChange
    ) throws(GantryError) {
        guard document.count <= documentBytes else {
            throw GantryError(
                .limit,
                "the \(what) of \(change.kind) \(change.name) has \(document.count) bytes, "
                    + "at most \(documentBytes) are stored", hint: "make it smaller")
        }
    }

    private static func check(_ labels: [String: String], of change: StateChange) throws(GantryError) {
        guard labels.count <= labelsPerObject,
            labels.allSatisfy({ $0.key.utf8.count <= labelBytes && $0.value.utf8.count <= labelBytes })
        else {
            throw GantryError(
                .limit,
                "\(change.kind) \(change.name) has more than \(labelsPerObject) labels, or one of more than "
                    + "\(labelBytes) bytes", hint: "use fewer or shorter labels")
        }
    }

    private static func check(_ record: AuditRecord) throws(GantryError) {
        let texts = [record.who, record.action, record.object, record.before, record.after, record.detail]
        guard texts.reduce(0, { $0 + ($1?.utf8.count ?? 0) }) <= auditBytes else {
            throw GantryError(
                .limit, "an audit record of \(record.action) has more than \(auditBytes) bytes",
                hint: "record what changed, not whole documents")
        }
    }
}
