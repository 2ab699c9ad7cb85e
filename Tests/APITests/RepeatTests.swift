import Access
import GantryBase
import Model
import State
import StateSQLite
import Testing
import Wire

@testable import API

@Suite struct RepeatTests {
    private func rollback(
        _ server: TestServer, _ token: String, key: String, release: Int = 1
    ) async throws -> Reply {
        try await server.call(
            "POST", "/v1/services/yidian/a/rollback", token: token,
            body: "{\"environment\":\"production\",\"release\":\(release)}",
            headers: ["Idempotency-Key: \(key)"])
    }

    private func seed(_ server: TestServer) async throws {
        try await server.applyPlatform()
        let service = ServiceName("yidian", "a")
        try await server.store.create(StoredRepository.self, "yidian/a", spec: .init(service: service))
        let spec = ServiceSpec(
            name: service, language: Language("python", "3.11"), command: ["true"], ports: [],
            stop: StopSpec(discovery: "polaris", wait: .seconds(10)), regions: ["guangzhou"])
        for number in 1...2 {
            let release = Release(
                name: ReleaseName(service, number), commit: "c", artifact: "sha256:0",
                definition: ServiceDefinition(name: service, environments: ["production": spec]),
                configuration: [], run: RunName(service, 1), createdAt: server.clock.now)
            try await server.store.create(StoredRelease.self, release.name.path, spec: release)
        }
    }

    @Test func aRepeatIsAnsweredAlikeAndActsNoMore() async throws {
        try await TestServer.with { server in
            try await seed(server)
            let dev = try await server.token("dev")
            let first = try await rollback(server, dev, key: "k1")
            #expect(first.status == 200 && first.headers["idempotency-replayed"] == nil, "\(first.text)")
            let second = try await rollback(server, dev, key: "k1")
            #expect(second.status == 200 && second.headers["idempotency-replayed"] == "true")
            #expect(second.body == first.body && second.headers["etag"] == first.headers["etag"])
            #expect(try await server.store.all(StoredRollout.self).count == 1)
            let other = try await rollback(server, dev, key: "k1", release: 2)
            #expect(other.status == 422 && other.detail.contains("k1"), "\(other.text)")
            #expect(try await rollback(server, dev, key: "k2").status == 200)
            #expect(try await server.store.all(StoredRollout.self).count == 2)
            // Another token has keys of its own.
            let ana = try await server.token("ana")
            #expect(try await rollback(server, ana, key: "k1").headers["idempotency-replayed"] == nil)
            for wrong in ["", "a b", String(repeating: "x", count: 129)] {
                #expect(try await rollback(server, dev, key: wrong).status == 422, "\(wrong)")
            }
        }
    }

    @Test func oneOfManyAtOnceActs() async throws {
        try await TestServer.with { server in
            try await seed(server)
            let dev = try await server.token("dev")
            let replies = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        let reply = try await rollback(server, dev, key: "same")
                        #expect(reply.status == 200, "\(reply.text)")
                        return reply.body
                    }
                }
                return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
            }
            #expect(replies.count == 1)
            #expect(try await server.store.all(StoredRollout.self).count == 1)
        }
    }

    @Test func aRefusalIsNotKept() async throws {
        try await TestServer.with { server in
            try await seed(server)
            let vic = try await server.token("vic")
            #expect(try await rollback(server, vic, key: "k").status == 403)
            #expect(try await server.store.all(StoredAction.self).isEmpty)
            let dev = try await server.token("dev")
            #expect(try await rollback(server, dev, key: "k", release: 9).status == 404)
            #expect(try await rollback(server, dev, key: "k", release: 1).status == 200)
        }
    }

    @Test func whatWasCarriedOutIsKnownThoughTheServerEndedBeforeItAnswered() async throws {
        try await TestServer.with { server in
            try await seed(server)
            try await server.workload("yidian/a/production/guangzhou")
            let dev = try await server.token("dev")
            let first = try await rollback(server, dev, key: "k")
            let place = "/v1/workloads/yidian/a/production/guangzhou/override"
            let scaled = try await server.call(
                "PUT", place, token: dev, body: "{\"replicas\":4}", headers: ["Idempotency-Key: s"])
            let cleared = try await server.call(
                "DELETE", place, token: dev, headers: ["Idempotency-Key: d"])
            #expect(scaled.status == 200 && cleared.status == 204)
            // As a kill between the commit and the answer leaves it: the record stands with what was changed.
            for action in try await server.store.all(StoredAction.self) {
                #expect(action.status.answer != nil)
                try await server.store.mutate(StoredAction.self, action.name) { $0.status.answer = nil }
            }
            let again = try await rollback(server, dev, key: "k")
            #expect(again.status == 200 && again.json["name"] == first.json["name"], "\(again.text)")
            #expect(try await server.store.all(StoredRollout.self).count == 1)
            let gone = try await server.call(
                "PUT", place, token: dev, body: "{\"replicas\":4}", headers: ["Idempotency-Key: s"])
            #expect(gone.status == 409 && gone.detail.contains("carried out"), "\(gone.text)")
            let done = try await server.call("DELETE", place, token: dev, headers: ["Idempotency-Key: d"])
            #expect(done.status == 204)
        }
    }

    @Test func aTokensTextIsNeverKept() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            let dev = try await server.token("dev")
            let body = "{\"scopes\":[\"read\"]}"
            func make() async throws -> Reply {
                try await server.call(
                    "POST", "/v1/tokens", token: dev, body: body, headers: ["Idempotency-Key: t"])
            }
            let made = try await make()
            let (text, id) = (
                try #require(made.json["token"]?.stringValue), try #require(made.json["id"]?.stringValue)
            )
            let again = try await make()
            #expect(again.status == 409 && again.detail.contains(id), "\(again.text)")
            #expect(!again.text.contains(text))
            let tokens = try await server.tokens.list(user: "dev").objects
            #expect(tokens.count == 2)
            for action in try await server.store.all(StoredAction.self) {
                let written = String(decoding: try JSON.encode(action.spec), as: UTF8.self)
                #expect(action.status.answer == nil && !written.contains(text))
            }
        }
    }

    @Test func oldActionsAreForgottenAndAUserHasSoMany() async throws {
        var limits = APILimits()
        limits.actions.actionsPerUser = 3
        try await TestServer.with(limits: limits) { server in
            try await seed(server)
            let dev = try await server.token("dev")
            for number in 1...5 {
                #expect(try await rollback(server, dev, key: "k\(number)").status == 200)
                server.clock.advance(.seconds(1))
            }
            #expect(try await server.store.all(StoredAction.self).count == 3)
            #expect(try await rollback(server, dev, key: "k5").headers["idempotency-replayed"] == "true")
            server.clock.advance(.minutes(25 * 60))
            let late = try await rollback(server, dev, key: "k5")
            #expect(late.status == 200 && late.headers["idempotency-replayed"] == nil)
            #expect(try await server.store.all(StoredAction.self).count == 1)
        }
    }
}
