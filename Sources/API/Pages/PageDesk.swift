import Access
import Console
import GantryBase
import HTTPTypes
import Model

/// Answers what browsers ask: finds the session, holds forms to it, and turns every error into a page.
struct PageDesk: Sendable {
    let sessions: SessionStore
    let cookies: PageCookies
    let time: TimeSource

    func answer(
        _ handler: PageHandler, _ request: APIRequest, _ parameters: [String: String], _ passage: Passage
    )
        async -> Answer
    {
        let looks = context(of: request)
        do {
            if let chosen = choice(request) { return chosen }
            switch handler {
            case .openPage(let handler):
                return try await handler(
                    OpenPage(request: request, parameters: parameters, context: looks)
                ).packed(for: request)
            case .openForm(let handler):
                try requireSameSite(request)
                let fields = try await FormFields(of: request)
                return try await handler(
                    OpenPage(request: request, parameters: parameters, context: looks), fields)
            case .page, .form:
                return try await signedIn(handler, request, parameters, looks, passage)
            }
        } catch let error as GantryError where error.code == .unauthenticated {
            return toSignIn(request)
        } catch {
            return refusal(error, looks, passage).packed(for: request)
        }
    }

    /// For an address at which there is nothing.
    func nothing(at request: APIRequest, _ passage: Passage) -> Answer {
        let error = GantryError(.notFound, "there is nothing at this address")
        return refusal(error, context(of: request), passage)
    }

    private func signedIn(
        _ handler: PageHandler, _ request: APIRequest, _ parameters: [String: String], _ looks: PageContext,
        _ passage: Passage
    ) async throws -> Answer {
        guard let cookie = PageCookies.value(PageCookies.session, in: request.headers) else {
            throw GantryError(.unauthenticated, "nobody is signed in")
        }
        let session = try await sessions.authenticate(cookie)
        passage.note { $0.user = session.identity.user.text }
        var context = looks
        context.user = session.identity.user
        context.formToken = FormSignature.make(key: session.formKey)
        let call = PageCall(
            call: Call(
                request: request, parameters: parameters, identity: session.identity,
                identityNow: { [sessions] in
                    try await sessions.authenticate(cookie, renews: false).identity
                }), session: session, context: context)
        var answer: Answer
        do {
            switch handler {
            case .page(let handler): answer = try await handler(call).packed(for: request)
            case .form(let handler):
                try requireSameSite(request)
                let fields = try await FormFields(of: request)
                try requireSignature(fields, session)
                answer = try await handler(call, fields)
            case .openPage, .openForm: answer = .done
            }
        } catch let error as GantryError where error.code == .unauthenticated {
            throw error
        } catch {
            answer = refusal(error, context, passage).packed(for: request)
        }
        if let renewed = session.renewed { answer = answer.adding(cookie: sessionCookie(renewed)) }
        if context.notice != nil { answer = answer.adding(cookie: cookies.removal(PageCookies.notice)) }
        return answer
    }

    func sessionCookie(_ text: String) -> String {
        cookies.field(
            PageCookies.session, text, seconds: Int(SessionStore.longest.milliseconds / 1000))
    }

    /// A form that another site's page sends carries where it came from; browsers let no page forge that.
    private func requireSameSite(_ request: APIRequest) throws(GantryError) {
        let site = HTTPField.Name("Sec-Fetch-Site").flatMap { request.headers[$0] }
        let origin = request.headers[.origin]
        let isForeignOrigin = origin.map {
            String($0.drop { $0 != "/" }.drop { $0 == "/" }) != request.authority
        }
        guard site == nil || site == "same-origin" || site == "none", isForeignOrigin != true else {
            throw GantryError(
                .forbidden, "this form came from another site", hint: "open the page here and send it again")
        }
    }

    private func requireSignature(
        _ fields: FormFields, _ session: SessionStore.Found
    ) throws(GantryError) {
        guard let signature = fields[Form.tokenField], FormSignature.isValid(signature, key: session.formKey)
        else {
            throw GantryError(
                .forbidden, "this form was made for another session",
                hint: "go back, reload the page, and send it again")
        }
    }

    private func toSignIn(_ request: APIRequest) -> Answer {
        // A part of a page that is asked for by a script must not get the sign-in page in its place.
        if request.headers[.accept]?.contains("text/event-stream") == true {
            return .text("sign in again\n", .unauthorized)
        }
        let here = request.method == .get ? request.address : "/"
        return .seeOther(here == "/" ? "/sign-in" : "/sign-in?to=" + LocalAddress.escaped(here))
    }

    private func refusal(_ error: any Error, _ context: PageContext, _ passage: Passage) -> Answer {
        let problem = Problem(error)
        passage.note { $0.cause = problem.cause }
        return .page(
            ErrorPage(error: problem.error, status: problem.status.code, reference: passage.id).render(
                context),
            problem.status)
    }
}
