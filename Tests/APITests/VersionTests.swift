import GantryBase
import Model
import State
import StateSQLite
import Testing
import Wire

@testable import API

@Suite struct VersionTests {
    private static let place = "/v1/workloads/yidian/a/production/guangzhou/override"

    @Test func aReadCarriesItsVersionAndIsNotAnsweredTwice() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            try await server.workload("yidian/a/production/guangzhou", instances: ["x1"])
            let admin = try await server.admin()
            for path in [
                "/v1/platform", "/v1/workloads/yidian/a/production/guangzhou",
                "/v1/instances/yidian/a/production/guangzhou/x1",
            ] {
                let first = try await server.call("GET", path, token: admin)
                let tag = try #require(first.headers["etag"])
                #expect(tag == "\"\(first.json["version"]?.integerValue ?? 0)\"")
                for known in [tag, "W/\(tag)", "\"7777\", \(tag)", "*"] {
                    let second = try await server.call(
                        "GET", path, token: admin, headers: ["If-None-Match: \(known)"])
                    #expect(second.status == 304 && second.body.isEmpty, "\(known): \(second.status)")
                    #expect(second.headers["etag"] == tag)
                }
                let head = try await server.call(
                    "HEAD", path, token: admin, headers: ["If-None-Match: \(tag)"])
                #expect(head.status == 304)
                let other = try await server.call(
                    "GET", path, token: admin, headers: ["If-None-Match: \"7777\""])
                #expect(other.status == 200 && other.body == first.body)
            }
        }
    }

    @Test func aWriteIsHeldToTheVersionThatItNames() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            try await server.workload("yidian/a/production/guangzhou")
            let dev = try await server.token("dev")
            func put(_ replicas: Int, _ headers: String...) async throws -> Reply {
                try await server.call(
                    "PUT", Self.place, token: dev, body: "{\"replicas\":\(replicas)}", headers: headers)
            }
            let absent = try await put(3, "If-Match: *")
            #expect(absent.status == 412 && absent.title == "conflict", "\(absent.text)")
            let made = try await put(3, "If-None-Match: *")
            #expect(made.status == 200, "\(made.text)")
            let tag = try #require(made.headers["etag"])
            let again = try await put(4, "If-None-Match: *")
            #expect(again.status == 412 && again.json["version"] == made.json["version"], "\(again.text)")
            let second = try await put(5, "If-Match: \(tag)")
            #expect(second.status == 200 && second.json["spec"]?["replicas"] == 5, "\(second.text)")
            let stale = try await put(6, "If-Match: \(tag)")
            #expect(
                stale.status == 412 && stale.detail.contains("\(second.json["version"]?.integerValue ?? 0)"))
            #expect(try await put(6, "If-Match: W/\(second.headers["etag"] ?? "")").status == 412)
            #expect(try await put(6, "If-Match: *").status == 200)
            for wrong in ["If-Match: 12", "If-Match: \"x\"", "If-None-Match: \"12\""] {
                #expect(try await put(6, wrong).status == 422, "\(wrong)")
            }
            let removed = try await server.call(
                "DELETE", Self.place, token: dev, headers: ["If-Match: \(tag)"])
            #expect(removed.status == 412)
            #expect(
                try await server.call("DELETE", Self.place, token: dev, headers: ["If-Match: *"]).status
                    == 204)
            let override = try await server.store.get(StoredOverride.self, "yidian/a/production/guangzhou")
            #expect(override == nil)
            // Where no version is held, to write all the same is what the sender wanted to prevent.
            let elsewhere = try await server.call(
                "POST", "/v1/tokens", token: dev, body: "{\"scopes\":[\"read\"]}", headers: ["If-Match: *"])
            #expect(elsewhere.status == 422)
        }
    }

    @Test func twoWhoEditThePlatformDoNotOverwriteEachOther() async throws {
        try await TestServer.with { server in
            let admin = try await server.admin()
            func apply(_ title: String, _ headers: String...) async throws -> Reply {
                let text = """
                    apiVersion: gantry/v1
                    kind: Platform
                    name: clinic
                    businesses: [{name: yidian, title: \(title)}]
                    regions: [{name: guangzhou, title: Guangzhou}]
                    clusters: [{name: local, kind: local}]
                    environments: [{name: production, regions: {guangzhou: local}}]
                    pipelines: {default: [{name: verify, steps: [checkout]}]}
                    """
                return try await server.call(
                    "PUT", "/v1/platform", token: admin, body: text, headers: headers)
            }
            #expect(try await apply("A", "If-Match: *").status == 412)
            #expect(try await apply("A", "If-None-Match: *").status == 200)
            let read = try await server.call("GET", "/v1/platform", token: admin)
            let tag = try #require(read.headers["etag"])
            // All at once: the version is held where it is written, not only looked at before.
            let codes = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<6 {
                    group.addTask { try await apply("B\(number)", "If-Match: \(tag)").status }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.count { $0 == 200 } == 1, "\(codes)")
            #expect(codes.allSatisfy { [200, 409, 412].contains($0) }, "\(codes)")
            let late = try await apply("C", "If-Match: \(tag)")
            #expect(late.status == 412 && late.json["version"] != nil, "\(late.text)")
            let none = try await server.token("nobody")
            let refused = try await server.call(
                "PUT", "/v1/platform", token: none, body: "x", headers: ["If-Match: \"1\""])
            #expect(refused.status == 403 && refused.json["version"] == nil)
        }
    }

    @Test func aServiceThatExistsIsNotMadeWhereNoneMayBe() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            let dev = try await server.token("dev")
            let body = "{\"service\":\"yidian/hello\"}"
            for wanted in [201, 412] {
                let made = try await server.call(
                    "POST", "/v1/services", token: dev, body: body, headers: ["If-None-Match: *"])
                #expect(made.status == wanted, "\(made.text)")
            }
        }
    }
}
