import Access
import GantryBase
import Gateway
import Model
import Synchronization
import Telemetry
import Testing
import Wire

@testable import API

@Suite struct IngestTests {
    static let article = Signals.source("yidian/article")

    @Test(arguments: [
        ("/v1/traces", "traces"), ("/v1/traces", "sdk-traces"), ("/v1/logs", "logs"),
        ("/v1/metrics", "metrics"),
    ])
    func bodiesOfRealSendersAreTakenInBothEncodingsPackedOrNot(path: String, name: String) async throws {
        try await TestServer.with { server in
            for (file, type) in [
                ("pb", "application/x-protobuf"), ("json", "application/json; charset=utf-8"),
            ] {
                let body = try Signals.fixture("\(name).\(file)")
                let plain = try await server.send(path, body, from: Self.article, type: type)
                #expect(plain.status == 200, "\(plain.text) \(server.log.all.last ?? "")")
                #expect(plain.headers["content-type"] == String(type.prefix { $0 != ";" }))
                let packed = try await server.send(
                    path, Gzip.pack(body), from: Self.article, type: type,
                    headers: ["Content-Encoding: gzip"])
                #expect(packed.status == 200, "\(packed.text)")
            }
            let counts = try await server.signals.statistics()
            #expect(counts.logs + counts.spans + counts.points > 0, "\(counts)")
        }
    }

    @Test func whatCannotBeReadIsRefusedOnceAndForAll() async throws {
        try await TestServer.with { server in
            let whole = try Signals.fixture("traces.pb")
            for (body, type, headers, status) in [
                (Array(whole.dropLast(3)), "application/x-protobuf", [], 400),
                (Array("{".utf8), "application/json", [], 400),
                (Array(#"{"resourceSpans":3}"#.utf8), "application/json", [], 400),
                (whole, "text/plain", [], 415),
                (whole, "application/x-protobuf", ["Content-Encoding: zstd"], 415),
                (whole, "application/x-protobuf", ["Content-Encoding: gzip"], 400),
                (
                    Array(Gzip.pack(whole).dropLast(9)), "application/x-protobuf",
                    ["Content-Encoding: gzip"], 400
                ),
                // A bomb: 30 MiB of nothing in 30 KiB.
                (
                    Gzip.pack([UInt8](repeating: 0, count: 30 << 20)), "application/x-protobuf",
                    ["Content-Encoding: gzip"], 413
                ),
            ] as [([UInt8], String, [String], Int)] {
                let reply = try await server.send(
                    "/v1/traces", body, from: Self.article, type: type, headers: headers)
                #expect(reply.status == status, "\(type) \(headers) \(reply.text)")
                if type == "application/json" {
                    #expect(reply.json["message"]?.stringValue?.isEmpty == false, "\(reply.text)")
                }
            }
            let untyped = try await server.post(
                "/v1/logs", whole,
                token: server.workloadTokens.token(for: Self.article, holder: .agent), type: nil)
            #expect(untyped.status == 415, "\(untyped.text)")
            #expect(try await server.signals.statistics().spans == 0)
        }
    }

    @Test func aBodyBeyondTheLimitIsRefusedBeforeItIsRead() async throws {
        try await TestServer.with { server in
            let client = try RawClient(port: server.port)
            let token = server.workloadTokens.token(for: Self.article, holder: .agent)
            try client.send(
                TestServer.head(
                    "POST", "/v1/logs", token, ["Content-Type: application/json"], length: 21 << 20))
            let sent = try await client.sendUntilAnswered(
                [UInt8](repeating: 32, count: 64 << 10), most: 21 << 20)
            let reply = try await client.reply()
            #expect(reply.status == 413, "\(reply.text)")
            #expect(sent < 10 << 20)
        }
    }

    @Test func spansWithoutIdsAreLeftOutAndTheSenderIsTold() async throws {
        try await TestServer.with { server in
            let now = server.clock.now
            var bad = Signals.span(2, .server, "b", at: now, milliseconds: 1)
            bad.spanID = SpanID(0)
            let good = Signals.span(1, .server, "a", at: now, milliseconds: 1)
            let reply = try await server.trace([good, bad], from: Self.article)
            let partial = try OTLP.decodeResponse(reply.body, for: .traces)
            #expect(reply.status == 200 && partial?.rejected == 1, "\(String(describing: partial))")
            #expect(try await server.signals.statistics().spans == 1)
        }
    }

    @Test func tokensOpenTheirOwnDoorsAlone() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            let body = try Signals.fixture("logs.pb")
            let admin = try await server.admin()
            let workload = server.workloadTokens.token(for: Self.article, holder: .agent)
            for path in ["/v1/traces", "/v1/logs", "/v1/metrics", "/v1/calls"] {
                for token in [nil, admin, "gantryw_forged.forged", String(workload.dropLast(4)) + "AAAA"] {
                    let reply = try await server.post(
                        path, body, token: token, type: "application/x-protobuf")
                    #expect(reply.status == 401, "\(path) \(reply.text)")
                    if token == admin { #expect(reply.detail.contains("person's token"), "\(reply.text)") }
                }
            }
            for path in ["/v1/platform", "/v1/logs", "/v1/whoami", "/git/yidian/a.git/info/refs"] {
                let reply = try await server.call("GET", path, token: workload)
                #expect(reply.status == 401, "\(path)")
            }
            let asPerson = try await server.call("GET", "/v1/whoami", token: workload)
            #expect(asPerson.detail.contains("opens nothing but"), "\(asPerson.text)")
            let audit = try await server.call("GET", "/v1/audit?limit=1000", token: admin)
            let refused = audit.items.filter { $0["action"]?.stringValue == "token.use" }
            #expect(refused.count >= 10, "\(refused.count)")
            #expect(!audit.text.contains(workload.prefix(30)))
        }
    }

    @Test func aFloodOfForgedTokensDoesNotFillTheAuditLog() async throws {
        try await TestServer.with { server in
            for _ in 0..<AccessGate.refusedTokensPerMinute + 20 {
                let reply = try await server.post(
                    "/v1/logs", [], token: "gantryw_x.y", type: "application/x-protobuf")
                #expect(reply.status == 401)
            }
            let audit = try await server.call(
                "GET", "/v1/audit?limit=1000", token: try await server.admin())
            let refused = audit.items.filter { $0["action"]?.stringValue == "token.use" }
            #expect(refused.count == AccessGate.refusedTokensPerMinute)
        }
    }

    @Test func whatSendersClaimToBeIsNotAsked() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            let now = server.clock.now
            let resource = SignalResource([
                "service.name": "doctor", "service.namespace": "yisheng", "deployment.environment.name": "x",
                "team": "blue",
            ])
            var record = Signals.log("hello", at: now, attributes: ["service": "yisheng/doctor"])
            record.attributes["business"] = "yisheng"
            let body = OTLP.encode(LogBatch([record], from: resource))
            #expect(try await server.send("/v1/logs", body, from: Self.article).status == 200)
            let window = CallWindow(
                counter: "agent/yisheng/doctor/production/nanjing/i1", epoch: 1, sequence: 1,
                second: now.seconds,
                calls: [
                    .init(
                        CallKey(
                            side: .server, caller: "x/y", callee: "yisheng/doctor", interface: "GET /",
                            code: "200", outcome: .success), CallCounts(count: 3))
                ])
            let sent = try await server.send(
                "/v1/calls", JSON.encode([window]), from: Self.article, type: "application/json")
            #expect(sent.status == 200 && sent.text == "{}", "\(sent.text)")
            let vic = try await server.token("vic", [.read])
            let found = try await server.call("GET", "/v1/logs?query=business:yidian", token: vic)
            #expect(found.items.first?["service"] == "yidian/article", "\(found.text)")
            #expect(found.items.first?["attributes"]?["team"] == "blue", "\(found.text)")
            #expect(found.items.first?["attributes"]?["service.name"] == nil)
            let doctor = try await server.token("doc", [.read])
            #expect(try await server.call("GET", "/v1/logs", token: doctor).items.isEmpty)
            let calls = try await server.call("GET", "/v1/calls", token: vic)
            #expect(calls.items.first?["key"]?["callee"] == "yidian/article", "\(calls.text)")
            // The windows of the service that was named are not taken for repeats of the forged one.
            let real = try await server.send(
                "/v1/calls", JSON.encode([window]), from: Signals.source("yisheng/doctor"),
                type: "application/json")
            #expect(real.status == 200)
            let seen = try await server.call("GET", "/v1/calls", token: doctor)
            #expect(seen.items.first?["total"] == 3, "\(seen.text)")
        }
    }

    @Test func callsAreCountedOnceHoweverOftenTheyAreSentAndByAgentsAlone() async throws {
        try await TestServer.with { server in
            let window = CallWindow(
                counter: "c", epoch: 1, sequence: 1, second: server.clock.now.seconds,
                calls: [
                    .init(
                        CallKey(
                            side: .client, caller: "", callee: "yisheng/doctor", interface: "GET /",
                            code: "500", outcome: .exception), CallCounts(count: 5))
                ])
            let body = try JSON.encode([window])
            for _ in 0..<3 {
                let reply = try await server.send(
                    "/v1/calls", body, from: Self.article, type: "application/json")
                #expect(reply.status == 200)
            }
            let service = try await server.send(
                "/v1/calls", body, from: Self.article, holder: .service, type: "application/json")
            #expect(service.status == 403, "\(service.text)")
            for bad in ["{}", "[{}]", "["] {
                let reply = try await server.send(
                    "/v1/calls", Array(bad.utf8), from: Self.article, type: "application/json")
                #expect(reply.status == 400, "\(reply.text)")
            }
            let calls = try await server.call("GET", "/v1/calls", token: try await server.admin())
            #expect(calls.items.count == 1 && calls.items.first?["exception"] == 5, "\(calls.text)")
        }
    }

    @Test func spansWithoutAnAgentAreCountedAndMaskedHere() async throws {
        try await TestServer.with { server in
            let span = Signals.span(
                1, .server, "GET /users/13812345678", at: server.clock.now, milliseconds: 20)
            #expect(try await server.trace([span], from: Self.article, holder: .service).status == 200)
            let admin = try await server.admin()
            let calls = try await server.call("GET", "/v1/calls", token: admin)
            #expect(calls.items.first?["total"] == 1, "\(calls.text)")
            let spans = try await server.call("GET", "/v1/spans", token: admin)
            #expect(spans.items.count == 1 && !spans.text.contains("13812345678"), "\(spans.text)")
        }
    }

    @Test func aServiceThatFloodsIsToldWhenToComeAgainAndOthersGoOn() async throws {
        var limits = GatewayLimits()
        (limits.serviceBytesPerSecond, limits.serviceBurst) = (1000, 20_000)
        try await TestServer.with(gatewayLimits: limits) { server in
            let text = String(repeating: "x", count: 15_000)
            let records = [Signals.log(text, at: server.clock.now)]
            #expect(try await server.log(records, from: Self.article).status == 200)
            let refused = try await server.log(records, from: Self.article)
            #expect(refused.status == 429, "\(refused.text)")
            let wait = try #require(refused.headers["retry-after"].flatMap { Int($0) })
            #expect((5...15).contains(wait), "\(wait)")
            #expect(try await server.log(records, from: Signals.source("yisheng/doctor")).status == 200)
        }
    }

    @Test func aFullDiskIsAnsweredWith503AndTheRestGoesOn() async throws {
        try await TestServer.with { server in
            let record = Signals.log("kept", at: server.clock.now)
            #expect(try await server.log([record], from: Self.article).status == 200)
            server.signals.isFull.withLock { $0 = true }
            let refused = try await server.log(
                [Signals.log("not kept", at: server.clock.now)], from: Self.article)
            #expect(refused.status == 503 && refused.headers["retry-after"] == "1", "\(refused.text)")
            let admin = try await server.admin()
            #expect(try await server.call("GET", "/v1/whoami", token: admin).status == 200)
            #expect(try await server.call("GET", "/v1/logs", token: admin).messages == ["kept"])
            server.signals.isFull.withLock { $0 = false }
            #expect(try await server.log([record], from: Self.article).status == 200)
        }
    }

    @Test func allBodiesTogetherStayWithinTheirMemory() async throws {
        var limits = APILimits()
        (limits.ingestBytes, limits.ingestBytesOfService) = (400_000, 250_000)
        try await TestServer.with(limits: limits) { server in
            // Each is held until the store has it, which takes a while.
            server.signals.delay.withLock { $0 = .milliseconds(300) }
            let records = [Signals.log(String(repeating: "x", count: 30_000), at: server.clock.now)]
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<6 {
                    group.addTask {
                        let source = Signals.source(number < 3 ? "yidian/article" : "yisheng/doctor")
                        return try await server.log(records, from: source).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.contains(200) && statuses.contains { $0 == 503 || $0 == 429 }, "\(statuses)")
            server.signals.delay.withLock { $0 = .zero }
            #expect(try await server.log(records, from: Self.article).status == 200)
        }
    }
}
