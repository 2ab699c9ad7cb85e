import Access
import ControlPlane
import GantryBase
import HTTPTypes
import Model
import SignIn
import State
import Wire

/// What signing in needs, one for the server's life: it remembers who failed and which machines wait.
struct AccessDesks: Sendable {
    let passwords: PasswordDoor
    let devices: DeviceDesk
    let arrivals: Arrivals
    let provider: ProviderDesk

    init(_ parts: APIParts, cost: PasswordHash.Cost) {
        let tokens = parts.operations.gate.tokens
        let users = UserStore(store: parts.store, time: parts.time, cost: cost)
        passwords = PasswordDoor(users: users)
        arrivals = Arrivals(users: users)
        provider = ProviderDesk(
            secrets: parts.secrets, time: parts.time,
            clientSecret: { [secrets = parts.secrets] in
                try await secrets.clientSecret()
            })
        devices = DeviceDesk(store: parts.store, tokens: tokens, time: parts.time)
    }
}

extension Routes {
    var access: [Route] {
        [
            .open(.post, "/v1/sign-in", signInWithPassword),
            .open(.post, "/v1/device", beginDevice),
            .open(.post, "/v1/device/token", pollDevice),
            .signedIn(.get, "/v1/device/{code}", showDevice),
            .signedIn(.post, "/v1/device/{code}", decideDevice),
            .signedIn(.put, "/v1/sign-in/oidc/secret", setClientSecret),
            .signedIn(.delete, "/v1/sign-in/oidc/secret", removeClientSecret),
            .signedIn(.get, "/v1/sessions", listSessions),
            .signedIn(.delete, "/v1/sessions/{id}") { call in
                try await endSession(call.parameter("id"), of: call.identity)
                return .done
            },
        ]
    }

    struct PasswordSignIn: BodyValue {
        static let members: Set = ["user", "password", "client", "scopes", "expiresIn"]
        var user: String
        var password: String
        var client: String?
        var scopes: [Scope]?
        var expiresIn: Period?
    }

    /// Scopes of a person's own token, unless others are asked for.
    static let ordinaryScopes: [Scope] = [.read, .write, .push]

    /// A token for a name and password.
    private func signInWithPassword(_ request: APIRequest) async throws -> Answer {
        try request.allowQuery([])
        let body = try await request.value(PasswordSignIn.self)
        let scopes = body.scopes ?? Self.ordinaryScopes
        let period = body.expiresIn ?? DeviceDesk.tokenPeriod
        guard period <= DeviceDesk.longestTokenPeriod else {
            throw GantryError(
                .invalid, "a token cannot be made for \(period)",
                hint: "at most \(DeviceDesk.longestTokenPeriod)")
        }
        return try await waiting(body.user, request) {
            let user = try await desks.passwords.signIn(
                body.user, SecretText(body.password), from: request.from)
            guard user.spec.isAdmin || !scopes.contains(.admin) else {
                throw GantryError(
                    .forbidden, "\(user.name) is no admin of the installation",
                    hint: "ask for \(Self.ordinaryScopes.map(\.rawValue).joined(separator: ", "))")
            }
            let name = UserName(user.name)
            let client = String((body.client ?? "a machine").prefix(DeviceDesk.clientLength))
            let end = parts.time.now() + period
            let made = try await operations.gate.tokens.issue(
                user: name, scopes: scopes, expiresAt: end, description: "gantry login on \(client)", by: name
            )
            return .json(Self.granted(made.text, made.id, name, scopes, end))
        }
    }

    private static func granted(
        _ text: String, _ id: String, _ user: UserName, _ scopes: [Scope], _ end: Timestamp
    ) -> JSONValue {
        [
            "token": .string(text), "id": .string(id), "user": .string(user.text),
            "scopes": .array(scopes.map { .string($0.rawValue) }), "expiresAt": .string(end.description),
        ]
    }

    /// Tells whoever has failed too often how long to wait, in the header that programs read.
    private func waiting(
        _ user: String, _ request: APIRequest, _ body: () async throws -> Answer
    ) async throws -> Answer {
        do {
            return try await body()
        } catch let error as GantryError where error.code == .limit {
            guard let wait = desks.passwords.wait(user, from: request.from) else { throw error }
            return Answer.problem(Problem(error)).with(.retryAfter, "\((wait.milliseconds + 999) / 1000)")
        }
    }

    struct DeviceRequest: BodyValue {
        static let members: Set = ["client", "scopes", "expiresIn"]
        var client: String?
        var scopes: [Scope]?
        var expiresIn: Period?
    }

    private func beginDevice(_ request: APIRequest) async throws -> Answer {
        try request.allowQuery([])
        let body = try await request.value(DeviceRequest.self)
        let (code, question) = try desks.devices.begin(
            client: body.client ?? "", scopes: body.scopes ?? Self.ordinaryScopes,
            tokenPeriod: body.expiresIn,
            address: request.from)
        return .json([
            "deviceCode": .string(code), "userCode": .string(question.code),
            "verificationPath": "/device",
            "expiresIn": .integer(DeviceDesk.lifetime.milliseconds / 1000),
            "interval": .integer(DeviceDesk.interval.milliseconds / 1000),
        ])
    }

    struct DevicePoll: BodyValue {
        static let members: Set = ["deviceCode"]
        var deviceCode: String
    }

    /// Answers as RFC 8628 has it: until there is a token, status 400 and the reason as `error`.
    private func pollDevice(_ request: APIRequest) async throws -> Answer {
        try request.allowQuery([])
        let body = try await request.value(DevicePoll.self)
        switch try await desks.devices.reply(to: body.deviceCode) {
        case .token(let text, let id, let user, let scopes, let end):
            return .json(Self.granted(text, id, user, scopes, end))
        case .pending:
            return Self.notYet("authorization_pending", "nobody has confirmed the code yet", .conflict)
        case .slowDown(let interval):
            var answer = Self.notYet("slow_down", "ask more seldom", .limit)
            answer.headers[.retryAfter] = "\(interval.milliseconds / 1000)"
            return answer
        case .denied: return Self.notYet("access_denied", "the person refused", .forbidden)
        case .expired: return Self.notYet("expired_token", "the code is no longer valid: ask anew", .notFound)
        }
    }

    private static func notYet(_ word: String, _ message: String, _ code: GantryError.Code) -> Answer {
        var problem = Problem(GantryError(code, message))
        problem.status = .badRequest
        var document = problem.document
        document["error"] = .string(word)
        return Answer.json(document, .badRequest).with(.contentType, Answer.problemType)
    }

    private func showDevice(_ call: Call) async throws -> Answer {
        try call.request.allowQuery([])
        let question = try desks.devices.question(call.parameter("code"), for: call.identity)
        return .json([
            "code": .string(question.code), "client": .string(question.client),
            "from": .string(question.address),
            "scopes": .array(question.scopes.map { .string($0.rawValue) }),
            "expiresIn": .string("\(question.tokenPeriod)"), "askedAt": .string(question.askedAt.description),
        ])
    }

    struct DeviceDecision: BodyValue {
        static let members: Set = ["approved"]
        var approved: Bool
    }

    private func decideDevice(_ call: Call) async throws -> Answer {
        try call.request.allowQuery([])
        let body = try await call.request.value(DeviceDecision.self)
        try await desks.devices.decide(call.parameter("code"), approved: body.approved, by: call.identity)
        return .done
    }

    /// One's own; never what a cookie is checked by.
    private func listSessions(_ call: Call) async throws -> Answer {
        try call.request.allowQuery([])
        let sessions = try await desk.sessions.list(user: call.identity.user)
        let items = sessions.map { session -> JSONValue in
            [
                "id": .string(session.name), "place": .string(session.spec.place),
                "createdAt": .string(session.spec.createdAt.description),
                "renewedAt": .string(session.spec.renewedAt.description),
            ]
        }
        return .json(["items": .array(items)])
    }

    struct ClientSecretBody: BodyValue {
        static let members: Set = ["value"]
        var value: String
    }

    private func setClientSecret(_ call: Call) async throws -> Answer {
        try call.request.allowQuery([])
        let body = try await call.request.value(ClientSecretBody.self)
        try await operations.require(
            .managePlatform, on: nil, by: call.identity, for: "oidc.secret.set", "sign-in/oidc")
        try await parts.secrets.setClientSecret(SecretText(body.value), by: call.identity.user)
        return .done
    }

    private func removeClientSecret(_ call: Call) async throws -> Answer {
        try call.request.allowQuery([])
        try await operations.require(
            .managePlatform, on: nil, by: call.identity, for: "oidc.secret.remove", "sign-in/oidc")
        try await parts.secrets.setClientSecret(nil, by: call.identity.user)
        return .done
    }
}
