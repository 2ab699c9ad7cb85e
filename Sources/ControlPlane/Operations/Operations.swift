package import Access
package import GantryBase
package import GitHosting
package import Model
package import State
package import Telemetry

/// What people may ask of Gantry: each verb checks the right, changes State, and leaves an audit record.
///
/// Nothing here waits for the change to take effect: reconcilers see to that. Verbs may be called from any task.
package struct Operations: Sendable {
    package let store: any StateStore
    package let gate: AccessGate
    let repositories: GitRepositories
    let time: TimeSource
    /// Where signals are asked for; nil for a server that keeps none.
    let telemetry: (any TelemetryStore)?

    package init(
        store: any StateStore, gate: AccessGate, repositories: GitRepositories, time: TimeSource,
        telemetry: (any TelemetryStore)? = nil
    ) {
        (self.store, self.gate, self.repositories, self.time) = (store, gate, repositories, time)
        self.telemetry = telemetry
    }

    /// Throws `.forbidden`, naming the right, after writing the refused attempt down.
    package func require(
        _ right: Right, on business: BusinessName?, by identity: Identity, for action: String,
        _ object: String
    ) async throws {
        let platform = try await store.get(StoredPlatform.self, StoredPlatform.name)?.spec
        try await gate.require(
            right, on: business, identity: identity, platform: platform, action: action, object: object)
    }

    func record(
        _ identity: Identity, _ action: String, _ object: String, before: String? = nil, after: String? = nil,
        detail: String? = nil
    ) -> AuditRecord {
        AuditRecord(
            at: time.now(), who: identity.user.text, action: action, object: object, before: before,
            after: after,
            detail: detail)
    }
}
