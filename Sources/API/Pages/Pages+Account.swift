import Access
import Console
import ControlPlane
import GantryBase
import HTTPTypes
import Model
import State

/// One's own account, and the machines that one lets in.
extension Routes {
    var account: [Route] {
        [
            .page("/account") { call in try await accountPage(call) },
            .form("/account/password", changePassword),
            .form("/account/sessions/{id}") { call, _ in
                try await endSession(call.parameter("id"), of: call.identity)
                return .seeOther(
                    "/account", notice: Phrase("The session has ended", "会话已结束"), for: call.context,
                    desk.cookies)
            },
            .page("/device", devicePage),
            .form("/device", decideOnDevice),
        ]
    }

    private func accountPage(_ call: PageCall, _ error: GantryError? = nil) async throws -> Answer {
        let user = try await desks.passwords.users.get(call.identity.user)?.spec
        let sessions = try await desk.sessions.list(user: call.identity.user)
            .sorted { $0.spec.renewedAt > $1.spec.renewedAt }
        let page = AccountPage(
            user: call.identity.user.text, scopes: call.identity.scopes.map(\.rawValue).sorted(),
            groups: call.identity.standing.groups.sorted(),
            passwordSetAt: user?.password == nil ? nil : user?.passwordSetAt,
            sessions: sessions.map {
                .init(
                    id: $0.name, place: $0.spec.place, createdAt: $0.spec.createdAt,
                    usedAt: $0.spec.renewedAt,
                    isCurrent: $0.name == call.session.id)
            }, error: error)
        return .page(page.render(call.context), error.map { Problem.status(of: $0.code) } ?? .ok)
    }

    /// Other sessions end with the old password: whoever changes it may do so since somebody else knows it.
    private func changePassword(_ call: PageCall, _ fields: FormFields) async throws -> Answer {
        let user = call.identity.user
        do {
            let (current, new) = (try fields.required("current"), try fields.required("password"))
            guard fields["again"] == new else {
                throw GantryError(.invalid, "the two new passwords are not the same", hint: "type them again")
            }
            try await desks.passwords.change(
                of: user, from: SecretText(current), to: SecretText(new), address: call.request.from)
            try await desk.sessions.endAll(of: user, but: call.session.id, by: user)
        } catch let error as GantryError where [.unauthenticated, .invalid, .limit].contains(error.code) {
            var shown = error
            // It is the password that was wrong here; the session is good.
            if error.code == .unauthenticated { shown.code = .forbidden }
            return try await accountPage(call, shown)
        }
        return .seeOther(
            "/account", notice: Phrase("The password is changed", "密码已修改"), for: call.context, desk.cookies)
    }

    /// - Throws: `.notFound` for one that is somebody else's, as for one that is not there.
    func endSession(_ id: String, of identity: Identity) async throws {
        guard try await desk.sessions.list(user: identity.user).contains(where: { $0.name == id }) else {
            throw GantryError(.notFound, "you have no session \(id)", hint: "gantry session list")
        }
        try await desk.sessions.end(id, by: identity.user)
    }

    private func devicePage(_ call: PageCall) async throws -> Answer {
        guard let code = call.request.query("code") else { return .page(DevicePage().render(call.context)) }
        do {
            let question = try desks.devices.question(code, for: call.identity)
            let shown = DevicePage.Question(
                code: question.code, client: question.client, address: question.address,
                scopes: question.scopes.map(\.rawValue), period: question.tokenPeriod,
                askedAt: question.askedAt)
            return .page(DevicePage(question: shown).render(call.context))
        } catch {
            return .page(
                DevicePage(code: code, error: error).render(call.context), Problem.status(of: error.code))
        }
    }

    private func decideOnDevice(_ call: PageCall, _ fields: FormFields) async throws -> Answer {
        let code = try fields.required("code")
        let isApproved = fields["decision"] == "approve"
        do {
            try await desks.devices.decide(code, approved: isApproved, by: call.identity)
        } catch let error as GantryError {
            return .page(
                DevicePage(code: code, error: error).render(call.context), Problem.status(of: error.code))
        }
        return .seeOther(
            "/account",
            notice: isApproved
                ? Phrase("The machine is signed in within seconds", "设备将在几秒内登录")
                : Phrase("The machine is turned away", "已拒绝该设备"), for: call.context, desk.cookies)
    }
}
