import Access
import GantryBase
import Model
import State
import StateSQLite
import Testing
import Wire

@testable import API

@Suite struct UserRouteTests {
    static let password = "four quiet herons at dusk"

    static func addAna(_ server: TestServer, admin: Bool = false) async throws {
        let reply = try await server.call(
            "POST", "/v1/users", token: try await server.admin(),
            body: "{\"name\":\"ana\",\"password\":\"\(password)\",\"admin\":\(admin)}")
        #expect(reply.status == 201, "\(reply.text)")
    }

    static func signIn(
        _ server: TestServer, _ password: String = password, more: String = ""
    ) async throws -> Reply {
        try await server.call(
            "POST", "/v1/sign-in", body: "{\"user\":\"ana\",\"password\":\"\(password)\"\(more)}")
    }

    @Test func usersAreAnAdminsToManageAndNobodySeesWhatTheyAreCheckedBy() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            let (admin, vic) = (try await server.admin(), try await server.token("vic"))
            try await Self.addAna(server)
            let body = "{\"name\":\"bob\",\"password\":\"\(Self.password)\"}"
            for (method, path, body) in [
                ("GET", "/v1/users", nil), ("POST", "/v1/users", body), ("DELETE", "/v1/users/ana", nil),
                ("PUT", "/v1/users/ana/password", "{\"password\":\"\(Self.password)\"}"),
                ("GET", "/v1/service-accounts", nil), ("POST", "/v1/service-accounts", "{\"name\":\"x\"}"),
                ("DELETE", "/v1/service-accounts/x", nil),
            ] as [(String, String, String?)] {
                let reply = try await server.call(method, path, token: vic, body: body)
                #expect(reply.status == 403 && reply.detail.contains("manageUsers"), "\(method) \(path)")
                #expect(try await server.call(method, path, body: body).status == 401)
            }
            let list = try await server.call("GET", "/v1/users", token: admin)
            #expect(list.names == ["ana"])
            for word in ["salt", "key", "scrypt", "herons"] { #expect(!list.text.contains(word), "\(word)") }
            let weak = try await server.call(
                "POST", "/v1/users", token: admin, body: "{\"name\":\"bob\",\"password\":\"password1234\"}")
            #expect(weak.status == 422 && weak.detail.contains("too weak") && !weak.text.contains("1234"))
            #expect(try await server.call("DELETE", "/v1/users/ana", token: admin).status == 200)
            #expect(try await server.call("GET", "/v1/users", token: admin).names == [])
            #expect(!server.log.all.contains { $0.contains("herons") })
        }
    }

    @Test func aPasswordGivesATokenWithTheScopesThatItsUserMayHave() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            try await Self.addAna(server)
            let reply = try await Self.signIn(server, more: ",\"client\":\"laptop\",\"expiresIn\":\"8h\"")
            #expect(reply.status == 200, "\(reply.text)")
            let token = try #require(reply.json["token"]?.stringValue)
            let me = try await server.call("GET", "/v1/whoami", token: token)
            #expect(me.json["user"]?.stringValue == "ana")
            #expect(me.json["scopes"]?.arrayValue?.compactMap(\.stringValue) == ["push", "read", "write"])
            #expect(try await Self.signIn(server, more: ",\"scopes\":[\"admin\"]").status == 403)
            server.clock.advance(.minutes(8 * 60 + 1))
            #expect(try await server.call("GET", "/v1/whoami", token: token).status == 401)
            #expect(try await Self.signIn(server, "something else entirely").status == 401)
            #expect(try await Self.signIn(server, more: ",\"expiresIn\":\"9000d\"").status == 422)
        }
    }

    @Test func whoFailsTooOftenIsToldHowLongToWait() async throws {
        try await TestServer.with { server in
            try await Self.addAna(server)
            for _ in 0..<5 { #expect(try await Self.signIn(server, "something else entirely").status == 401) }
            let told = try await Self.signIn(server)
            #expect(told.status == 429 && told.headers["retry-after"] == "1" && told.detail.contains("1 s"))
            server.clock.advance(.seconds(1))
            #expect(try await Self.signIn(server).status == 200)
        }
    }

    @Test func onesOwnPasswordIsChangedWithTheCurrentOneAndEndsSessions() async throws {
        try await TestServer.with { server in
            try await Self.addAna(server)
            let browser = Browser(server)
            let entered = try await browser.post("/sign-in", ["user": "ana", "password": Self.password])
            #expect(entered.status == 303)
            let token = try #require(try await Self.signIn(server).json["token"]?.stringValue)
            func change(_ body: String) async throws -> Int {
                try await server.call("PUT", "/v1/users/ana/password", token: token, body: body).status
            }
            #expect(try await change("{\"password\":\"eleven grey cranes in fog\"}") == 422)
            #expect(
                try await change(
                    "{\"password\":\"eleven grey cranes in fog\",\"current\":\"no no no no no\"}")
                    == 401)
            #expect(try await browser.get("/account").status == 200)
            #expect(
                try await change(
                    "{\"password\":\"eleven grey cranes in fog\",\"current\":\"\(Self.password)\"}") == 204)
            #expect(
                try await browser.get("/account").status == 303, "the browser was signed in by the old one")
            #expect(try await Self.signIn(server).status == 401)
            #expect(try await Self.signIn(server, "eleven grey cranes in fog").status == 200)
        }
    }

    @Test func aServiceAccountIsShownAsOneAndLeavesWithItsTokens() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            let admin = try await server.admin()
            let unknown = try await server.call(
                "POST", "/v1/service-accounts", token: admin,
                body: "{\"name\":\"ci\",\"roles\":{\"nowhere\":\"developer\"}}")
            #expect(unknown.status == 422 && unknown.text.contains("yidian"))
            let made = try await server.call(
                "POST", "/v1/service-accounts", token: admin,
                body: "{\"name\":\"ci\",\"roles\":{\"yidian\":\"developer\"},\"description\":\"builds\"}")
            #expect(made.status == 201 && made.json["name"]?.stringValue == "service/ci")
            let token = try #require(
                try await server.call(
                    "POST", "/v1/tokens", token: admin,
                    body: "{\"user\":\"service/ci\",\"scopes\":[\"read\",\"write\"]}"
                ).json["token"]?.stringValue)
            try await server.workload("yidian/a/production/guangzhou")
            let path = "/v1/workloads/yidian/a/production/guangzhou"
            #expect(try await server.call("GET", path, token: token).status == 200)
            let scaled = try await server.call(
                "PUT", path + "/override", token: token, body: "{\"replicas\":3}")
            #expect(scaled.status == 200, "\(scaled.text)")
            let audit = try await server.store.audit(AuditQuery(who: "service/ci"))
            #expect(audit.contains { $0.action == "workload.scale" && $0.allowed })
            let gone = try await server.call("DELETE", "/v1/service-accounts/ci", token: admin)
            #expect(gone.json["tokens"] == .integer(1))
            #expect(try await server.call("GET", path, token: token).status == 401)
        }
    }
}
