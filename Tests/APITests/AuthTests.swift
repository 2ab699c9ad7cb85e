import Access
import GantryBase
import Model
import State
import StateSQLite
import Testing
import Wire

@Suite struct AuthTests {
    @Test func onlyAValidTokenIsLetIn() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            let good = try await server.token("vic")
            let revoked = try await server.tokens.issue(user: "vic", scopes: [.read], by: "test")
            try await server.tokens.revoke(revoked.id, by: "test")
            let expiring = try await server.token("vic", [.read], expiresAt: server.clock.now + .minutes(1))
            #expect(try await server.call("GET", "/v1/whoami", token: expiring).status == 200)
            server.clock.advance(.minutes(2))
            for token in [nil, "wrong", good + "x", String(good.dropLast()) + "A", revoked.text, expiring] {
                let reply = try await server.call("GET", "/v1/whoami", token: token)
                #expect(reply.status == 401, "\(token ?? "none")")
                #expect(reply.headers["www-authenticate"] == "Bearer realm=\"gantry\"")
                #expect(reply.headers["content-type"] == "application/problem+json")
                #expect(reply.title == "unauthenticated")
            }
            let me = try await server.call("GET", "/v1/whoami", token: good)
            #expect(me.status == 200)
            #expect(me.json["user"]?.stringValue == "vic")
            #expect(me.json["scopes"]?.arrayValue?.count == 3)
            let basic = try await server.call(
                "GET", "/v1/whoami", headers: ["Authorization: Basic eDp5"])
            #expect(basic.status == 401)
            let twice = try await server.call(
                "GET", "/v1/whoami", token: good, headers: ["Authorization: Bearer \(good)"])
            #expect(twice.status == 401)
        }
    }

    @Test func aRefusalNamesTheRightAndIsWrittenDown() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            try await server.workload("yidian/a/production/guangzhou")
            let viewer = try await server.token("vic")
            let reply = try await server.call(
                "PUT", "/v1/workloads/yidian/a/production/guangzhou/override", token: viewer,
                body: "{\"replicas\":3}")
            #expect(reply.status == 403)
            #expect(reply.detail.contains("operate"), "\(reply.detail)")
            let records = try await server.store.audit(AuditQuery(who: "vic"))
            #expect(records.contains { $0.action == "workload.scale" && !$0.allowed })
            let other = try await server.token("doc")
            let hidden = try await server.call(
                "GET", "/v1/workloads/yidian/a/production/guangzhou", token: other)
            #expect(hidden.status == 403)
            let pushOnly = try await server.token("vic", [.push])
            #expect(try await server.call("GET", "/v1/workloads", token: pushOnly).status == 403)
            #expect(try await server.call("GET", "/v1/audit", token: viewer).status == 403)
        }
    }

    @Test func tokensAreOnesOwnToManageAndGiveNoMoreThanTheyHave() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            let (ana, admin) = (try await server.token("ana"), try await server.admin())
            let made = try await server.call(
                "POST", "/v1/tokens", token: ana, body: "{\"scopes\":[\"read\"],\"expiresIn\":\"30d\"}")
            #expect(made.status == 201)
            let text = try #require(made.json["token"]?.stringValue)
            let id = try #require(made.json["id"]?.stringValue)
            #expect(try await server.call("GET", "/v1/whoami", token: text).status == 200)
            let body = "{\"scopes\":[\"admin\"]}"
            #expect(try await server.call("POST", "/v1/tokens", token: ana, body: body).status == 403)
            let fromReader = try await server.call(
                "POST", "/v1/tokens", token: text, body: "{\"scopes\":[\"read\"]}")
            #expect(fromReader.status == 403)
            let forOther = "{\"user\":\"dev\",\"scopes\":[\"read\"]}"
            #expect(try await server.call("POST", "/v1/tokens", token: ana, body: forOther).status == 403)
            #expect(try await server.call("POST", "/v1/tokens", token: admin, body: forOther).status == 201)
            let list = try await server.call("GET", "/v1/tokens", token: ana)
            #expect(list.json["items"]?.arrayValue?.allSatisfy { $0["user"]?.stringValue == "ana" } == true)
            #expect(!list.text.contains("hash"))
            #expect(try await server.call("GET", "/v1/tokens?user=dev", token: ana).status == 403)
            let dev = try await server.token("dev")
            #expect(try await server.call("DELETE", "/v1/tokens/\(id)", token: dev).status == 403)
            #expect(try await server.call("DELETE", "/v1/tokens/nosuchid", token: dev).status == 403)
            #expect(try await server.call("DELETE", "/v1/tokens/\(id)", token: ana).status == 204)
            #expect(try await server.call("GET", "/v1/whoami", token: text).status == 401)
            #expect(try await server.call("DELETE", "/v1/tokens/nosuchid", token: admin).status == 404)
        }
    }

    @Test func aSecretInUseIsRemovedByForceOnly() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            let ana = try await server.token("ana")
            let service = ServiceName("yidian", "a")
            try await server.store.create(StoredRepository.self, "yidian/a", spec: .init(service: service))
            let spec = ServiceSpec(
                name: service, language: Language("python", "3.11"), command: ["true"], ports: [],
                stop: StopSpec(discovery: "polaris", wait: .seconds(10)), secrets: ["DB_PASSWORD"],
                regions: ["guangzhou"])
            let release = Release(
                name: ReleaseName(service, 1), commit: "c", artifact: "sha256:0",
                definition: ServiceDefinition(name: service, environments: ["production": spec]),
                configuration: [], run: RunName(service, 1), createdAt: server.clock.now)
            try await server.store.create(StoredRelease.self, release.name.path, spec: release)
            try await server.workload("yidian/a/production/guangzhou")
            let secret = "/v1/services/yidian/a/secrets/DB_PASSWORD"
            let set = try await server.call("PUT", secret, token: ana, body: "{\"value\":\"x\"}")
            #expect(set.status == 204)
            let dev = try await server.token("dev")
            #expect(try await server.call("DELETE", secret + "?force=true", token: dev).status == 403)
            let refused = try await server.call("DELETE", secret, token: ana)
            #expect(refused.status == 409)
            #expect(refused.detail.contains("run in production need the secret DB_PASSWORD"))
            #expect(try await server.call("DELETE", secret + "?force=maybe", token: ana).status == 422)
            #expect(try await server.call("DELETE", secret + "?force=true", token: ana).status == 204)
        }
    }

    @Test func noTokenAndNoSecretIsLogged() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            let ana = try await server.token("ana")
            try await server.store.create(
                StoredRepository.self, "yidian/a", spec: .init(service: ServiceName("yidian", "a")))
            _ = try await server.call("GET", "/v1/whoami?token=\(ana)&x=1", token: ana)
            let set = try await server.call(
                "PUT", "/v1/services/yidian/a/secrets/DB_PASSWORD", token: ana,
                body: "{\"value\":\"open sesame\"}")
            #expect(set.status == 204, "\(set.text)")
            let list = try await server.call("GET", "/v1/services/yidian/a/secrets", token: ana)
            #expect(list.json["items"]?[0]?["name"]?.stringValue == "DB_PASSWORD")
            #expect(list.json["items"]?[0]?["environment"]?.stringValue == "*")
            #expect(!list.text.contains("sesame"))
            let broken = try await server.call(
                "PUT", "/v1/services/yidian/a/secrets/DB_PASSWORD", token: ana,
                body: "{\"value\":\"open sesame\",\"environment\":\"nowhere\"}")
            #expect(broken.status == 422)
            #expect(!broken.text.contains("sesame"))
            let log = server.log.all.joined(separator: "\n")
            #expect(log.contains("/v1/whoami?token=***&x=1") && log.contains("ana"))
            #expect(!log.contains(ana) && !log.contains("sesame"))
        }
    }
}
