package import GantryBase
package import Model
package import State

/// Keeps users and service accounts.
package struct UserStore: Sendable {
    package static let descriptionBytes = 200

    let store: any StateStore
    let time: TimeSource
    private let cost: PasswordHash.Cost

    /// - Parameter cost: tests take a lower one.
    package init(store: any StateStore, time: TimeSource, cost: PasswordHash.Cost = .standard) {
        (self.store, self.time, self.cost) = (store, time, cost)
    }

    package func get(_ user: UserName) async throws -> Stored<StoredUser>? {
        try await store.get(StoredUser.self, user.text)
    }

    package func list(
        _ nature: StoredUser.Nature, after: String? = nil, limit: Int = StateLimits.pageSize
    ) async throws -> StoredPage<StoredUser> {
        try await store.list(
            StoredUser.self, labels: Self.labels(nature), after: after, limit: limit)
    }

    /// Makes a person who signs in with a password.
    package func add(
        _ name: String, password: SecretText, isAdmin: Bool, by: UserName
    ) async throws -> Stored<StoredUser> {
        let user = try UserText.person(name)
        try PasswordRule.check(password, of: user)
        let hash = try await derive(password)
        let now = time.now()
        return try await create(
            user,
            StoredUser.Spec(
                password: hash, passwordSetAt: now, isAdmin: isAdmin, createdAt: now, createdBy: by),
            action: "user.create",
            detail: isAdmin ? "with a password, admin of the installation" : "with a password")
    }

    /// Makes a program's account, with a role in a business where one is given.
    package func addServiceAccount(
        _ name: String, roles: [BusinessName: Role], description: String?, by: UserName
    ) async throws -> Stored<StoredUser> {
        guard (description ?? "").utf8.count <= Self.descriptionBytes else {
            throw GantryError(
                .limit, "a description has at most \(Self.descriptionBytes) bytes", hint: "shorten it")
        }
        let given = roles.sorted { $0.key < $1.key }.map { "\($0.value.rawValue) in \($0.key)" }
        return try await create(
            try UserText.program(name),
            StoredUser.Spec(
                nature: .serviceAccount, roles: roles, createdAt: time.now(), createdBy: by,
                description: description),
            action: "service-account.create",
            detail: given.isEmpty ? "without a role" : given.joined(separator: ", "))
    }

    /// Replaces a password, or gives somebody one who had none.
    package func setPassword(_ password: SecretText, of user: UserName, by: UserName) async throws {
        try PasswordRule.check(password, of: user)
        guard try await store.require(StoredUser.self, user.text).spec.nature == .person else {
            throw GantryError(
                .invalid, "\(user) is a service account, which has tokens and no password",
                hint: "make a token: gantry service-account token \(user)")
        }
        let hash = try await derive(password)
        let record = AuditRecord(
            at: time.now(), who: by.text, action: "user.password", object: "user/\(user)",
            detail: by == user ? "changed by its owner" : nil)
        try await store.mutate(StoredUser.self, user.text, audit: [record]) { stored in
            (stored.spec.password, stored.spec.passwordSetAt) = (hash, time.now())
        }
    }

    /// Removes a user or service account with all tokens and sessions, in one commit: none outlives its user.
    package func remove(_ user: UserName, by: UserName) async throws -> Int {
        let stored = try await store.require(StoredUser.self, user.text)
        let tokens = try await store.all(StoredToken.self, labels: ["user": user.text])
        let sessions = try await store.all(StoredSession.self, labels: ["user": user.text])
        let action = stored.spec.nature == .person ? "user.remove" : "service-account.remove"
        let record = AuditRecord(
            at: time.now(), who: by.text, action: action, object: "user/\(user)",
            detail: "with \(tokens.count) token\(tokens.count == 1 ? "" : "s")")
        try await store.commit(
            [StateChange.remove(stored)] + tokens.map { StateChange.remove($0) }
                + sessions.map { StateChange.remove($0) }, audit: [record])
        return tokens.count
    }

    package func standing(of user: UserName) async throws -> Standing {
        guard let stored = try await get(user) else { return Standing() }
        return Standing(of: stored.spec, now: time.now())
    }

    func derive(_ password: SecretText) async throws -> PasswordHash {
        let cost = cost
        return try await DerivationPool.shared.run { () throws(GantryError) in
            try PasswordHash.make(of: password, cost: cost)
        }
    }

    /// Fits no password, and takes as long to find that out as somebody's does.
    var strangersHash: PasswordHash { PasswordHash.fitsNothing(cost: cost) }

    /// Whether a record was made with another cost than new ones are.
    func isOutdated(_ hash: PasswordHash) -> Bool {
        hash.algorithm != PasswordHash.algorithm || hash.cost != cost
    }

    static func labels(_ nature: StoredUser.Nature) -> [String: String] { ["nature": nature.rawValue] }

    func create(
        _ user: UserName, _ spec: StoredUser.Spec, action: String, detail: String
    ) async throws -> Stored<StoredUser> {
        let record = AuditRecord(
            at: time.now(), who: spec.createdBy.text, action: action, object: "user/\(user)", detail: detail)
        do {
            return try await store.create(
                StoredUser.self, user.text, spec: spec, labels: Self.labels(spec.nature), audit: [record])
        } catch let error as GantryError where error.code == .exists {
            throw GantryError(
                .exists, "there is a user \(user) already", hint: "choose another name, or change this one")
        }
    }
}
