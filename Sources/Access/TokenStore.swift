package import GantryBase
package import Model
package import State

/// Issues, checks and revokes tokens.
///
/// Every check reads the store: a revoked token is refused from the moment that its removal is committed, on all
/// servers. A read by name costs about as much as asking whether a remembered answer still holds, so none is
/// remembered.
package struct TokenStore: Sendable {
    /// Of one user; a program that makes a token per call is told so.
    package static let tokensPerUser = 100
    package static let descriptionBytes = 200
    /// Ids are random; that several in a row are taken means that the source of randomness is broken.
    private static let attempts = 5
    /// The user of the token that the first start prints.
    package static let firstUser: UserName = "admin"

    private var store: any StateStore
    private let time: TimeSource
    private let random: RandomSource

    package init(store: any StateStore, time: TimeSource, random: RandomSource = .system) {
        (self.store, self.time, self.random) = (store, time, random)
    }

    /// The same tokens, written through another view of the store.
    package func acting(through store: any StateStore) -> TokenStore {
        var tokens = self
        tokens.store = store
        return tokens
    }

    /// Makes a token. The text is in the answer and nowhere else, ever.
    package func issue(
        user: UserName, scopes: [Scope], expiresAt: Timestamp? = nil, description: String? = nil, by: UserName
    ) async throws -> (text: String, id: String) {
        try await check(user: user, scopes: scopes, expiresAt: expiresAt, description: description)
        for _ in 0..<Self.attempts {
            let token = TokenText.random(from: random)
            let spec = StoredToken.Spec(
                user: user, scopes: Scope.allCases.filter(scopes.contains), hash: token.hash,
                createdAt: time.now(), expiresAt: expiresAt, description: description)
            let record = AuditRecord(
                at: time.now(), who: by.text, action: "token.create", object: "token/\(token.id)",
                detail: "for \(user) with \(spec.scopes.map(\.rawValue).joined(separator: ", "))")
            do {
                try await store.create(
                    StoredToken.self, token.id, spec: spec, labels: ["user": user.text], audit: [record])
                return (token.text, token.id)
            } catch let error as GantryError where error.code == .exists {
                continue
            }
        }
        throw GantryError(.internal, "no free token id in \(Self.attempts) attempts")
    }

    /// Makes an admin token if there is no token at all and returns its text, to be shown once; else nil.
    ///
    /// One server calls this, which holds the lock of its data directory.
    package func ensureAdmin() async throws -> String? {
        guard try await store.list(StoredToken.self, limit: 1).objects.isEmpty else { return nil }
        return try await issue(
            user: Self.firstUser, scopes: [.admin], description: "made at the first start",
            by: "gantry/access"
        ).text
    }

    /// Who a token's text stands for. Throws `.unauthenticated`, with one message for an unknown, a revoked and a
    /// forged token, since the difference would help somebody who guesses.
    package func authenticate(_ text: String) async throws -> Identity {
        guard let token = TokenText(text) else { throw Self.refusal }
        guard let stored = try await store.get(StoredToken.self, token.id),
            token.matches(hash: stored.spec.hash)
        else { throw Self.refusal }
        if let end = stored.spec.expiresAt, end <= time.now() {
            throw GantryError(
                .unauthenticated, "token \(token.id) expired at \(end.readable)",
                hint: "make a new one with `gantry token create`")
        }
        return Identity(
            user: stored.spec.user, scopes: Set(stored.spec.scopes), tokenID: token.id,
            standing: try await UserStore(store: store, time: time).standing(of: stored.spec.user))
    }

    /// Whether a token is still there and good.
    func isValid(_ id: String) async throws -> Bool {
        guard let stored = try await store.get(StoredToken.self, id) else { return false }
        return stored.spec.expiresAt.map { $0 > time.now() } ?? true
    }

    package func revoke(_ id: String, by: UserName) async throws {
        let stored = try await store.require(StoredToken.self, id)
        let record = AuditRecord(
            at: time.now(), who: by.text, action: "token.remove", object: "token/\(id)",
            detail: "of \(stored.spec.user)")
        try await store.remove(stored, audit: [record])
    }

    /// Tokens of a user, or of all. Their hashes are in it: show ids, users, scopes and times.
    package func list(
        user: UserName? = nil, after: String? = nil, limit: Int = StateLimits.pageSize
    ) async throws -> StoredPage<StoredToken> {
        let labels = user.map { ["user": $0.text] } ?? [:]
        return try await store.list(StoredToken.self, labels: labels, after: after, limit: limit)
    }

    private static let refusal = GantryError(
        .unauthenticated, "the token is not known here, or was revoked",
        hint: "log in with a token of this server: `gantry login`")

    private func check(
        user: UserName, scopes: [Scope], expiresAt: Timestamp?, description: String?
    ) async throws {
        guard !user.text.isEmpty, user.text != "*", user.text.utf8.count <= StateLimits.labelBytes else {
            throw GantryError(
                .invalid, "a token needs the name of a user", hint: "name one person or program")
        }
        guard !scopes.isEmpty else {
            throw GantryError(
                .invalid, "a token needs a scope",
                hint: "choose of \(Scope.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        if let expiresAt, expiresAt <= time.now() {
            throw GantryError(
                .invalid, "the token would expire at \(expiresAt.readable), which is past",
                hint: "choose later")
        }
        guard (description ?? "").utf8.count <= Self.descriptionBytes else {
            throw GantryError(
                .limit, "a token's description has at most \(Self.descriptionBytes) bytes", hint: "shorten it"
            )
        }
        guard try await list(user: user, limit: Self.tokensPerUser).objects.count < Self.tokensPerUser else {
            throw GantryError(
                .limit, "\(user) has \(Self.tokensPerUser) tokens, which is the limit",
                hint: "revoke those that are not used: `gantry token list`")
        }
    }
}
