import Access
import Foundation
import GantryBase
import Model
import SignIn
import State
import StateSQLite
import Testing
import Wire

@testable import API

/// Signing in at a provider, from the button to the console.
@Suite struct ProviderSignInTests {
    private static func with(_ body: @escaping @Sendable (TestServer, TestProvider) async throws -> Void)
        async throws
    {
        try await TestProvider.with { provider in
            try await TestServer.with { server in
                try await server.applyPlatform()
                let stored = try await server.store.require(StoredPlatform.self, StoredPlatform.name)
                var platform = stored
                platform.spec.signIn = SignInSpec(oidc: provider.spec)
                try await server.store.update(platform)
                // The provider's tokens are of now.
                server.clock.set(TimeSource.wall.now())
                try await body(server, provider)
            }
        }
    }

    /// To the provider and back, as the browser goes.
    private static func goThrough(_ browser: Browser, _ provider: TestProvider) async throws -> Reply {
        let begun = try await browser.get("/sign-in/oidc?to=/account")
        #expect(begun.status == 303, "\(begun.text)")
        let query = try await provider.visit(try #require(begun.headers["location"]))
        let text = query.map {
            "\($0)=\($1.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
        }
        .joined(separator: "&")
        return try await browser.get("/sign-in/oidc/return?" + text)
    }

    @Test func thePersonComesBackSignedInWithTheRolesOfTheirGroups() async throws {
        try await Self.with { server, provider in
            let browser = Browser(server)
            let page = try await browser.get("/sign-in?to=/account")
            #expect(
                page.text.contains("/sign-in/oidc?to=/account") && page.text.contains("Sign in with Test"))
            let reply = try await Self.goThrough(browser, provider)
            #expect(reply.status == 303 && reply.headers["location"] == "/account", "\(reply.text)")
            #expect(browser[PageCookies.ticket] == nil, "a ticket is good for one return")
            let account = try await browser.get("/account")
            #expect(account.status == 200 && account.text.contains("sre, staff"))
            #expect(!account.text.contains("/account/password"), "the password is kept elsewhere")
            // The group gives a role in yidian, in the platform's own words, and none in yisheng; tokens have it as well.
            let token = try await server.token("someone")
            #expect(try await server.call("GET", "/v1/workloads", token: token).status == 403)
            let own = try await server.tokens.issue(user: "ana", scopes: [.read, .write], by: "ana").text
            #expect(try await server.call("GET", "/v1/workloads", token: own).status == 200)
            let audit = try await server.store.audit(AuditQuery(who: "ana"))
            #expect(
                audit.contains { $0.action == "user.sign-in" && $0.detail?.contains(provider.issuer) == true }
            )
            #expect(!server.log.all.contains { $0.contains("code=") && !$0.contains("code=***") })
        }
    }

    @Test func aFailedReturnIsToldOnTheSignInPageAndWrittenDown() async throws {
        try await Self.with { server, provider in
            let browser = Browser(server)
            try await provider.set(["claims": ["aud": "another"]])
            let reply = try await Self.goThrough(browser, provider)
            #expect(reply.status == 401 && reply.text.contains("another audience"))
            #expect(browser[PageCookies.session] == nil)
            let stranger = try await Browser(server).get("/sign-in/oidc/return?state=x&code=y")
            #expect(stranger.status == 401 && stranger.text.contains("did not begin"))
            let refused = try await server.store.audit(AuditQuery()).filter { !$0.allowed }
            #expect(refused.count == 2 && refused.allSatisfy { $0.action == "user.sign-in" })
            try await provider.set(["status": 503])
            server.clock.advance(.minutes(61))
            let down = try await Browser(server).get("/sign-in/oidc")
            #expect(down.status == 503 && down.text.contains("name=\"password\""), "other ways in remain")
        }
    }

    @Test func nobodyBecomesSomebodyElseByTheirName() async throws {
        try await Self.with { server, provider in
            try await UserRouteTests.addAna(server)
            let taken = try await Self.goThrough(Browser(server), provider)
            #expect(taken.status == 403 && taken.text.contains("signs in with a password"))
            try await provider.set(["claims": ["preferred_username": "admin"]])
            #expect(try await Self.goThrough(Browser(server), provider).status == 403)
            try await provider.set(["claims": ["preferred_username": "bob"]])
            #expect(try await Self.goThrough(Browser(server), provider).status == 303)
            try await provider.set(["claims": ["preferred_username": "bob", "sub": "0018"]])
            let other = try await Self.goThrough(Browser(server), provider)
            #expect(other.status == 403 && other.text.contains("somebody else"))
            try await provider.set(["claims": ["preferred_username": "service/bot"]])
            #expect(try await Self.goThrough(Browser(server), provider).status == 422)
        }
    }

    @Test func theClientSecretIsSetByAnAdminAndNeverShown() async throws {
        try await Self.with { server, provider in
            let (admin, ana) = (try await server.admin(), try await server.token("ana"))
            let body = "{\"value\":\"s3cret\"}"
            #expect(
                try await server.call("PUT", "/v1/sign-in/oidc/secret", token: ana, body: body).status == 403)
            #expect(
                try await server.call("PUT", "/v1/sign-in/oidc/secret", token: admin, body: body).status
                    == 204)
            try await provider.set(["secret": "s3cret"])
            #expect(try await Self.goThrough(Browser(server), provider).status == 303)
            #expect(try await server.call("DELETE", "/v1/sign-in/oidc/secret", token: admin).status == 204)
            #expect(try await Self.goThrough(Browser(server), provider).status == 401)
            #expect(!server.log.all.contains { $0.contains("s3cret") })
        }
    }
}
