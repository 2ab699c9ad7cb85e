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
/// All changes and audit records of one `commit` happen together or not at all. A reader sees whole commits only.
///
/// Time: versions do not depend on the clock and rise when it goes back. `createdAt` and `updatedAt` are what the
/// clock said, for people.
///
/// Faults: while the disk refuses to write (full, read-only), writes throw `.unavailable` and reads go on; writing
/// works again by itself once the disk takes it.
package protocol StateStore: Sendable {
    /// Applies all changes in their order in one transaction and returns each object as it is after its change;
    /// a removed object is returned as it was, with the version of its removal.
    ///
    /// An object may be changed more than once in one commit. Once begun, a commit is not cancelled with its task:
    /// the answer says whether it happened.
    ///
    /// Throws `.conflict` when an expected version does not match, `.exists` when `create` meets an object,
    /// `.notFound` when `update` or `remove` meets none, `.unsupported` when the object has a newer schema version than
    /// the change, `.invalid` when an update of one document alone would raise the schema version of both, `.limit` when one of `StateLimits` is passed, `.invalid` for a kind or name that is empty or has
    /// control characters, `.unavailable` when the disk refuses.
    @discardableResult
    func commit(_ changes: [StateChange], audit: [AuditRecord]) async throws -> [StateObject]

    /// The object, or nil when there is none.
    func get(kind: String, name: String) async throws -> StateObject?

    /// One page of the objects of a kind in the order of their names' UTF-8 bytes, or the last changed first.
    ///
    /// In the order `recent` an object that changes between two pages moves before the first and may be missed; one is
    /// never listed twice.
    ///
    /// A page may be shorter than asked for where documents are large; only the page without `next` is the last. What
    /// is there from the first page to the last is listed exactly once, whatever else comes and goes.
    func list(_ query: StateQuery) async throws -> StatePage

    /// Yields the committed changes with a version above `after`, in commit order, then goes on with those to come.
    ///
    /// A reader is a reader of states, not of history: of several changes of an object that it has not come for yet it
    /// gets the latest, and never an older one after a newer one. `created` means that this reader has not had the
    /// object since it was made; a removal may be of an object that it never had. Removals are yielded each.
    /// To follow a kind: take `currentVersion`, list, then watch after that version.
    ///
    /// An empty set of kinds means all. 0 as `after` always works. When `after` lies before what the store still
    /// remembers of removed objects, throws `.conflict`: list again.
    /// A slow reader holds nothing up: changes are read from the store as the reader comes for them. The stream ends
    /// when the reader's task is cancelled or the store is closed. One reader per stream.
    func watch(kinds: Set<String>, after version: Int64) -> AsyncThrowingStream<StateEvent, any Error>

    /// The highest version committed so far; 0 in an empty store.
    func currentVersion() async throws -> Int64

    /// Takes, or prolongs, the lease for `holder`; false while somebody else's has not run out.
    ///
    /// Within a process a lease lasts its period on the monotonic clock, whatever the wall clock does. Of a lease given
    /// in another process only the wall time is known: it has run out when that time has passed, or when this process
    /// has seen it unchanged for its whole period.
    func acquireLease(_ name: String, holder: String, for period: Period) async throws -> Bool
    func releaseLease(_ name: String, holder: String) async throws

    /// Audit records, last committed first. Append-only: nothing changes or removes one.
    func audit(_ query: AuditQuery) async throws -> [AuditRecord]

    /// Ends watches and refuses all calls from now on with `.unavailable`; may be called twice.
    func close() async throws
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
    package var order: Order
    /// What the page before gave as `next`: only names after this one, or in the order `recent` only versions below
    /// this number. Throws `.invalid` there when it is no number.
    package var after: String?
    package var limit: Int

    package enum Order: String, Sendable, CaseIterable {
        case name
        /// The last changed first.
        case recent
    }

    package init(
        kind: String, prefix: String = "", labels: [String: String] = [:], order: Order = .name,
        after: String? = nil, limit: Int = StateLimits.pageSize
    ) {
        (self.kind, self.prefix, self.labels, self.order) = (kind, prefix, labels, order)
        (self.after, self.limit) = (after, limit)
    }

    /// The version that a page in the order `recent` starts below.
    package func versionBound() throws(GantryError) -> Int64? {
        guard order == .recent, let after else { return nil }
        if let version = Int64(after) { return version }
        throw GantryError(.invalid, "\(after) is no place in a list by age", hint: "give what `next` said")
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
