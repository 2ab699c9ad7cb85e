import GantryBase
import HTTPTypes
import Model
import Testing
import Wire

@testable import API

@Suite struct ErrorTests {
    @Test func everyCodeHasItsStatus() {
        let table: [GantryError.Code: Int] = [
            .invalid: 422, .unauthenticated: 401, .forbidden: 403, .notFound: 404, .exists: 409,
            .conflict: 409, .limit: 429, .timeout: 504, .unavailable: 503, .unsupported: 501, .internal: 500,
        ]
        for code in GantryError.Code.allCases {
            #expect(Problem.status(of: code).code == table[code], "\(code)")
        }
    }

    @Test func aCauseStaysInside() {
        struct Leak: Error { var text = "disk /var/secret" }
        let problems = [
            Problem(GantryError(.unavailable, "no disk", cause: Leak())), Problem(Leak()),
        ]
        for problem in problems {
            #expect(!String(decoding: JSON.write(problem.document), as: UTF8.self).contains("/var/secret"))
            #expect(problem.cause?.contains("/var/secret") == true)
        }
    }

    @Test func whatIsNotThereIsSaidAsAProblem() async throws {
        try await TestServer.with { server in
            let admin = try await server.admin()
            for path in ["/v1", "/v1/nothing", "/v1/workloads/a", "/v2/runs", "/favicon.ico"] {
                let reply = try await server.call("GET", path, token: admin)
                #expect(reply.status == 404 && reply.title == "not-found", "\(path)")
                #expect(reply.headers["content-type"] == "application/problem+json")
                #expect(reply.headers["x-content-type-options"] == "nosniff")
                #expect(reply.headers["cache-control"] == "no-store")
            }
            let missing = try await server.call("GET", "/v1/runs/yidian/a/1", token: admin)
            #expect(missing.status == 404 && missing.detail.contains("run yidian/a/1"))
            let wrong = try await server.call("POST", "/v1/workloads", token: admin, body: "{}")
            #expect(wrong.status == 405 && wrong.headers["allow"] == "GET, HEAD")
            let brew = try await server.call("DELETE", "/v1/runs/a/b/1/log", token: admin)
            #expect(brew.status == 405)
        }
    }

    @Test func theMistakesOfAFileComeAllAtOnce() async throws {
        try await TestServer.with { server in
            let admin = try await server.admin()
            let text = "apiVersion: gantry/v1\nkind: Platform\nnmae: x\nbusinesses: 7\n"
            let reply = try await server.call("PUT", "/v1/platform", token: admin, body: text)
            #expect(reply.status == 422 && reply.title == "invalid", "\(reply.text)")
            let diagnostics = reply.json["diagnostics"]?.arrayValue ?? []
            #expect(diagnostics.count >= 2)
            #expect(diagnostics.allSatisfy { ($0["line"]?.integerValue ?? 0) > 0 })
            #expect(try await server.call("GET", "/v1/platform", token: admin).status == 404)
        }
    }

    @Test func aBodyThatIsNoneSaysWhere() async throws {
        try await TestServer.with { server in
            let admin = try await server.admin()
            let cases = [
                ("{\"service\":", "line 1"), ("{\"service\":\"no-slash\"}", "service"), ("[]", ""), ("", ""),
                ("{\"service\":\"a/b\",\"servcie\":1}", "servcie"), ("{}", "service"),
            ]
            for (body, word) in cases {
                let reply = try await server.call("POST", "/v1/services", token: admin, body: body)
                #expect(reply.status == 422 && reply.detail.contains(word), "\(body): \(reply.text)")
            }
            let invalid = try await server.call("GET", "/v1/runs?limit=0", token: admin)
            #expect(invalid.status == 422)
            for query in ["limit=1001", "order=size", "labl.x=1", "order=recent&after=x", "limit=-1"] {
                #expect(
                    try await server.call("GET", "/v1/runs?\(query)", token: admin).status == 422, "\(query)")
            }
        }
    }

    @Test(arguments: [
        "/v1/workloads/../../etc/passwd", "/v1/runs/a/%2e%2e/1", "/v1/runs/a%2Fb/c/1", "/v1/runs/a/b%00/1",
        "/v1/runs//b/1", "/v1/runs/a/b%zz/1", "/v1/runs/a/%ff/1", "/v1/runs/a/b\\c/1", "/v1/runs?prefix=%00",
        "/git/../x.git/info/refs", "/v1/runs/a/./1",
    ])
    func anAddressThatCouldMeanSomethingElseIsRefused(target: String) async throws {
        try await TestServer.with { server in
            let reply = try await server.call("GET", target, token: try await server.admin())
            #expect(reply.status == 422, "\(reply.text)")
        }
    }

    @Test func aHeadIsAnsweredAsAGetWithoutItsBody() async throws {
        try await TestServer.with { server in
            let admin = try await server.admin()
            let get = try await server.call("GET", "/v1/runs", token: admin)
            let head = try await server.call("HEAD", "/v1/runs", token: admin)
            #expect(head.status == 200 && head.body.isEmpty)
            #expect(head.headers["content-length"] == "\(get.body.count)")
            let watch = try await server.call("HEAD", "/v1/watch", token: admin)
            #expect(watch.status == 200 && watch.body.isEmpty)
        }
    }
}
