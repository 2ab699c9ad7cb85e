import Access
import ControlPlane
import GantryBase
import HTTPTypes
import Model
import State
import Wire

extension Routes {
    var tokens: [Route] {
        [
            .signedIn(.get, "/v1/tokens", listTokens),
            .signedIn(.post, "/v1/tokens", createToken),
            .signedIn(.delete, "/v1/tokens/{id}", removeToken),
        ]
    }

    var tokenStore: TokenStore { operations.gate.tokens }

    /// As a request changes them.
    private func tokens(_ call: Call) -> TokenStore {
        call.store.map { tokenStore.acting(through: $0) } ?? tokenStore
    }

    /// One's own tokens; an admin sees everybody's, or one user's. Never what they are checked by.
    private func listTokens(_ call: Call) async throws -> Answer {
        try call.request.allowQuery(["user", "after", "limit"])
        let limit = try call.request.number("limit", in: 1...StateLimits.largestPageSize)
        let asked = call.request.query("user").map { UserName($0) }
        let own = call.identity.isAdmin ? nil : call.identity.user
        if let asked, asked != call.identity.user {
            try await requireTokens(call, "token.list", asked.text)
        }
        let page = try await tokenStore.list(
            user: asked ?? own, after: call.request.query("after"), limit: limit ?? StateLimits.pageSize)
        var answer: JSONValue = ["items": .array(page.objects.map(Self.document))]
        answer["next"] = page.next.map { .string($0) }
        return .json(answer)
    }

    private static func document(_ token: Stored<StoredToken>) -> JSONValue {
        var document: JSONValue = [
            "id": .string(token.name), "user": .string(token.spec.user.text),
            "scopes": .array(token.spec.scopes.map { .string($0.rawValue) }),
            "createdAt": .string(token.spec.createdAt.description),
        ]
        document["expiresAt"] = token.spec.expiresAt.map { .string($0.description) }
        document["description"] = token.spec.description.map { .string($0) }
        return document
    }

    struct NewToken: BodyValue {
        static let members: Set = ["user", "scopes", "description", "expiresIn"]
        var user: UserName?
        var scopes: [Scope]
        var description: String?
        var expiresIn: Period?
    }

    private func createToken(_ call: Call) async throws -> Answer {
        let body = try await call.request.value(NewToken.self)
        let user = body.user ?? call.identity.user
        if user == call.identity.user {
            try refuseMore(than: call.identity, body.scopes)
        } else {
            try await requireTokens(call, "token.create", user.text)
        }
        if let period = body.expiresIn, period > Self.longestPeriod {
            throw GantryError(
                .invalid, "a token cannot be made for \(period)", hint: "at most \(Self.longestPeriod)")
        }
        let made = try await tokens(call).issue(
            user: user, scopes: body.scopes, expiresAt: body.expiresIn.map { parts.time.now() + $0 },
            description: body.description, by: call.identity.user)
        return .json(["token": .string(made.text), "id": .string(made.id)], .created)
    }

    /// One's own token makes others that may do no more; a token to read or to push with makes none at all, since a
    /// program that it was given to would not lose its access when it is revoked.
    func refuseMore(than identity: Identity, _ scopes: [Scope]) throws(GantryError) {
        let missing = ([.write] + scopes).first { !identity.has($0) }
        guard let missing else { return }
        throw GantryError(
            .forbidden,
            "token \(identity.tokenID) lacks the scope \(missing.rawValue), which making this token takes",
            hint: "use a token with the scope write and all scopes that the new one shall have")
    }

    private func removeToken(_ call: Call) async throws -> Answer {
        let id = call.parameter("id")
        let stored = try await store.get(StoredToken.self, id)
        // Whether somebody else's token exists is told to those alone who may know.
        if stored?.spec.user != call.identity.user { try await requireTokens(call, "token.remove", id) }
        try await tokens(call).revoke(id, by: call.identity.user)
        return .done
    }

    func requireTokens(_ call: Call, _ action: String, _ object: String) async throws {
        try await operations.require(.manageTokens, on: nil, by: call.identity, for: action, object)
    }
}
