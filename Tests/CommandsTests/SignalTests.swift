import Access
import Foundation
import GantryBase
import Model
import Testing
import Wire

@testable import Commands

extension CommandsTests {
    /// The verbs about signals against a real server, which is sent signals as agents send them.
    @Suite struct SignalTests {
        static let trace = TraceID(high: 0x4bf9_2f35, low: 7)

        static func source(_ service: String) -> SignalSource {
            let name = ServiceName(path: service) ?? Sample.hello
            return SignalSource(
                instance: InstanceName(WorkloadName(name, "production", "nanjing"), "i1"),
                release: ReleaseName(name, 1))
        }

        @Test func logsAreSearchedPrintedAndFollowed() async throws {
            try await RunningServer.with { server, _ in
                let (address, token) = await (server.address, server.token)
                let now = TimeSource.wall.now()
                let far = now - .minutes(300)
                func gantry(_ words: String...) async throws -> Shell.Outcome {
                    try await Shell.gantry(words, server: address, token: token)
                }
                let nothing = try await gantry("logs")
                #expect(nothing.status == 0 && nothing.output.isEmpty)
                #expect(nothing.complaint.contains("no logs in the last 15m; nothing"), "\(nothing.all)")
                let hostile = "tick \u{1B}[31mred\u{1B}]0;title\u{07}\nsecond line"
                try await server.send(
                    "/v1/logs",
                    OTLP.encode(
                        LogBatch(
                            [
                                LogRecord(time: far, body: "long ago"),
                                LogRecord(
                                    time: now - .seconds(9), severity: .error, body: .string(hostile),
                                    attributes: ["user": "a b", "n": 3], traceID: Self.trace),
                                LogRecord(time: now - .seconds(8), severity: .info, body: "all is well"),
                            ], from: SignalResource())), from: Self.source("yidian/hello"))
                let all = try await gantry("logs", "yidian/hello")
                let lines = all.output.split(separator: "\n").map(String.init)
                #expect(
                    lines.count == 3 && lines[0].contains("ERROR production/nanjing/i1 tick"), "\(all.all)")
                #expect(!all.output.contains("\u{1B}") && all.output.contains("\\x1B[31mred"))
                #expect(lines[1].hasPrefix("    second line user=\"a b\" n=3 trace="), "\(lines[1])")
                #expect(try await gantry("logs", "level:info").output.contains("all is well"))
                #expect(try await gantry("logs", "yidian", "well").output.contains("all is well"))
                let json = try await gantry(
                    "logs", "yidian/hello/production/nanjing/i1", "-o", "json", "-n", "1")
                #expect(try JSON.parse(json.output)["message"] == "all is well", "\(json.all)")
                let empty = try await gantry("logs", "yidian/hello", "nonsense")
                #expect(
                    empty.complaint.contains("nothing matches of yidian/hello in the last 15m; the newest"))
                let old = try await gantry("logs", "ago", "--last", "6h")
                #expect(old.output.contains("long ago"), "\(old.all)")
                let wrong = try await gantry("logs", "yidian/hello", "level:(")
                #expect(wrong.status == 65 && wrong.complaint.contains("^"), "\(wrong.all)")
                #expect(try await gantry("logs", "Not A Name", "x").status == 64)
                #expect(try await gantry("logs", "--last", "1h", "--from", "2h").status == 64)
                #expect(try await gantry("logs", "a/b/production", "-e", "testing").status == 64)
            }
        }

        @Test func aFollowerSurvivesAServerThatIsStartedAgain() async throws {
            try await RunningServer.with { server, _ in
                let (address, token) = await (server.address, server.token)
                async let followed = Shell.run(
                    ["timeout", "25", Shell.program, "logs", "-f", "-n", "0", "yidian/hello"],
                    environment: Shell.environment.merging(
                        ["GANTRY_SERVER": address, "GANTRY_TOKEN": token, "HOME": "/nonexistent"]) { $1 })
                try await Task.sleep(for: .seconds(3))
                try await server.write(lines: 0..<50)
                await server.kill()
                try await server.start()
                try await server.write(lines: 50..<3000)
                let output = try await followed.output
                let found = output.split(separator: "\n").compactMap { $0.split(separator: " ").last }
                let wanted = (0..<3000).map { "line\($0)" }
                let isSame = found.map(String.init) == wanted
                #expect(isSame, "\(found.count) lines: \(output.suffix(300))")
            }
        }

        @Test func callsTracesAndTopAreShown() async throws {
            try await RunningServer.with { server, _ in
                let (address, token) = await (server.address, server.token)
                let start = TimeSource.wall.now() - .seconds(20)
                func gantry(_ words: String...) async throws -> Shell.Outcome {
                    try await Shell.gantry(words, server: address, token: token)
                }
                #expect(try await gantry("calls").complaint.contains("no calls in the last 15m"))
                #expect(try await gantry("top").output.contains("no service was called"))
                func span(
                    _ id: UInt64, _ parent: UInt64?, _ kind: SpanRecord.Kind, _ from: Int64, _ to: Int64
                ) -> SpanRecord {
                    var span = SpanRecord(
                        traceID: Self.trace, spanID: SpanID(id), parentSpanID: parent.map { SpanID($0) },
                        name: "GET /articles/{id}", kind: kind, start: start + .milliseconds(from),
                        end: start + .milliseconds(to))
                    span.attributes = [
                        "http.request.method": "GET", "http.route": "/articles/{id}",
                        "url.template": "/articles/{id}",
                        "http.response.status_code": .int(kind == .client ? 500 : 200),
                        "service.peer.name": "yidian/author",
                    ]
                    return span
                }
                try await server.send(
                    "/v1/traces",
                    OTLP.encode(
                        TraceBatch(
                            [span(1, nil, .server, 0, 800), span(2, 1, .client, 100, 700)],
                            from: SignalResource())), from: Self.source("yidian/hello"), holder: .service)
                try await server.send(
                    "/v1/traces",
                    OTLP.encode(TraceBatch([span(4, 3, .internal, 300, 400)], from: SignalResource())),
                    from: Self.source("yidian/author"), holder: .service)
                let calls = try await gantry("calls", "yidian/hello", "--sort", "p99")
                let rows = calls.output.split(separator: "\n")
                #expect(rows.count == 3 && rows[0].hasPrefix("CALLER"), "\(calls.all)")
                #expect(calls.output.contains("100%") && calls.output.contains("client"), "\(calls.all)")
                let narrow = try await Shell.run(
                    [Shell.program, "calls"],
                    environment: Shell.environment.merging(
                        [
                            "GANTRY_SERVER": address, "GANTRY_TOKEN": token, "COLUMNS": "80",
                            "HOME": "/nonexistent",
                        ]) { $1 })
                #expect(narrow.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(narrow.all)")
                #expect(try await gantry("calls", "--by", "weather").complaint.contains("interface"))
                let tree = try await gantry("trace", "\(Self.trace)")
                #expect(tree.output.contains("3 spans of 2 services, 1 missing"), "\(tree.all)")
                #expect(
                    tree.output.contains("└ GET /articles") && tree.output.contains("missing 000000000000"))
                #expect(tree.output.contains("█") && tree.output.contains("800ms"), "\(tree.all)")
                let found = try await gantry("traces", "duration:>500ms", "--sort", "duration")
                #expect(found.output.contains("\(Self.trace)"), "\(found.all)")
                let top = try await gantry("top")
                #expect(top.output.contains("yidian/hello") && top.output.contains("Worst"), "\(top.all)")
                #expect(top.output.contains("its callers"), "\(top.all)")
                #expect(try await gantry("trace", "xyz").status == 64)
                #expect(try await gantry("trace", "\(TraceID(high: 1, low: 1))").status == 66)
            }
        }
    }
}

extension RunningServer {
    /// Sends signals as an instance of this installation does.
    func send(
        _ path: String, _ body: [UInt8], from source: SignalSource, holder: WorkloadTokens.Holder = .agent
    ) async throws {
        let tokens = WorkloadTokens(
            key: try SecretKey.load(path: data + "/state/secrets.key", mayCreate: false))
        let client = APIClient(server: address, token: tokens.token(for: source, holder: holder))
        try await client.send("POST", path, body: body, type: "application/x-protobuf")
    }

    func write(lines: Range<Int>) async throws {
        for start in stride(from: lines.lowerBound, to: lines.upperBound, by: 500) {
            let records = (start..<min(start + 500, lines.upperBound)).map {
                LogRecord(time: TimeSource.wall.now(), body: .string("line\($0)"))
            }
            try await send(
                "/v1/logs", OTLP.encode(LogBatch(records, from: SignalResource())),
                from: CommandsTests.SignalTests.source("yidian/hello"))
        }
    }
}
