import API
import Access
import GantryBase
import Model
import Running
import State
import StateSQLite
import Testing
import Wire

@Suite struct StreamTests {
    @Test func aWatchShowsChangesInTheirOrder() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            let viewer = try await server.token("vic")
            let version = try await server.store.currentVersion()
            let client = try RawClient(port: server.port)
            let head = TestServer.head("GET", "/v1/watch?kinds=workloads&after=\(version)", viewer)
            try client.send(head)
            _ = try await client.read(until: "\r\n\r\n1\r\n\n")
            try await server.workload("yisheng/hidden/production/guangzhou")
            try await server.workload("yidian/a/production/guangzhou")
            let first = String(decoding: try await client.read(until: "}\n"), as: UTF8.self)
            #expect(first.contains("\"created\"") && first.contains("yidian/a/") && !first.contains("hidden"))
            for number in 1...5 {
                try await server.store.mutate(StoredWorkload.self, "yidian/a/production/guangzhou") {
                    $0.spec.replicas = number + 10
                }
                let line = String(decoding: try await client.read(until: "}\n"), as: UTF8.self)
                #expect(line.contains("\"updated\"") && line.contains("\"replicas\":\(number + 10)"))
            }
            let stored = try await server.store.require(
                StoredWorkload.self, "yidian/a/production/guangzhou")
            try await server.store.remove(stored)
            _ = try await client.read(until: "\"removed\"")
            for query in ["kinds=nothing", "kinds=instances", "after=x", "kinds=secret", "kinds=token"] {
                #expect(try await server.call("GET", "/v1/watch?\(query)", token: viewer).status == 422)
            }
        }
    }

    @Test func aWatchEndsWithItsClient() async throws {
        try await TestServer.with { server in
            let admin = try await server.admin()
            do {
                let client = try RawClient(port: server.port)
                try client.send(TestServer.head("GET", "/v1/watch", admin))
                _ = try await client.read(until: "\r\n\r\n1\r\n\n")
                #expect(!server.log.all.contains { $0.contains("/v1/watch") })
            }
            // The line of the log is written when the stream has ended on the server's side.
            for _ in 0..<1000 where !server.log.all.contains(where: { $0.contains("/v1/watch") }) {
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(server.log.all.contains { $0.contains("/v1/watch") })
        }
    }

    @Test func aStreamEndsSoonAfterItsTokenWasRevoked() async throws {
        var limits = APILimits()
        (limits.recheckPeriod, limits.heartbeatPeriod) = (.milliseconds(100), .milliseconds(50))
        try await TestServer.with(limits: limits) { server in
            try await server.applyPlatform()
            let made = try await server.tokens.issue(user: "vic", scopes: [.read], by: "test")
            let run = try await Self.makeRun(server)
            let watch = try RawClient(port: server.port)
            try watch.send(TestServer.head("GET", "/v1/watch", made.text))
            // Signs of life, although nothing changes.
            _ = try await watch.read(until: "1\r\n\n\r\n1\r\n\n\r\n1\r\n\n")
            let log = try RawClient(port: server.port)
            try log.send(TestServer.head("GET", "/v1/runs/\(run)/log?follow=true", made.text))
            _ = try await log.read(until: "(attempt 1) ==\n")
            try await server.tokens.revoke(made.id, by: "test")
            let rest = String(decoding: try await watch.read(), as: UTF8.self)
            #expect(rest.contains("\"type\":\"error\"") && rest.contains("unauthenticated"), "\(rest)")
            #expect(rest.hasSuffix("0\r\n\r\n"))
            // A log is torn: its end would say that this is all of it.
            let torn = String(decoding: try await log.read(), as: UTF8.self)
            #expect(!torn.hasSuffix("0\r\n\r\n"))
        }
    }

    @Test func aWatchEndsWithTheRoleOfItsAsker() async throws {
        var limits = APILimits()
        limits.recheckPeriod = .milliseconds(50)
        try await TestServer.with(limits: limits) { server in
            try await server.applyPlatform()
            let watch = try RawClient(port: server.port)
            try watch.send(TestServer.head("GET", "/v1/watch?kinds=workloads", try await server.token("vic")))
            _ = try await watch.read(until: "\r\n\r\n1\r\n\n")
            try await server.store.mutate(StoredPlatform.self, StoredPlatform.name) {
                $0.spec.businesses[0].members["vic"] = nil
            }
            let rest = String(decoding: try await watch.read(), as: UTF8.self)
            #expect(rest.contains("\"type\":\"error\""), "\(rest)")
        }
    }

    @Test func anIdleConnectionIsClosed() async throws {
        var limits = APILimits()
        limits.idlePeriod = .milliseconds(200)
        try await TestServer.with(limits: limits) { server in
            let client = try RawClient(port: server.port)
            try client.send("GET /livez HTTP/1.1\r\nHost: gantry\r\n\r\n")
            let answer = String(decoding: try await client.read(), as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 200"))
        }
    }

    private static func makeRun(_ server: TestServer) async throws -> RunName {
        let name = RunName(ServiceName("yidian", "a"), 1)
        let spec = RunSpec(
            name: name, commit: "c", branch: "main", author: "ana", subject: "s",
            stages: [
                StageTemplate(name: "verify", work: .steps([.checkout, .test])),
                StageTemplate(name: "package", work: .steps([.build])),
            ], createdAt: server.clock.now)
        var status = RunStatus()
        status.progress = .running
        status.stages = [
            StageStatus(
                name: "verify", progress: .running,
                steps: [
                    StepStatus(kind: .checkout, progress: .succeeded, attempt: 2),
                    StepStatus(kind: .test, progress: .running, attempt: 1),
                ]), StageStatus(name: "package", steps: [StepStatus(kind: .build)]),
        ]
        try await server.store.create(StoredRun.self, name.path, spec: spec, status: status)
        return name
    }

    @Test func aLogFollowsFromStepToStepUntilTheRunIsOver() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            let viewer = try await server.token("vic")
            let run = try await Self.makeRun(server)
            func id(_ stage: Int, _ step: Int, _ attempt: Int = 1) -> StepID {
                StepID(run: run, stage: stage, step: step, attempt: attempt)
            }
            server.executor.print("lost", id(0, 0, 1))
            server.executor.print("cloned\n", id(0, 0, 2))
            server.executor.end(id(0, 0, 2))
            server.executor.print("testing \u{1B}[31mred\n", id(0, 1))
            let so = try await server.call("GET", "/v1/runs/\(run)/log", token: viewer)
            let start =
                "== stage verify / step checkout (attempt 1) ==\nlost\n"
                + "== stage verify / step checkout (attempt 2) ==\ncloned\n"
                + "== stage verify / step test (attempt 1) ==\ntesting \u{1B}[31mred\n"
            #expect(so.text == start)
            #expect(so.headers["content-type"] == "text/plain; charset=utf-8")
            let client = try RawClient(port: server.port)
            try client.send(TestServer.head("GET", "/v1/runs/\(run)/log?follow=true", viewer))
            var seen = try await client.read(until: "red\n")
            server.executor.print("more\n", id(0, 1))
            seen += try await client.read(until: "more\n")
            server.executor.end(id(0, 1))
            server.executor.print("built\n", id(1, 0))
            server.executor.end(id(1, 0))
            try await server.store.mutate(StoredRun.self, run.path) {
                $0.status.stages[1].steps[0].attempt = 1
                $0.status.stages[1].steps[0].progress = .running
            }
            seen += try await client.read(until: "built\n")
            try await server.store.mutate(StoredRun.self, run.path) { $0.status.progress = .succeeded }
            seen += try await client.read()
            let whole = try #require(Reply(seen)).text
            #expect(whole == start + "more\n== stage package / step build (attempt 1) ==\nbuilt\n")
            let one = try await server.call("GET", "/v1/runs/\(run)/log?stage=1&step=0", token: viewer)
            #expect(one.text == "built\n")
            #expect(try await server.call("GET", "/v1/runs/\(run)/log?stage=2", token: viewer).status == 404)
            #expect(try await server.call("GET", "/v1/runs/\(run)/log?step=0", token: viewer).status == 422)
            let other = try await server.token("doc")
            #expect(try await server.call("GET", "/v1/runs/\(run)/log", token: other).status == 403)
        }
    }

    @Test func outputIsStreamedAsItIs() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            try await server.workload("yidian/a/production/guangzhou", instances: ["x"])
            let viewer = try await server.token("vic")
            let target = "/v1/instances/yidian/a/production/guangzhou/x/output"
            let reply = try await server.call("GET", target + "?lines=2", token: viewer)
            #expect(reply.text == "\u{1B}[31mline 0 of x\n\u{1B}[31mline 1 of x\n")
            let gone = try await server.call(
                "GET", "/v1/instances/yidian/a/production/guangzhou/y/output", token: viewer)
            #expect(gone.status == 404)
        }
    }
}
