import Access
import Console
import ControlPlane
import GantryBase
import HTTPTypes
import Model
import Planning
import State

// Audit and tokens.
extension Routes {
    var governPages: [Route] {
        [
            .page("/audit", auditPage), .page("/tokens") { call in .page(try await tokensPage(call), call) },
            .form("/tokens", makeToken), .form("/tokens/{id}/revoke", revokeToken),
            .page("/secrets", secretPlaces),
            .page("/secrets/{service:2}") { call in .page(try await secretsPage(call), call) },
            .form("/secrets/{service:2}/set", setSecret), .form("/secrets/{service:2}/remove", removeSecret),
        ]
    }

    /// As the API's list: the installation's admin's to read, since records name people of all businesses.
    private func auditPage(_ call: PageCall) async throws -> Answer {
        let request = call.request
        let (who, object) = (request.query("who") ?? "", request.query("object") ?? "")
        try await operations.require(.managePlatform, on: nil, by: call.identity, for: "audit.list", object)
        let records = try await store.audit(
            AuditQuery(
                objectPrefix: object, who: who.isEmpty ? nil : who,
                beforeNumber: request.query("before").flatMap { Int64($0) },
                limit: Self.pageRows))
        let entries = records.map { record in
            AuditPage.Entry(
                at: record.at, who: record.who, action: record.action, object: record.object,
                isAllowed: record.allowed, detail: record.detail.map { WorkloadStanding.firstLine($0) })
        }
        var page = AuditPage(.items(entries), who: who, object: object)
        page.listPlace = ListPlace(
            firstAddress: request.query("before") == nil ? nil : page.address(),
            nextAddress: records.count < Self.pageRows
                ? nil : records.last?.number.map { page.address(before: "\($0)") })
        return .page(page, call)
    }

    private func tokensPage(_ call: PageCall) async throws -> TokensPage {
        let isAdmin = call.identity.isAdmin
        let after = call.request.query("after")
        let list = try await tokenStore.list(
            user: isAdmin ? nil : call.identity.user, after: after, limit: Self.pageRows)
        let entries = list.objects.map { token in
            TokensPage.Entry(
                id: token.name, user: token.spec.user, scopes: token.spec.scopes.map(\.rawValue),
                about: token.spec.description, createdAt: token.spec.createdAt,
                expiresAt: token.spec.expiresAt,
                isCurrent: token.name == call.identity.tokenID)
        }
        var page = TokensPage(
            .items(entries),
            scopes: call.identity.has(.write) ? Scope.allCases.filter(call.identity.has).map(\.rawValue) : [],
            showsUsers: isAdmin)
        page.listPlace = ListPlace(
            firstAddress: after == nil ? nil : page.address(),
            nextAddress: list.next.map { page.address(after: $0) })
        return page
    }

    /// Answers with the page itself and not with a redirect: the text is nowhere but in this answer.
    private func makeToken(_ call: PageCall, _ fields: FormFields) async throws -> Answer {
        do {
            let scopes = Scope.allCases.filter { fields["scope-\($0.rawValue)"] != nil }
            guard !scopes.isEmpty else {
                throw GantryError(.invalid, "the token would have no scope", hint: "choose at least one")
            }
            try refuseMore(than: call.identity, scopes)
            guard let period = Period(try fields.required("expires")), period <= Self.longestPeriod else {
                throw GantryError(
                    .invalid, "the token's end is no length of time", hint: "choose one of the list")
            }
            let made = try await tokenStore.issue(
                user: call.identity.user, scopes: scopes, expiresAt: parts.time.now() + period,
                description: fields["description"], by: call.identity.user)
            var page = try await tokensPage(call)
            page.made = made.text
            return .page(page.render(call.context), .created)
        } catch let error as GantryError where error.code != .unauthenticated {
            return .page(
                try await tokensPage(call).render(call.context, failure: error),
                Problem.status(of: error.code))
        }
    }

    private func revokeToken(_ call: PageCall, _ fields: FormFields) async throws -> Answer {
        let id = call.parameter("id")
        return try await sent(call, to: Address.tokens, notice: Phrase("The token was revoked", "令牌已吊销")) {
            let stored = try await store.get(StoredToken.self, id)
            // Whether somebody else's token exists is told to those alone who may know.
            if stored?.spec.user != call.identity.user {
                try await requireTokens(call.call, "token.remove", id)
            }
            try await tokenStore.revoke(id, by: call.identity.user)
        } again: {
            try await tokensPage(call)
        }
    }
}
