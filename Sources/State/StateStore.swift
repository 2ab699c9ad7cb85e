package import GantryBase

/// Where Gantry keeps what is wanted, what is so, and who did what.
///
/// Lifecycle: a store is opened by its driver, is safe to use from any task until `close`, and survives the death of
/// the process at any point: what a call has returned is on disk.
///
/// Versions: every committed change of an object gets a version from one counter of the store. Versions are in commit
/// order, so that a reader that has seen version N and asks for changes after N misses nothing. Versions have gaps.
///
/// Concurrency: a write names the version it expects and fails with `.conflict` when the object is at another one.
/// All changes and audit records of one `commit` happen together or not at all.
package protocol StateStore: Sendable {
    /// Applies all changes in one transaction and returns the objects as they are after it, in the order of `changes`;
    /// a removed object is returned as it was, with the version of its removal.
    ///
    /// Throws `.conflict` when an expected version does not match, `.exists` when `create` meets an object,
    /// `.limit` when a document is larger than `StateLimits.documentBytes`, `.unavailable` when the disk refuses.
    @discardableResult
    func commit(_ changes: [StateChange], audit: [AuditRecord]) async throws -> [StateObject]

    /// The object, or nil when there is none.
    func get(kind: String, name: String) async throws -> StateObject?

    /// One page of the objects of a kind in the order of their names.
    func list(_ query: StateQuery) async throws -> StatePage

    /// Yields each committed change with a version above `after`, in commit order, then goes on with those to come.
    ///
    /// When `after` lies before what the store still remembers of removed objects, throws `.conflict`: list again.
    /// A slow reader holds nothing up: changes are read from the store as the reader comes for them.
    func watch(kinds: Set<String>, after version: Int64) -> AsyncThrowingStream<StateEvent, any Error>

    /// The highest version committed so far; 0 in an empty store.
    func currentVersion() async throws -> Int64

    /// Takes, or prolongs, the lease for `holder`; false while somebody else's has not run out.
    func acquireLease(_ name: String, holder: String, for period: Period) async throws -> Bool
    func releaseLease(_ name: String, holder: String) async throws

    /// Audit records, newest first. Append-only: nothing changes or removes one.
    func audit(_ query: AuditQuery) async throws -> [AuditRecord]

    func close() async throws
}

package enum StateLimits {
    /// Of one document (spec or status). Kubernetes allows 1.5 MiB in etcd; ours hold no blobs.
    package static let documentBytes = 1 << 20
    package static let pageSize = 100
    package static let largestPageSize = 1000
    /// Changes in one commit; larger work is cut into several.
    package static let changesPerCommit = 1000
    /// How long removals are remembered for watchers.
    package static let removalsKept = Period.minutes(60)
}

/// An object as it is stored: documents are JSON as `Wire` writes it.
package struct StateObject: Sendable, Hashable {
    package var kind: String
    package var name: String
    package var version: Int64
    package var schemaVersion: Int
    package var spec: [UInt8]
    package var status: [UInt8]
    /// What lists are filtered by, such as `environment: production`.
    package var labels: [String: String]
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        kind: String, name: String, version: Int64, schemaVersion: Int, spec: [UInt8], status: [UInt8],
        labels: [String: String], createdAt: Timestamp, updatedAt: Timestamp
    ) {
        (self.kind, self.name, self.version, self.schemaVersion) = (kind, name, version, schemaVersion)
        (self.spec, self.status, self.labels) = (spec, status, labels)
        (self.createdAt, self.updatedAt) = (createdAt, updatedAt)
    }
}

package struct StateChange: Sendable {
    package enum Operation: Sendable {
        case create(spec: [UInt8], status: [UInt8], labels: [String: String])
        /// Nil leaves that document as it is; `expecting` nil means whatever version is there.
        case update(spec: [UInt8]?, status: [UInt8]?, labels: [String: String]?, expecting: Int64?)
        case remove(expecting: Int64?)
    }
    package var kind: String
    package var name: String
    package var schemaVersion: Int
    package var operation: Operation

    package init(kind: String, name: String, schemaVersion: Int, operation: Operation) {
        (self.kind, self.name, self.schemaVersion, self.operation) = (kind, name, schemaVersion, operation)
    }
}

package struct StateQuery: Sendable {
    package var kind: String
    /// Only names that start with this.
    package var prefix: String
    /// Only objects that carry all of these.
    package var labels: [String: String]
    /// Only names after this one; what the page before gave as `next`.
    package var after: String?
    package var limit: Int

    package init(
        kind: String, prefix: String = "", labels: [String: String] = [:], after: String? = nil,
        limit: Int = StateLimits.pageSize
    ) {
        (self.kind, self.prefix, self.labels, self.after, self.limit) = (kind, prefix, labels, after, limit)
    }
}

package struct StatePage: Sendable {
    package var objects: [StateObject]
    /// Where the next page starts; nil on the last.
    package var next: String?
    package init(objects: [StateObject], next: String?) {
        self.objects = objects
        self.next = next
    }
}

package struct StateEvent: Sendable {
    package enum Kind: Sendable { case created, updated, removed }
    package var kind: Kind
    package var object: StateObject
    package init(kind: Kind, object: StateObject) {
        self.kind = kind
        self.object = object
    }
}

/// One action of somebody, kept for ever.
package struct AuditRecord: Codable, Sendable, Hashable {
    package var at: Timestamp
    /// A user, or `gantry/PART` for what the product did by itself.
    package var who: String
    /// A verb and its object's kind: `rollout.create`.
    package var action: String
    package var object: String
    /// Refused attempts are recorded as well.
    package var allowed: Bool
    /// JSON of the object before and after, without secrets; nil where there is none.
    package var before: String?
    package var after: String?
    package var detail: String?

    package init(
        at: Timestamp, who: String, action: String, object: String, allowed: Bool = true,
        before: String? = nil, after: String? = nil, detail: String? = nil
    ) {
        (self.at, self.who, self.action, self.object) = (at, who, action, object)
        (self.allowed, self.before, self.after, self.detail) = (allowed, before, after, detail)
    }
}

package struct AuditQuery: Sendable {
    package var objectPrefix: String
    package var who: String?
    package var before: Timestamp?
    package var limit: Int
    package init(objectPrefix: String = "", who: String? = nil, before: Timestamp? = nil, limit: Int = 100) {
        (self.objectPrefix, self.who, self.before, self.limit) = (objectPrefix, who, before, limit)
    }
}
