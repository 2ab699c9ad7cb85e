import Access
import ControlPlane
import GantryBase
import HTTPTypes
import Model
import State
import Wire

extension Routes {
    var users: [Route] {
        [
            .signedIn(.get, "/v1/users", listUsers),
            .signedIn(.post, "/v1/users", addUser),
            .signedIn(.delete, "/v1/users/{name}", removeUser),
            .signedIn(.put, "/v1/users/{name}/password", setPassword),
            .signedIn(.get, "/v1/service-accounts", listServiceAccounts),
            .signedIn(.post, "/v1/service-accounts", addServiceAccount),
            .signedIn(.delete, "/v1/service-accounts/{name}", removeServiceAccount),
        ]
    }

    private var userStore: UserStore { desks.passwords.users }

    private func listUsers(_ call: Call) async throws -> Answer { try await list(call, .person, "user.list") }

    private func listServiceAccounts(_ call: Call) async throws -> Answer {
        try await list(call, .serviceAccount, "service-account.list")
    }

    private func list(_ call: Call, _ nature: StoredUser.Nature, _ action: String) async throws -> Answer {
        try call.request.allowQuery(["after", "limit"])
        let limit = try call.request.number("limit", in: 1...StateLimits.largestPageSize)
        try await requireUsers(call, action, "")
        let page = try await userStore.list(
            nature, after: call.request.query("after"), limit: limit ?? StateLimits.pageSize)
        var answer: JSONValue = ["items": .array(page.objects.map(Self.document))]
        answer["next"] = page.next.map { .string($0) }
        return .json(answer)
    }

    /// Never what a password is checked by.
    private static func document(_ user: Stored<StoredUser>) -> JSONValue {
        let spec = user.spec
        var document: JSONValue = [
            "name": .string(user.name), "createdAt": .string(spec.createdAt.description),
            "createdBy": .string(spec.createdBy.text),
        ]
        switch spec.nature {
        case .person:
            document["admin"] = .bool(spec.isAdmin)
            document["password"] = .bool(spec.password != nil)
            document["passwordSetAt"] = spec.passwordSetAt.map { .string($0.description) }
            document["provider"] = spec.subject.map { .string(String($0.prefix { $0 != " " })) }
            document["groups"] = spec.groups.isEmpty ? nil : .array(spec.groups.map { .string($0) })
        case .serviceAccount:
            let roles = spec.roles.sorted { $0.key < $1.key }
            document["roles"] = .object(
                roles.map { JSONValue.Member($0.key.text, .string($0.value.rawValue)) })
            document["description"] = spec.description.map { .string($0) }
        }
        return document
    }

    struct NewUser: BodyValue {
        static let members: Set = ["name", "password", "admin"]
        var name: String
        var password: String
        var admin: Bool?
    }

    private func addUser(_ call: Call) async throws -> Answer {
        try call.request.allowQuery([])
        let body = try await call.request.value(NewUser.self)
        try await requireUsers(call, "user.create", body.name)
        let made = try await userStore.add(
            body.name, password: SecretText(body.password), isAdmin: body.admin ?? false,
            by: call.identity.user)
        return .json(Self.document(made), .created)
    }

    private func removeUser(_ call: Call) async throws -> Answer {
        try await remove(call, try UserText.person(call.parameter("name")), "user.remove")
    }

    private func removeServiceAccount(_ call: Call) async throws -> Answer {
        try await remove(call, try UserText.program(call.parameter("name")), "service-account.remove")
    }

    private func remove(_ call: Call, _ user: UserName, _ action: String) async throws -> Answer {
        try call.request.allowQuery([])
        try await requireUsers(call, action, user.text)
        let tokens = try await userStore.remove(user, by: call.identity.user)
        return .json(["tokens": .integer(Int64(tokens))])
    }

    struct NewPassword: BodyValue {
        static let members: Set = ["password", "current"]
        var password: String
        /// Needed for one's own.
        var current: String?
    }

    private func setPassword(_ call: Call) async throws -> Answer {
        try call.request.allowQuery([])
        let user = try UserText.person(call.parameter("name"))
        let body = try await call.request.value(NewPassword.self)
        if user == call.identity.user, let current = body.current {
            try await desks.passwords.change(
                of: user, from: SecretText(current), to: SecretText(body.password), address: call.request.from
            )
        } else {
            guard user != call.identity.user || call.identity.isAdmin else {
                throw GantryError(
                    .invalid, "changing one's own password takes the current one", hint: "give both")
            }
            try await requireUsers(call, "user.password", user.text)
            try await userStore.setPassword(SecretText(body.password), of: user, by: call.identity.user)
        }
        try await desk.sessions.endAll(of: user, by: call.identity.user)
        return .done
    }

    struct NewServiceAccount: BodyValue {
        static let members: Set = ["name", "roles", "description"]
        var name: String
        var roles: [BusinessName: Role]?
        var description: String?
    }

    private func addServiceAccount(_ call: Call) async throws -> Answer {
        try call.request.allowQuery([])
        let body = try await call.request.value(NewServiceAccount.self)
        try await requireUsers(call, "service-account.create", body.name)
        let roles = body.roles ?? [:]
        let platform = try await store.get(StoredPlatform.self, StoredPlatform.name)?.spec
        for business in roles.keys.sorted() where platform?.business(business) == nil {
            throw GantryError(
                .invalid, "there is no business \(business)",
                hint:
                    "the platform has \((platform?.businesses ?? []).map(\.name.text).joined(separator: ", "))"
            )
        }
        let made = try await userStore.addServiceAccount(
            body.name, roles: roles, description: body.description, by: call.identity.user)
        return .json(Self.document(made), .created)
    }

    private func requireUsers(_ call: Call, _ action: String, _ object: String) async throws {
        try await operations.require(.manageUsers, on: nil, by: call.identity, for: action, object)
    }
}
