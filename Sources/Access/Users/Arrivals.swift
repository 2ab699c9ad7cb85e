package import GantryBase
import Model
package import State
import Synchronization

/// Takes in people whom a provider of identities vouches for, and writes down who came and who was refused.
package final class Arrivals: Sendable {
    private let users: UserStore
    private let flood = Mutex(FloodBound())
    private var time: TimeSource { users.time }

    package init(users: UserStore) { self.users = users }

    /// Somebody whom the provider vouches for.
    package struct Person: Sendable {
        /// `ISSUER SUBJECT`, which never changes hands.
        package var subject: String
        package var name: String
        package var groups: [String]
        package var isAdmin: Bool
        package init(subject: String, name: String, groups: [String], isAdmin: Bool) {
            (self.subject, self.name, self.groups, self.isAdmin) = (subject, name, groups, isAdmin)
        }
    }

    /// The user that this person is here, made at the first arrival.
    ///
    /// - Throws: `.forbidden` when the name is somebody else's: one with a password, or of another subject.
    package func take(_ person: Person, from address: String) async throws -> Stored<StoredUser> {
        let name = try UserText.person(person.name)
        // The first start makes tokens under this name: nobody gets to be it by choosing it elsewhere.
        guard name != TokenStore.firstUser else { throw Self.taken(name, "is the installation's own") }
        let now = time.now()
        let record = AuditRecord(
            at: now, who: name.text, action: "user.sign-in", object: "user/\(name)",
            detail: "by \(person.subject.prefix { $0 != " " }), from \(address)")
        guard let known = try await users.get(name) else {
            let spec = StoredUser.Spec(
                subject: person.subject, groups: person.groups, groupsAt: now, isAdmin: person.isAdmin,
                createdAt: now, createdBy: "gantry/access")
            return try await users.store.create(
                StoredUser.self, name.text, spec: spec, labels: UserStore.labels(.person), audit: [record])
        }
        guard known.spec.subject == person.subject else {
            throw Self.taken(
                name,
                known.spec.subject == nil ? "signs in with a password" : "is somebody else at the provider")
        }
        return try await users.store.mutate(StoredUser.self, name.text, audit: [record]) { stored in
            (stored.spec.groups, stored.spec.groupsAt) = (person.groups, now)
            stored.spec.isAdmin = person.isAdmin
        }
    }

    /// Writes a refusal down, within bounds: everybody can be refused.
    package func refuse(_ error: GantryError, from address: String) async throws {
        let now = time.now()
        guard let note = flood.withLock({ $0.note(now) }) else { return }
        let record = AuditRecord(
            at: now, who: "unknown", action: "user.sign-in", object: "address/\(address)", allowed: false,
            detail: error.message + note)
        try await users.store.commit([], audit: [record])
    }

    private static func taken(_ name: UserName, _ reason: String) -> GantryError {
        GantryError(
            .forbidden, "the user \(name) \(reason)",
            hint:
                "an admin removes that user (gantry user remove), or another claim names people in platform.yaml"
        )
    }
}
