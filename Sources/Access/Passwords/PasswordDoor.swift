package import GantryBase
package import Model
package import State
import Synchronization

/// Lets people in by name and password, a bounded number of times, and writes down who came and who was refused.
///
/// Whoever is refused is told the same, after the same work, whether the user is unknown, has no password or gave
/// another one: the difference would tell who there is.
package final class PasswordDoor: Sendable {
    package let users: UserStore
    private let limits = Mutex(AttemptLimits())
    private let flood = Mutex(FloodBound())

    package init(users: UserStore) { self.users = users }

    /// How long somebody has to wait before an attempt is looked at; nil when one may be made.
    package func wait(_ user: String, from address: String) -> Period? {
        let now = users.time.now()
        return limits.withLock { $0.wait(user: Self.key(user), address: address, now: now) }
    }

    /// - Returns: the user as stored.
    /// - Throws: `.limit` while there is a wait, `.unauthenticated` for whatever does not fit.
    package func signIn(
        _ name: String, _ password: SecretText, from address: String
    ) async throws -> Stored<StoredUser> {
        let stored = try await check(name, password, from: address, action: "user.sign-in")
        let user = UserName(stored.name)
        try await record(user.text, "user.sign-in", "user/\(user)", "with a password, from \(address)")
        return stored
    }

    /// Changes one's own password, which takes the one that holds: a session left open does not give it away.
    package func change(
        of user: UserName, from current: SecretText, to new: SecretText, address: String
    ) async throws {
        _ = try await check(user.text, current, from: address, action: "user.password")
        try await users.setPassword(new, of: user, by: user)
    }

    private func check(
        _ name: String, _ password: SecretText, from address: String, action: String
    ) async throws -> Stored<StoredUser> {
        try begin(name, address)
        let known = UserText.isWord(name) ? try await users.get(UserName(name)) : nil
        let person = known?.spec.nature == .person ? known : nil
        let hash = person?.spec.password ?? users.strangersHash
        let isTooLong = password.reveal().utf8.count > PasswordRule.longest
        let fits = try await DerivationPool.shared.run { () throws(GantryError) in
            try hash.matches(isTooLong ? SecretText("") : password)
        }
        guard fits, !isTooLong, let person, person.spec.password != nil else {
            try await refuse(known: person.map { UserName($0.name) }, address, action)
            throw Self.refusal
        }
        limits.withLock { $0.succeed(user: Self.key(name), address: address) }
        if users.isOutdated(hash) { try await renew(person, password) }
        return person
    }

    /// In one step, so that attempts made at once are counted one after the other.
    private func begin(_ name: String, _ address: String) throws(GantryError) {
        let now = users.time.now()
        let wait: Period? = limits.withLock { limits in
            if let wait = limits.wait(user: Self.key(name), address: address, now: now) { return wait }
            limits.begin(user: Self.key(name), address: address, now: now)
            return nil
        }
        if let wait { throw Self.tooMany(wait) }
    }

    /// Attempts that must wait are not recorded: the failures that led there are.
    private func refuse(known: UserName?, _ address: String, _ action: String) async throws {
        let now = users.time.now()
        guard let note = flood.withLock({ $0.note(now) }) else { return }
        // A name that nobody has is not written down: it may be a password typed into the wrong field.
        let object = known.map { "user/\($0)" } ?? "address/\(address)"
        let detail = known == nil ? "no such user" : "wrong password, from \(address)"
        try await record("unknown", action, object, detail + note, allowed: false)
    }

    private func record(
        _ who: String, _ action: String, _ object: String, _ detail: String, allowed: Bool = true
    ) async throws {
        let record = AuditRecord(
            at: users.time.now(), who: who, action: action, object: object, allowed: allowed, detail: detail)
        try await users.store.commit([], audit: [record])
    }

    private func renew(_ user: Stored<StoredUser>, _ password: SecretText) async throws {
        let hash = try await users.derive(password)
        let old = user.spec.password
        try await users.store.mutate(StoredUser.self, user.name) { stored in
            if stored.spec.password == old { stored.spec.password = hash }
        }
    }

    /// Bounded: a table of attempts holds no texts of any length.
    private static func key(_ name: String) -> String { String(name.prefix(UserText.longest)) }

    private static func tooMany(_ wait: Period) -> GantryError {
        let seconds = max(1, (wait.milliseconds + 999) / 1000)
        return GantryError(
            .limit, "too many attempts to sign in have failed: the next is looked at in \(seconds) s",
            hint: "wait \(seconds) s; an admin can set a new password: gantry user password NAME")
    }

    private static let refusal = GantryError(
        .unauthenticated, "user and password do not fit together",
        hint: "try again; an admin can set a new password: gantry user password NAME")
}
