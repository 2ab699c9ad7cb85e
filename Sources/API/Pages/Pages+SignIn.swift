import Access
import Console
import ControlPlane
import GantryBase
import HTTPTypes
import Model
import State

/// The way in and out, the assets, and the page of all components.
extension Routes {
    var signIn: [Route] {
        [
            .open(.get, "/assets/{name}", asset),
            .openPage("/sign-in") { page in
                if let cookie = PageCookies.value(PageCookies.session, in: page.request.headers),
                    (try? await desk.sessions.authenticate(cookie, renews: false)) != nil
                {
                    return .seeOther(LocalAddress.checked(page.request.query("to")))
                }
                let to = LocalAddress.checked(page.request.query("to"))
                return try await signInPage(page, to)
            },
            .openForm("/sign-in", signIn),
            .form("/sign-out") { call, _ in
                try await desk.sessions.end(call.session.id, by: call.identity.user)
                return .seeOther("/sign-in").adding(cookie: desk.cookies.removal(PageCookies.session))
            },
            .page("/ui") { call in .page(UIPage.render(call.context)) },
        ]
    }

    /// A session always begins with a text of its own: one that somebody planted before is worth nothing.
    private func signIn(_ page: OpenPage, _ fields: FormFields) async throws -> Answer {
        let to = LocalAddress.checked(fields["to"])
        let user = fields["user"]
        do {
            guard let user else { return try await signInWithToken(page, fields, to) }
            let password = SecretText(try fields.required("password"))
            let known = try await desks.passwords.signIn(user, password, from: page.request.from)
            return try await begin(known, way: "password", page, to)
        } catch let error as GantryError where [.unauthenticated, .invalid, .limit].contains(error.code) {
            var answer = try await signInPage(page, to, error, user: user ?? "")
            if let user, let wait = desks.passwords.wait(user, from: page.request.from) {
                answer.headers[.retryAfter] = "\((wait.milliseconds + 999) / 1000)"
            }
            return answer
        }
    }

    private func signInWithToken(_ page: OpenPage, _ fields: FormFields, _ to: String) async throws -> Answer
    {
        let token = try fields.required("token").trimmingSpaces
        let identity = try await operations.gate.authenticate(token, from: page.request.from)
        let text = try await desk.sessions.begin(
            identity, tokenID: identity.tokenID, way: "token \(identity.tokenID)", place: page.place)
        return .seeOther(to).adding(cookie: desk.sessionCookie(text))
    }

    /// Begins a session of a user that is kept here, with all scopes that the user may have.
    func begin(
        _ user: Stored<StoredUser>, way: String, _ page: OpenPage, _ to: String
    ) async throws -> Answer {
        let scopes = Self.ordinaryScopes + (user.spec.isAdmin ? [.admin] : [])
        let identity = Identity(user: UserName(user.name), scopes: Set(scopes), tokenID: "")
        let text = try await desk.sessions.begin(identity, tokenID: nil, way: way, place: page.place)
        return .seeOther(to).adding(cookie: desk.sessionCookie(text))
    }

    func signInPage(
        _ page: OpenPage, _ to: String, _ error: GantryError? = nil, user: String = ""
    ) async throws -> Answer {
        let platform = try await store.get(StoredPlatform.self, StoredPlatform.name)?.spec
        let provider = platform?.signIn?.oidc.map {
            SignInPage.Provider(title: $0.title, address: "/sign-in/oidc?to=" + LocalAddress.escaped(to))
        }
        let content = SignInPage(to: to, error: error, user: user, provider: provider)
        return .page(content.render(page.context), error.map { Problem.status(of: $0.code) } ?? .ok)
    }

    private func asset(_ request: APIRequest) throws -> Answer {
        guard let asset = Asset.named(request.target.segments.last ?? "") else {
            throw GantryError(.notFound, "there is no such asset", hint: "reload the page")
        }
        return Answer.bytes(asset.bytes, type: asset.mediaType).with(.cacheControl, Asset.cacheControl)
            .packed(for: request)
    }
}

extension OpenPage {
    /// Where the browser is and what it calls itself.
    var place: String {
        [request.from, request.headers[.userAgent] ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")
    }
}

extension String {
    /// Without what a paste brings along.
    fileprivate var trimmingSpaces: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
