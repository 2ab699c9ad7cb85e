import Access
import Foundation
import GantryBase
import Model
import Supervision
import Testing
import Wire

@testable import API

@Suite struct MetricsTests {
    /// As the parser of Prometheus's own client reads them.
    private func read(_ text: [UInt8], in directory: String) async throws -> JSONValue {
        let file = directory + "/metrics.txt"
        try Data(text).write(to: URL(filePath: file))
        let script = URL(filePath: #filePath).deletingLastPathComponent().path + "/check_metrics.py"
        let check = try await CommandRun(
            ["python3", script, file], directory: "/",
            environment: ProcessInfo.processInfo.environment.filter { ["PATH", "HOME"].contains($0.key) },
            timeLimit: .minutes(2)
        ).run()
        #expect(check.exit.succeeded, "\(check.complaint)")
        return try JSON.parse(check.bytes)
    }

    private func value(_ name: String, _ labels: JSONValue, _ read: JSONValue) -> Double? {
        for sample in read["samples"]?.arrayValue ?? [] where sample[0]?.stringValue == name {
            let found = labels.objectValue?.allSatisfy { sample[1]?[$0.name] == $0.value } ?? true
            if found { return sample[2]?.numberValue }
        }
        return nil
    }

    @Test func requestsAreCountedByRouteAndReadByARealParser() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            let reader = try await server.token("vic", [.read])
            for _ in 0..<3 { _ = try await server.call("GET", "/v1/runs/yidian/a/1", token: reader) }
            for path in ["/nothing/1", "/nothing/2"] { _ = try await server.call("GET", path, token: reader) }
            _ = try await server.call("PROPFIND", "/v1/runs", token: reader)
            let none: JSONValue = ["route": "none", "method": "GET", "status": "4xx"]
            var metrics: JSONValue = .null
            // A request is counted when the last byte of its answer has been written.
            for _ in 0..<100
            where value("gantry_http_requests_total", none, metrics) != 2 {
                let reply = try await server.call("GET", "/metrics", token: reader)
                #expect(reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
                metrics = try await read(reply.body, in: server.directory)
                try await Task.sleep(for: .milliseconds(20))
            }
            let run: JSONValue = [
                "route": "/v1/runs/{business}/{service}/{number}", "method": "GET", "status": "4xx",
            ]
            #expect(value("gantry_http_requests_total", run, metrics) == 3)
            #expect(value("gantry_http_request_seconds_count", run, metrics) == 3)
            #expect(value("gantry_http_requests_total", none, metrics) == 2)
            #expect(value("gantry_http_requests_total", ["method": "other"], metrics) == 1)
            #expect((value("process_resident_memory_bytes", .object([]), metrics) ?? 0) > 1_048_576)
            #expect((value("process_open_fds", .object([]), metrics) ?? 0) > 3)
            let start = value("process_start_time_seconds", .object([]), metrics) ?? 0
            #expect(abs(Date().timeIntervalSince1970 - start) < 24 * 3600, "\(start)")
            #expect((value("process_cpu_seconds_total", .object([]), metrics) ?? 0) > 0)
            #expect(value("gantry_streams_open", ["kind": "watch"], metrics) == 0)
            #expect(metrics["families"]?["gantry_http_request_seconds"] == "histogram")
        }
    }

    @Test func numbersAreForThoseWhoMayRead() async throws {
        try await TestServer.with { server in
            #expect(try await server.call("GET", "/metrics").status == 401)
            let push = try await server.token("vic", [.push])
            #expect(try await server.call("GET", "/metrics", token: push).status == 403)
            #expect(try await server.call("GET", "/metrics", token: try await server.admin()).status == 200)
        }
    }

    @Test func whatANameOrAHelpHoldsBreaksNoLine() async throws {
        try await TestServer.with { server in
            let metrics = Metrics()
            metrics.add("odd", .gauge, "Two\nlines and a \\") {
                [.init(.infinity, [("a", "quote \" line\nback \\")]), .init(0.25, [("a", "b")])]
            }
            metrics.add("odd", .gauge, "Again") { [.init(-3, [("a", "c")])] }
            metrics.number("absent", .gauge, "Nothing") { nil }
            let read = try await read(Array(await metrics.text().utf8), in: server.directory)
            #expect(value("odd", ["a": "b"], read) == 0.25 && value("odd", ["a": "c"], read) == -3)
            #expect(read["samples"]?[0]?[1]?["a"]?.stringValue == "quote \" line\nback \\")
        }
    }
}
