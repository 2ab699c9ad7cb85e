import Access
import Console
import ControlPlane
import GantryBase
import HTTPTypes
import Model

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
                return .page(SignInPage(to: to).render(page.context))
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
        do {
            let token = try fields.required("token").trimmingSpaces
            let identity = try await operations.gate.authenticate(token, from: page.request.from)
            let text = try await desk.sessions.begin(
                identity, tokenID: identity.tokenID, way: "token \(identity.tokenID)", place: page.place)
            return .seeOther(to).adding(cookie: desk.sessionCookie(text))
        } catch let error as GantryError where [.unauthenticated, .invalid].contains(error.code) {
            return .page(
                SignInPage(to: to, error: error).render(page.context), Problem.status(of: error.code))
        }
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
