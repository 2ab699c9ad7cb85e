import API
import GantryBase
import Model
import State
import StateSQLite
import Testing
import Wire

@Suite struct ActionTests {
    @Test func theServerIsReadyWhileItsStoreIs() async throws {
        var limits = APILimits()
        limits.readinessPeriod = .milliseconds(1)
        try await TestServer.with(limits: limits) { server in
            #expect(try await server.call("GET", "/livez").status == 200)
            #expect(try await server.call("GET", "/readyz").status == 200)
            try await server.store.close()
            let reply = try await server.call("GET", "/readyz")
            #expect(reply.status == 503 && reply.title == "unavailable")
            #expect(try await server.call("GET", "/livez").status == 200)
        }
    }

    @Test func aPlatformIsTriedAndApplied() async throws {
        try await TestServer.with { server in
            let admin = try await server.admin()
            let text = """
                apiVersion: gantry/v1
                kind: Platform
                name: clinic
                businesses: [{name: yidian, title: Encyclopedia}]
                regions: [{name: guangzhou, title: Guangzhou}]
                clusters: [{name: local, kind: local}]
                environments: [{name: production, regions: {guangzhou: local}}]
                pipelines: {default: [{name: verify, steps: [checkout]}]}
                """
            let dry = try await server.call("PUT", "/v1/platform?dry-run=true", token: admin, body: text)
            #expect(
                dry.status == 200 && dry.json["changes"]?.stringValue?.contains("+ business yidian") == true)
            #expect(try await server.call("GET", "/v1/platform", token: admin).status == 404)
            #expect(try await server.call("PUT", "/v1/platform", token: admin, body: text).status == 200)
            let stored = try await server.call("GET", "/v1/platform", token: admin)
            #expect(stored.json["spec"]?["name"]?.stringValue == "clinic")
            let regions = try await server.call("GET", "/v1/regions", token: admin)
            #expect(regions.json["items"]?[0]?["frontDoor"]?.stringValue == "127.0.0.1:8080")
            let audit = try await server.call("GET", "/v1/audit?prefix=platform", token: admin)
            #expect(audit.json["items"]?[0]?["action"]?.stringValue == "platform.apply")
            let developer = try await server.token("dev")
            let refused = try await server.call("PUT", "/v1/platform", token: developer, body: text)
            #expect(refused.status == 403)
        }
    }

    @Test func aServiceIsMadeOnceAndHeldToTheNorm() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            let dev = try await server.token("dev")
            func make(_ name: String) async throws -> Reply {
                try await server.call("POST", "/v1/services", token: dev, body: "{\"service\":\"\(name)\"}")
            }
            let made = try await make("yidian/hello")
            #expect(made.status == 201 && made.json["name"]?.stringValue == "yidian/hello", "\(made.text)")
            #expect(made.headers["location"] == "/v1/repositories/yidian/hello")
            #expect(try await make("yidian/hello").status == 409)
            #expect(try await make("yidian/No_Norm").status == 422)
            #expect(try await make("yidian/..").status == 422)
            #expect(try await make("yisheng/hello").status == 403)
            let valid = try await server.call(
                "POST", "/v1/validate", token: dev,
                body: "{\"service\":\"yidian/hello\",\"yaml\":\"apiVersion: gantry/v1\\nkind: Thing\\n\"}")
            #expect(valid.status == 200 && valid.json["diagnostics"]?.arrayValue?.isEmpty == false)
        }
    }

    @Test func anOverrideIsSetAndCleared() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            try await server.workload("yidian/a/production/guangzhou")
            let dev = try await server.token("dev")
            let target = "/v1/workloads/yidian/a/production/guangzhou/override"
            let set = try await server.call(
                "PUT", target, token: dev, body: "{\"replicas\":5,\"until\":\"2h\"}")
            #expect(set.status == 200 && set.json["spec"]?["replicas"]?.integerValue == 5, "\(set.text)")
            let until = (server.clock.now + .minutes(120)).description
            #expect(set.json["spec"]?["until"]?.stringValue == until)
            #expect(try await server.call("GET", "/v1/overrides", token: dev).names.count == 1)
            #expect(try await server.call("DELETE", target, token: dev).status == 204)
            #expect(try await server.call("DELETE", target, token: dev).status == 404)
            let bad = try await server.call(
                "PUT", target, token: dev, body: "{\"replicas\":5,\"until\":\"soon\"}")
            #expect(bad.status == 422)
        }
    }

    @Test func aRunIsDecidedByThoseWhoMay() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            let name = RunName(ServiceName("yidian", "a"), 1)
            var status = RunStatus()
            status.progress = .waiting
            status.stages = [StageStatus(name: "approve", progress: .waiting)]
            try await server.store.create(
                StoredRun.self, name.path,
                spec: RunSpec(
                    name: name, commit: "c", branch: "main", author: "dev", subject: "s",
                    stages: [StageTemplate(name: "approve", work: .approval(role: .approver))],
                    createdAt: server.clock.now), status: status)
            let (dev, pat) = (try await server.token("dev"), try await server.token("pat"))
            let body = "{\"approved\":true,\"comment\":\"fine\",\"force\":false}"
            #expect(
                try await server.call("POST", "/v1/runs/\(name)/decide", token: dev, body: body).status == 403
            )
            let done = try await server.call("POST", "/v1/runs/\(name)/decide", token: pat, body: body)
            #expect(done.status == 200 && done.text.contains("\"by\":\"pat\""), "\(done.text)")
            #expect(
                try await server.call("POST", "/v1/runs/\(name)/decide", token: pat, body: body).status == 409
            )
            #expect(try await server.call("POST", "/v1/runs/\(name)/cancel", token: dev).status == 200)
            #expect(try await server.call("POST", "/v1/runs/\(name)/retry", token: dev).status == 409)
            #expect(
                try await server.call("POST", "/v1/runs/\(name)/retry?force=no", token: dev).status == 422)
            #expect(try await server.call("POST", "/v1/runs/yidian/a/01/cancel", token: dev).status == 404)
        }
    }

    @Test func nothingButThisMachineIsServedInClear() throws {
        for host in ["0.0.0.0", "10.0.0.1", "::", "127.evil.com", "localhost.evil.com", "127.0.0.1.evil"] {
            #expect(!APIServerAddress.isAllowed(host), "\(host)")
        }
        for host in ["127.0.0.1", "localhost", "::1", "127.8.9.1"] {
            #expect(APIServerAddress.isAllowed(host), "\(host)")
        }
    }
}
