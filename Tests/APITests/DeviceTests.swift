import Access
import GantryBase
import Model
import State
import StateSQLite
import Testing
import Wire

@testable import API

@Suite struct DeviceTests {
    private static func begin(_ server: TestServer) async throws -> (device: String, code: String) {
        let reply = try await server.call(
            "POST", "/v1/device", body: "{\"client\":\"<b>ana@laptop\",\"scopes\":[\"read\",\"push\"]}")
        #expect(reply.status == 200 && reply.json["interval"] == .integer(5), "\(reply.text)")
        #expect(reply.json["verificationPath"]?.stringValue == "/device")
        return (
            try #require(reply.json["deviceCode"]?.stringValue),
            try #require(reply.json["userCode"]?.stringValue)
        )
    }

    private static func poll(_ server: TestServer, _ device: String) async throws -> Reply {
        try await server.call("POST", "/v1/device/token", body: "{\"deviceCode\":\"\(device)\"}")
    }

    @Test func aMachineIsLetInOnThePage() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            let browser = try await Browser.signedIn(server, try await server.token("ana"))
            let begun = try await Self.begin(server)
            let waiting = try await Self.poll(server, begun.device)
            #expect(waiting.status == 400 && waiting.json["error"]?.stringValue == "authorization_pending")
            #expect(waiting.headers["content-type"] == "application/problem+json")
            let soon = try await Self.poll(server, begun.device)
            #expect(soon.json["error"]?.stringValue == "slow_down" && soon.headers["retry-after"] == "10")
            // Nobody is let in by a link alone, nor by a form of another site.
            let page = try await browser.get("/device?code=\(begun.code)")
            #expect(page.status == 200 && page.text.contains("ana@laptop") && !page.text.contains("<b>ana"))
            let forged = try await browser.post("/device", ["code": begun.code, "decision": "approve"])
            #expect(forged.status == 403)
            let done = try await browser.submit(
                ["code": begun.code, "decision": "approve"], to: "/device", from: "/device?code=\(begun.code)"
            )
            #expect(done.status == 303, "\(done.text)")
            server.clock.advance(.seconds(10))
            let given = try await Self.poll(server, begun.device)
            #expect(given.status == 200, "\(given.text)")
            let token = try #require(given.json["token"]?.stringValue)
            let me = try await server.call("GET", "/v1/whoami", token: token)
            #expect(me.json["user"]?.stringValue == "ana")
            #expect(me.json["scopes"]?.arrayValue?.compactMap(\.stringValue) == ["push", "read"])
            #expect(try await Self.poll(server, begun.device).json["error"]?.stringValue == "expired_token")
            let tokens = try await server.call("GET", "/v1/tokens", token: token)
            #expect(tokens.text.contains("gantry login on <b>ana@laptop"))
        }
    }

    @Test func aRefusedMachineAndAWrongCodeAreTold() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            let token = try await server.token("ana")
            let begun = try await Self.begin(server)
            let wrong = try await server.call("GET", "/v1/device/BBBB-BBBB", token: token)
            #expect(wrong.status == 404)
            let browser = try await Browser.signedIn(server, token)
            let page = try await browser.get("/device?code=BBBB-BBBB")
            #expect(page.status == 404 && page.text.contains("nobody waits with this code"))
            #expect(try await browser.get("/device").text.contains("name=\"code\""))
            let shown = try await server.call("GET", "/v1/device/\(begun.code)", token: token)
            #expect(shown.status == 200 && shown.json["client"]?.stringValue == "<b>ana@laptop")
            let refused = try await server.call(
                "POST", "/v1/device/\(begun.code)", token: token, body: "{\"approved\":false}")
            #expect(refused.status == 204)
            #expect(try await Self.poll(server, begun.device).json["error"]?.stringValue == "access_denied")
        }
    }
}
