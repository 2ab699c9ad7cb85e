import Access
import Foundation
import GantryBase
import Model
import State
import StateSQLite
import Testing

@testable import API

@Suite struct SignInTests {
    @Test func aPageAsksForASignInAndLeadsBack() async throws {
        try await TestServer.with { server in
            let browser = Browser(server)
            let asked = try await browser.get("/ui?x=1&language=")
            #expect(asked.status == 303)
            #expect(asked.headers["location"] == "/sign-in?to=/ui%3Fx%3D1%26language%3D")
            let page = try await browser.get("/sign-in?to=/ui%3Fx%3D1")
            #expect(page.status == 200 && page.text.contains("value=\"/ui?x=1\""))
            #expect(page.headers["content-security-policy"]?.contains("default-src 'none'") == true)
            #expect(page.headers["content-security-policy"]?.contains("script-src 'self'") == true)
            let reply = try await browser.post(
                "/sign-in", ["token": " \(try await server.admin())\n", "to": "/ui?x=1"])
            #expect(reply.status == 303 && reply.headers["location"] == "/ui?x=1")
            let cookie = try #require(reply.cookies.first)
            for word in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="] { #expect(cookie.contains(word)) }
            #expect(try await browser.get("/ui").status == 200)
            #expect(try await browser.get("/sign-in?to=/ui").headers["location"] == "/ui")
        }
    }

    @Test(arguments: [
        "//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\r\nSet-Cookie: x=y",
    ])
    func noSignInLeadsElsewhere(to: String) async throws {
        try await TestServer.with { server in
            let reply = try await Browser(server).post(
                "/sign-in", ["token": try await server.admin(), "to": to])
            #expect(reply.status == 303 && reply.headers["location"] == "/")
            #expect(reply.cookies.count == 1)
        }
    }

    @Test func aWrongTokenIsRefusedOnThePageAndAudited() async throws {
        try await TestServer.with { server in
            let browser = Browser(server)
            for token in ["", "gantry_" + String(repeating: "a", count: 40), "<script>"] {
                let reply = try await browser.post("/sign-in", ["token": token])
                #expect(reply.status == (token.isEmpty ? 422 : 401))
                #expect(reply.text.contains("<form") && !reply.text.contains("<script>"))
            }
            #expect(browser[PageCookies.session] == nil)
            let audit = try await server.store.audit(AuditQuery())
            #expect(audit.contains { $0.action == "token.use" && !$0.allowed })
        }
    }

    @Test func signingOutEndsTheSession() async throws {
        try await TestServer.with { server in
            let browser = try await Browser.signedIn(server, try await server.admin())
            let cookie = browser[PageCookies.session]
            let reply = try await browser.submit([:], to: "/sign-out", from: "/ui")
            #expect(reply.status == 303 && reply.headers["location"] == "/sign-in")
            #expect(browser[PageCookies.session] == nil)
            // Whoever kept the cookie has nothing.
            browser[PageCookies.session] = cookie
            let again = try await browser.get("/ui")
            #expect(again.status == 303 && again.headers["cache-control"] == "no-store")
        }
    }

    @Test func aFormOfAnotherSessionOrSiteIsRefused() async throws {
        try await TestServer.with { server in
            let admin = try await server.admin()
            let browser = try await Browser.signedIn(server, admin)
            let other = try await Browser.signedIn(server, admin)
            let foreign = try await other.signature(on: "/ui")
            let own = try await browser.signature(on: "/ui")
            for fields in [[:], ["form-token": ""], ["form-token": "x.y"], ["form-token": foreign]] {
                #expect(try await browser.post("/sign-out", fields).status == 403)
            }
            for header in ["Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site"] {
                #expect(try await browser.post("/sign-out", ["form-token": own], [header]).status == 403)
            }
            #expect(try await browser.get("/ui").status == 200)
            // The signature differs at each page, and all of a session are good.
            #expect(try await browser.signature(on: "/ui") != own)
            #expect(try await browser.post("/sign-out", ["form-token": own]).status == 303)
        }
    }

    @Test func aSessionEndsWithItsToken() async throws {
        try await TestServer.with { server in
            let made = try await server.tokens.issue(user: "vic", scopes: [.read], by: "test")
            let browser = try await Browser.signedIn(server, made.text)
            #expect(try await browser.get("/ui").status == 200)
            try await server.tokens.revoke(made.id, by: "test")
            #expect(try await browser.get("/ui").status == 303)
        }
    }

    @Test func aUsedSessionIsRenewedAndAnUnusedOneEnds() async throws {
        try await TestServer.with { server in
            let browser = try await Browser.signedIn(server, try await server.admin())
            let first = browser[PageCookies.session]
            server.clock.advance(SessionStore.renewal + .seconds(1))
            #expect(try await browser.get("/ui").status == 200)
            let second = browser[PageCookies.session]
            #expect(first != second)
            // Another tab had sent the old text already.
            browser[PageCookies.session] = first
            #expect(try await browser.get("/ui").status == 200)
            server.clock.advance(SessionStore.overlap + .seconds(1))
            #expect(try await browser.get("/ui").status == 303)
            browser[PageCookies.session] = second
            #expect(try await browser.get("/ui").status == 200)
            server.clock.advance(SessionStore.idle + .seconds(1))
            #expect(try await browser.get("/ui").status == 303)
        }
    }

    @Test func languageAndThemeAreChosenWithoutAScript() async throws {
        try await TestServer.with { server in
            let browser = Browser(server)
            #expect(
                try await browser.get("/sign-in", ["Accept-Language: zh-CN,zh;q=0.9"]).text.contains("登录"))
            let chosen = try await browser.get("/sign-in?to=/ui&language=zh&theme=dark")
            #expect(chosen.status == 303 && chosen.headers["location"] == "/sign-in?to=/ui")
            let page = try await browser.get("/sign-in")
            #expect(page.text.contains("lang=\"zh-Hans\"") && page.text.contains("data-theme=\"dark\""))
        }
    }

    @Test func whatIsNotThereIsAPageForABrowser() async throws {
        try await TestServer.with { server in
            let reply = try await Browser(server).get("/nothing/here")
            #expect(reply.status == 404 && reply.headers["content-type"] == "text/html; charset=utf-8")
            let asset = try await server.call("GET", "/assets/none.css")
            #expect(asset.status == 404)
        }
    }

    @Test func pagesAndAssetsArePacked() async throws {
        try await TestServer.with { server in
            let browser = try await Browser.signedIn(server, try await server.admin())
            let plain = try await browser.get("/ui")
            let packed = try await browser.get("/ui", ["Accept-Encoding: gzip, br"])
            #expect(packed.headers["content-encoding"] == "gzip")
            #expect(packed.body.count * 3 < plain.body.count)
            let address = try #require(plain.text.firstMatch(of: /\/assets\/console-[0-9a-f]+\.css/)?.output)
            let sheet = try await server.call("GET", String(address))
            #expect(sheet.status == 200 && sheet.headers["cache-control"]?.contains("immutable") == true)
        }
    }
}
