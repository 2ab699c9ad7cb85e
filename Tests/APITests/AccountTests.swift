import Access
import GantryBase
import Model
import State
import StateSQLite
import Testing
import Wire

@testable import API

/// Signing in with a password in the browser, and one's own account there.
@Suite struct AccountTests {
    private static func signedIn(_ server: TestServer) async throws -> Browser {
        let browser = Browser(server)
        let reply = try await browser.post(
            "/sign-in", ["user": "ana", "password": UserRouteTests.password, "to": "/account"])
        #expect(reply.status == 303 && reply.headers["location"] == "/account", "\(reply.text)")
        return browser
    }

    @Test func aPasswordBeginsASessionAndAWrongOneIsToldOnThePage() async throws {
        try await TestServer.with { server in
            try await UserRouteTests.addAna(server)
            let browser = Browser(server)
            browser[PageCookies.session] = "planted"
            let wrong = try await browser.post("/sign-in", ["user": "ana", "password": "no no no no no"])
            #expect(wrong.status == 401 && wrong.text.contains("do not fit together"))
            #expect(wrong.text.contains("value=\"ana\"") && !wrong.text.contains("no no no"))
            let empty = try await browser.post("/sign-in", ["user": "ana", "password": ""])
            #expect(empty.status == 422)
            for _ in 0..<4 {
                _ = try await browser.post("/sign-in", ["user": "ana", "password": "no no no no no"])
            }
            let late = try await browser.post(
                "/sign-in", ["user": "ana", "password": UserRouteTests.password])
            #expect(late.status == 429 && late.headers["retry-after"] == "1" && late.text.contains("1 s"))
            server.clock.advance(.seconds(1))
            let good = try await Self.signedIn(server)
            #expect(good[PageCookies.session]?.hasPrefix("gantrys_") == true)
            let foreign = try await browser.post(
                "/sign-in", ["user": "ana", "password": UserRouteTests.password],
                ["Sec-Fetch-Site: cross-site"])
            #expect(foreign.status == 403, "nobody is signed in as somebody else by another site")
        }
    }

    @Test func aPersonChangesThePasswordAndEndsOtherSessions() async throws {
        try await TestServer.with { server in
            try await UserRouteTests.addAna(server)
            let (one, other) = (try await Self.signedIn(server), try await Self.signedIn(server))
            let page = try await one.get("/account")
            #expect(
                page.status == 200 && page.text.contains("read, write") || page.text.contains("push, read"))
            let id = try #require(page.text.firstMatch(of: /action="\/account\/sessions\/([a-z0-9]+)"/)?.1)
            let ended = try await one.submit([:], to: "/account/sessions/\(id)", from: "/account")
            #expect(ended.status == 303)
            #expect(try await other.get("/account").status == 303)
            let third = try await Self.signedIn(server)
            func change(_ fields: [String: String]) async throws -> Reply {
                try await one.submit(fields, to: "/account/password", from: "/account")
            }
            let new = "eleven grey cranes in fog"
            let wrong = try await change(["current": "no no no no no", "password": new, "again": new])
            #expect(wrong.status == 403 && wrong.text.contains("do not fit together"))
            let unlike = try await change(
                ["current": UserRouteTests.password, "password": new, "again": "another one at all"])
            #expect(unlike.status == 422)
            let weak = try await change(
                ["current": UserRouteTests.password, "password": "short", "again": "short"])
            #expect(weak.status == 422 && weak.text.contains("too weak"))
            let done = try await change(["current": UserRouteTests.password, "password": new, "again": new])
            #expect(done.status == 303)
            #expect(try await one.get("/account").text.contains("The password is changed"))
            #expect(try await third.get("/account").status == 303)
        }
    }

    @Test func nobodyEndsSomebodyElsesSession() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            let (ana, vic) = (try await server.token("ana"), try await server.token("vic"))
            _ = try await Browser.signedIn(server, ana)
            let list = try await server.call("GET", "/v1/sessions", token: ana)
            let id = try #require(list.json["items"]?[0]?["id"]?.stringValue)
            #expect(!list.text.contains("hash") && !list.text.contains("formKey"))
            #expect(try await server.call("GET", "/v1/sessions", token: vic).json["items"]?.arrayValue == [])
            #expect(try await server.call("DELETE", "/v1/sessions/\(id)", token: vic).status == 404)
            #expect(try await server.call("DELETE", "/v1/sessions/\(id)", token: ana).status == 204)
            #expect(try await server.call("DELETE", "/v1/sessions/\(id)", token: ana).status == 404)
        }
    }
}
