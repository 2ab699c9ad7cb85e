import Access
import GantryBase
import Model
import Testing
import Wire

@testable import API

@Suite struct SignalQueryTests {
    static let article = Signals.source("yidian/article")
    static let doctor = Signals.source("yisheng/doctor")

    @Test func logsAreFoundByPlaceTimeAndText() async throws {
        try await TestServer.with { server in
            let now = server.clock.now
            try await server.log(
                [
                    Signals.log("connection reset", at: now - .seconds(10), .error),
                    Signals.log("all is well", at: now - .seconds(5)),
                    Signals.log("long ago", at: now - .minutes(60)),
                ], from: Self.article)
            try await server.log(
                [Signals.log("reset too", at: now)], from: Signals.source("yidian/portal"))
            let admin = try await server.admin()
            func found(_ query: String) async throws -> [String] {
                let reply = try await server.call("GET", "/v1/logs?" + query, token: admin)
                #expect(reply.status == 200, "\(reply.text)")
                return reply.messages
            }
            #expect(try await found("") == ["reset too", "all is well", "connection reset"])
            #expect(try await found("service=yidian/article&query=reset") == ["connection reset"])
            #expect(try await found("query=level:error") == ["connection reset"])
            #expect(try await found("last=2h&query=ago") == ["long ago"])
            #expect(try await found("from=90m&to=30m") == ["long ago"])
            #expect(try await found("environment=testing").isEmpty)
            #expect(try await found("region=nanjing&instance=i1&limit=1") == ["reset too"])
            #expect(try await found("release=yidian/article/1").count == 2)
            #expect(try await found("business=yisheng").isEmpty)
            let histogram = try await server.call(
                "GET", "/v1/logs/histogram?buckets=4&last=20s&to=0s", token: admin)
            let counts = (histogram.json["buckets"]?.arrayValue ?? []).map { bucket in
                (bucket["counts"]?.objectValue ?? []).reduce(0) { $0 + ($1.value.integerValue ?? 0) }
            }
            #expect(counts.count == 4 && counts.reduce(0, +) == 2, "\(histogram.text)")
        }
    }

    @Test func pagesJoinWithoutAGapAndAnEmptyAnswerSaysWhatIsNewest() async throws {
        try await TestServer.with { server in
            let now = server.clock.now
            let records = (0..<25).map { Signals.log("line \($0)", at: now - .seconds(Int64(25 - $0))) }
            try await server.log(records, from: Self.article)
            let admin = try await server.admin()
            var (found, next): ([String], String?) = ([], nil)
            repeat {
                let after = next.map { "&after=\($0)" } ?? ""
                let page = try await server.call("GET", "/v1/logs?limit=10" + after, token: admin)
                found += page.messages
                next = page.json["next"]?.stringValue
            } while next != nil && found.count < 100
            #expect(found == (0..<25).reversed().map { "line \($0)" })
            let empty = try await server.call("GET", "/v1/logs?query=nothing", token: admin)
            #expect(empty.json["newest"]?.stringValue == (now - .seconds(1)).description, "\(empty.text)")
        }
    }

    @Test(arguments: [
        ("/v1/logs?query=level:(", "^"), ("/v1/logs?query=a%20AND", "^"),
        ("/v1/spans?query=duration:~%22x(%22", "^"), ("/v1/logs/histogram?query=~%22(%22", "^"),
        ("/v1/logs?last=soon", "duration"), ("/v1/logs?from=1h&to=2h", "before"),
        ("/v1/logs?last=1h&from=1h", "two things"), ("/v1/logs?service=x", "BUSINESS/SERVICE"),
        ("/v1/logs?after=x", "next"), ("/v1/logs?limit=0", "limit=0"), ("/v1/logs?colour=red", "colour"),
        ("/v1/calls?by=weather", "weather"), ("/v1/calls?sort=colour", "volume"),
        ("/v1/calls?side=left", "client or server"), ("/v1/calls?step=1ms", "step"),
        ("/v1/traces/xyz", "32 hexadecimal"), ("/v1/logs/tail?query=a:(", "^"),
    ])
    func mistakesArePointedAt(target: String, words: String) async throws {
        try await TestServer.with { server in
            let reply = try await server.call("GET", target, token: try await server.admin())
            #expect(reply.status == 422 && reply.text.contains(words), "\(reply.text)")
        }
    }

    @Test func callsAreAddedUpFilteredAndSorted() async throws {
        try await TestServer.with { server in
            let now = server.clock.now
            func span(_ id: UInt64, _ route: String, _ milliseconds: Int64, status: Int64) -> SpanRecord {
                Signals.span(
                    id, .server, "GET \(route)", at: now - .seconds(2), milliseconds: milliseconds,
                    attributes: [
                        "http.request.method": "GET", "http.route": .string(route),
                        "http.response.status_code": .int(status),
                    ])
            }
            let spans = [
                span(1, "/a", 10, status: 200), span(2, "/a", 30, status: 200),
                span(3, "/a", 20, status: 500),
                span(4, "/b", 900, status: 200),
            ]
            #expect(try await server.trace(spans, from: Self.article, holder: .service).status == 200)
            let admin = try await server.admin()
            func rows(_ query: String) async throws -> [JSONValue] {
                try await server.call("GET", "/v1/calls?" + query, token: admin).items
            }
            let all = try await rows("")
            #expect(all.map { $0["key"]?["interface"]?.stringValue } == ["GET /a", "GET /b"], "\(all)")
            #expect(all.first?["total"] == 3 && all.first?["exception"] == 1, "\(all)")
            #expect(try await rows("sort=p99").first?["key"]?["interface"] == "GET /b")
            #expect(try await rows("interface=GET%20/b&side=server").count == 1)
            #expect(try await rows("side=client").isEmpty)
            let codes = try await rows("by=code,region")
            #expect(codes.count == 2 && codes.first?["key"]?["region"] == "nanjing", "\(codes)")
            #expect(try await rows("by=callee&step=1s").allSatisfy { $0["start"] != nil })
            let cut = try await server.call("GET", "/v1/calls?limit=1", token: admin)
            #expect(cut.items.count == 1 && cut.json["omitted"] == 1, "\(cut.text)")
        }
    }

    @Test func aViewerSeesNothingOfAnotherBusiness() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            let now = server.clock.now
            try await server.log([Signals.log("ours", at: now)], from: Self.article)
            try await server.log([Signals.log("theirs", at: now)], from: Self.doctor)
            try await server.trace(
                [
                    Signals.span(1, .server, "GET /articles", at: now, milliseconds: 100),
                    Signals.span(2, parent: 1, .client, "GET", at: now + .milliseconds(10), milliseconds: 80),
                ], from: Self.article, holder: .service)
            try await server.trace(
                [
                    Signals.span(
                        3, parent: 2, .server, "GET /secret", at: now + .milliseconds(20), milliseconds: 60)
                ], from: Self.doctor, holder: .service)
            try await server.trace(
                [
                    Signals.span(
                        4, parent: 3, .server, "GET /back", at: now + .milliseconds(30), milliseconds: 20)
                ], from: Signals.source("yidian/portal"), holder: .service)
            let vic = try await server.token("vic", [.read])
            #expect(try await server.call("GET", "/v1/logs", token: vic).messages == ["ours"])
            for path in ["/v1/logs", "/v1/logs/histogram", "/v1/logs/tail", "/v1/calls", "/v1/spans"] {
                for place in ["business=yisheng", "service=yisheng/doctor"] {
                    let reply = try await server.call("GET", "\(path)?\(place)", token: vic)
                    #expect(reply.status == 403, "\(path) \(reply.status)")
                }
            }
            let spans = try await server.call("GET", "/v1/spans", token: vic)
            #expect(spans.items.count == 3 && !spans.text.contains("secret"), "\(spans.text)")
            let calls = try await server.call("GET", "/v1/calls?by=callee,instance", token: vic)
            #expect(!calls.text.contains("yisheng/doctor\",\"instance"), "\(calls.text)")
            let id = TraceID(high: 7, low: 7)
            let tree = try await server.call("GET", "/v1/traces/\(id)", token: vic)
            let nodes = tree.json["nodes"]?.arrayValue ?? []
            #expect(
                nodes.map { $0["kind"]?.stringValue } == ["span", "span", "hidden", "span"], "\(tree.text)")
            #expect(nodes.map { $0["depth"]?.integerValue } == [0, 1, 2, 3])
            #expect(tree.json["isPartlyHidden"] == true && tree.json["missing"] == 0)
            #expect(!tree.text.contains("secret") && !tree.text.contains("doctor"), "\(tree.text)")
            let stranger = try await server.token("nobody", [.read])
            for path in ["/v1/logs", "/v1/calls", "/v1/spans", "/v1/traces/\(id)", "/v1/logs/tail"] {
                #expect(try await server.call("GET", path, token: stranger).status == 403, "\(path)")
            }
            let other = try await server.token("doc", [.read])
            #expect(
                try await server.call("GET", "/v1/traces/\(TraceID(high: 9, low: 9))", token: other).status
                    == 404)
            let theirs = try await server.call("GET", "/v1/traces/\(id)", token: other)
            #expect(theirs.json["nodes"]?.arrayValue?.count == 2, "\(theirs.text)")
        }
    }
}
