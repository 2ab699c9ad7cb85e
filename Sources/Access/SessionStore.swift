package import GantryBase
package import Model
package import State

/// Sessions of browsers: made at sign-in, renewed while they are used, ended by sign-out, by time, or with the token that
/// they came from.
package struct SessionStore: Sendable {
    /// How old a cookie's text gets before it is replaced: what a thief copied is worth that much.
    package static let renewal = Period.minutes(60)
    /// How long the text before a renewal is taken: requests of other tabs are under way with it.
    package static let overlap = Period.minutes(1)
    /// Without a request for so long a session is over.
    package static let idle = Period.minutes(12 * 60)
    /// However much it is used.
    package static let longest = Period.minutes(7 * 24 * 60)
    /// Of one user; the oldest makes room.
    package static let sessionsPerUser = 20
    static let placeBytes = 120

    private let store: any StateStore
    private let tokens: TokenStore
    private let time: TimeSource
    private let random: RandomSource

    package init(
        store: any StateStore, tokens: TokenStore, time: TimeSource, random: RandomSource = .system
    ) {
        (self.store, self.tokens, self.time, self.random) = (store, tokens, time, random)
    }

    /// A session that a request came with.
    package struct Found: Sendable {
        package var identity: Identity
        package var id: String
        package var formKey: String
        /// The cookie's new text, where it is time for one.
        package var renewed: String?
    }

    /// Begins a session; the answer is the text for the cookie, which is nowhere else.
    ///
    /// - Parameter way: how the person proved who they are, for the audit log: `token abc`, `password`.
    package func begin(_ identity: Identity, tokenID: String?, way: String, place: String) async throws
        -> String
    {
        try await makeRoom(for: identity.user)
        let text = TokenText.random(TokenText.sessionPrefix, from: random)
        let spec = StoredSession.Spec(
            user: identity.user, scopes: Scope.allCases.filter(identity.scopes.contains), hash: text.hash,
            createdAt: time.now(), formKey: RandomName.make(length: TokenText.secretLength, from: random),
            tokenID: tokenID, place: String(decoding: place.utf8.prefix(Self.placeBytes), as: UTF8.self))
        let record = AuditRecord(
            at: time.now(), who: identity.user.text, action: "session.create", object: "session/\(text.id)",
            detail: "by \(way) from \(spec.place)")
        try await store.create(
            StoredSession.self, text.id, spec: spec, labels: ["user": identity.user.text], audit: [record])
        return text.text
    }

    /// Who a cookie's text stands for. Throws `.unauthenticated` for whatever is no session any more.
    package func authenticate(_ cookie: String, renews: Bool = true) async throws -> Found {
        guard let text = TokenText(cookie, prefix: TokenText.sessionPrefix),
            let stored = try await store.get(StoredSession.self, text.id)
        else { throw Self.refusal }
        let (spec, now) = (stored.spec, time.now())
        let isCurrent = text.matches(hash: spec.hash)
        let wasCurrent = spec.previousHash.map(text.matches) ?? false
        guard isCurrent || (wasCurrent && now <= spec.renewedAt + Self.overlap) else { throw Self.refusal }
        guard now <= spec.renewedAt + Self.idle, now <= spec.createdAt + Self.longest else {
            _ = try? await store.remove(stored)
            throw Self.expired
        }
        if let id = spec.tokenID, try await !tokens.isValid(id) { throw Self.expired }
        let user = try await store.get(StoredUser.self, spec.user.text)?.spec
        // Whoever came without a token was let in as a user that is kept, and leaves with it.
        guard spec.tokenID != nil || user != nil else { throw Self.expired }
        var scopes = Set(spec.scopes)
        if spec.tokenID == nil, user?.isAdmin != true { scopes.remove(.admin) }
        var found = Found(
            identity: Identity(
                user: spec.user, scopes: scopes, tokenID: spec.tokenID ?? "session \(stored.name)",
                standing: user.map { Standing(of: $0, now: now) } ?? Standing()),
            id: stored.name, formKey: spec.formKey)
        if renews, isCurrent, now > spec.renewedAt + Self.renewal {
            found.renewed = try await renew(stored, now)
        }
        return found
    }

    /// Nil when another request was faster: its answer brings the new text.
    private func renew(_ stored: Stored<StoredSession>, _ now: Timestamp) async throws -> String? {
        let text = TokenText.random(TokenText.sessionPrefix, id: stored.name, from: random)
        var next = stored
        (next.spec.previousHash, next.spec.hash, next.spec.renewedAt) = (stored.spec.hash, text.hash, now)
        do {
            try await store.update(next)
            return text.text
        } catch let error as GantryError where error.code == .conflict {
            return nil
        }
    }

    package func end(_ id: String, by: UserName) async throws {
        guard let stored = try await store.get(StoredSession.self, id) else { return }
        let record = AuditRecord(
            at: time.now(), who: by.text, action: "session.remove", object: "session/\(id)",
            detail: "of \(stored.spec.user)")
        try await store.remove(stored, audit: [record])
    }

    /// Ends all sessions of a user but one, as when a password is changed.
    package func endAll(of user: UserName, but kept: String? = nil, by: UserName) async throws {
        for stored in try await list(user: user) where stored.name != kept {
            try await end(stored.name, by: by)
        }
    }

    /// Sessions of a user. Keys and hashes are in it: show ids, times and places.
    package func list(user: UserName) async throws -> [Stored<StoredSession>] {
        try await store.list(
            StoredSession.self, labels: ["user": user.text], limit: StateLimits.largestPageSize
        ).objects
    }

    private func makeRoom(for user: UserName) async throws {
        let now = time.now()
        var all = try await list(user: user).sorted { $0.spec.renewedAt < $1.spec.renewedAt }
        while let oldest = all.first,
            all.count >= Self.sessionsPerUser || now > oldest.spec.renewedAt + Self.idle
        {
            _ = try? await store.remove(oldest)
            all.removeFirst()
        }
    }

    private static let refusal = GantryError(
        .unauthenticated, "there is no such session", hint: "sign in again")
    private static let expired = GantryError(
        .unauthenticated, "the session has ended", hint: "sign in again")
}
