import GantryBase
import State
import Synchronization

/// The store as one request sees it: holds its writes to the version that the request names, and writes down in the same
/// commit that the request has been carried out.
///
/// So a request is carried out and known to be, or neither, whenever the server ends.
final class ActionStore: StateStore {
    /// Makes the record of the request, given the changes that carry it out.
    typealias Mark = @Sendable ([StateChange]) throws -> StateChange

    private let base: any StateStore
    private let condition: VersionCondition?
    private let mark: Mark?
    private let state = Mutex(Written())

    private struct Written {
        var record: StateObject?
        /// Whether the object that the condition is about has been written: from then on it has another version.
        var hasWritten = false
    }

    init(_ base: any StateStore, condition: VersionCondition?, mark: Mark?) {
        (self.base, self.condition, self.mark) = (base, condition, mark)
    }

    /// The record, once it is written.
    var record: StateObject? { state.withLock { $0.record } }

    func commit(_ changes: [StateChange], audit: [AuditRecord]) async throws -> [StateObject] {
        // What carries a request out is what is written to the audit log; a verb does that once.
        var mark = mark
        if record != nil || !audit.contains(where: \.allowed) { mark = nil }
        var objects = try await base.commit(
            changes + (try mark.map { [try $0(changes)] } ?? []), audit: audit)
        let written = mark == nil ? nil : objects.popLast()
        let isWritten = condition.map { wanted in
            changes.contains { wanted.concerns($0.kind, $0.name) }
        }
        state.withLock { state in
            if let written { state.record = written }
            if isWritten == true { state.hasWritten = true }
        }
        return objects
    }

    /// Every verb reads what it changes, and writes it only if it is still what was read: so the version is checked
    /// here.
    func get(kind: String, name: String) async throws -> StateObject? {
        let object = try await base.get(kind: kind, name: name)
        if let condition, condition.concerns(kind, name), !state.withLock({ $0.hasWritten }) {
            try condition.check(name, object?.version)
        }
        return object
    }

    func list(_ query: StateQuery) async throws -> StatePage { try await base.list(query) }
    func watch(kinds: Set<String>, after version: Int64) -> AsyncThrowingStream<StateEvent, any Error> {
        base.watch(kinds: kinds, after: version)
    }
    func currentVersion() async throws -> Int64 { try await base.currentVersion() }
    func acquireLease(_ name: String, holder: String, for period: Period) async throws -> Bool {
        try await base.acquireLease(name, holder: holder, for: period)
    }
    func releaseLease(_ name: String, holder: String) async throws {
        try await base.releaseLease(name, holder: holder)
    }
    func audit(_ query: AuditQuery) async throws -> [AuditRecord] { try await base.audit(query) }
    func close() async throws { try await base.close() }
}
