package import GantryBase
package import Model
package import State
import Synchronization

/// Lets requests through or refuses them, and writes every refusal to the audit log.
package final class AccessGate: Sendable {
    package static let refusedTokensPerMinute = FloodBound.recordsPerMinute

    package let tokens: TokenStore
    private let store: any StateStore
    private let time: TimeSource
    private let flood = Mutex(FloodBound())

    package init(store: any StateStore, tokens: TokenStore, time: TimeSource) {
        (self.store, self.tokens, self.time) = (store, tokens, time)
    }

    /// - Parameter from: the address of the asker, for the record.
    package func authenticate(_ text: String, from: String) async throws -> Identity {
        do {
            return try await tokens.authenticate(text)
        } catch let error as GantryError where error.code == .unauthenticated {
            try await recordRefusedToken(error, from: from)
            throw error
        }
    }

    /// - Parameters:
    ///   - action: a verb and its object's kind, `rollout.create`.
    ///   - object: `KIND/NAME`.
    package func require(
        _ right: Right, on business: BusinessName?, identity: Identity, platform: PlatformSpec?,
        action: String,
        object: String
    ) async throws {
        do {
            try Rights.require(right, on: business, identity: identity, platform: platform)
        } catch {
            try await record(error, who: identity.user.text, action: action, object: object)
            throw error
        }
    }

    /// Writes a refusal that was decided elsewhere, such as a push against the naming norm.
    package func record(_ refusal: GantryError, who: String, action: String, object: String) async throws {
        let record = AuditRecord(
            at: time.now(), who: who, action: action, object: object, allowed: false, detail: refusal.message)
        try await store.commit([], audit: [record])
    }

    /// Writes down that a token was refused, within the bound that a flood of them has.
    package func recordRefusedToken(_ refusal: GantryError, from: String) async throws {
        let now = time.now()
        guard let note = flood.withLock({ $0.note(now) }) else { return }
        let record = AuditRecord(
            at: now, who: "unknown", action: "token.use", object: "address/\(from)", allowed: false,
            detail: refusal.message + note)
        try await store.commit([], audit: [record])
    }
}
