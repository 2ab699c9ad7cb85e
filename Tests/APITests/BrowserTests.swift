import Access
import Foundation
import GantryBase
import Model
import Telemetry
import Testing
import Wire

@testable import API

/// The console in a real browser: `Tests/BrowserTests/check_console.py` says what is done there.
@Suite struct BrowserTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "BrowserTests")
    static let trace = TraceID(high: 7, low: 7)

    @Test func theConsoleWorksInABrowser() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            try await Self.fill(server)
            let short = try await server.tokens.issue(user: "vic", scopes: [.read], by: "test")
            let given: JSONValue = [
                "address": .string("http://127.0.0.1:\(server.port)"),
                "admin": .string(try await server.admin()),
                "short": ["id": .string(short.id), "text": .string(short.text)],
                "trace": "/traces/\(Self.trace)",
            ]
            let output = try await withThrowingTaskGroup(of: String?.self) { group in
                group.addTask {
                    try await Self.tick(server)
                    return nil
                }
                group.addTask { try await Self.run("check_console.py", given) }
                defer { group.cancelAll() }
                while let result = try await group.next() { if let result { return result } }
                return "nothing ran"
            }
            #expect(output.isEmpty, "\(output)")
        }
    }

    /// Lines go on being written while the browser looks.
    private static func tick(_ server: TestServer) async throws {
        let article = Signals.source("yidian/article")
        for number in 1... {
            let line = Signals.log("tick \(number)", at: server.clock.now - .milliseconds(1))
            _ = try await server.signals.append(TelemetryBatch(logs: [SourcedRecords(article, [line])]))
            do { try await Task.sleep(for: .milliseconds(150)) } catch { return }
        }
    }

    /// - Returns: what was found wrong; empty when nothing was.
    private static func run(_ script: String, _ given: JSONValue) async throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [folder.appending(path: script).path]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        return try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { ended in
                let said = output.fileHandleForReading.readDataToEndOfFile()
                let text = String(decoding: said, as: UTF8.self)
                continuation.resume(
                    returning: ended.terminationStatus == 0
                        ? "" : text.isEmpty ? "status \(ended.terminationStatus)" : text)
            }
            do {
                try process.run()
                try input.fileHandleForWriting.write(contentsOf: Data(JSON.write(given)))
                try input.fileHandleForWriting.close()
            } catch { continuation.resume(throwing: error) }
        }
    }

    /// A quarter of an hour of a small company.
    private static func fill(_ server: TestServer) async throws {
        let now = server.clock.now
        let (article, doctor) = (Signals.source("yidian/article"), Signals.source("yisheng/doctor"))
        var lines: [LogRecord] = []
        for index in 0..<90 {
            let time = now - .milliseconds(Int64(index * 9000 + 2000))
            switch index % 9 {
            case 0:
                lines.append(
                    Signals.log(
                        "timeout calling yisheng/doctor", at: time, .error,
                        attributes: ["status": 504, "peer": "yisheng/doctor"],
                        trace: trace))
            case 1:
                lines.append(
                    Signals.log(
                        "hostile <img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>\u{1B}[31m\u{202E}",
                        at: time,
                        attributes: ["\"><img src=x onerror=window.hacked=1>": "<svg onload=window.hacked=1>"]
                    ))
            default:
                lines.append(
                    Signals.log(
                        "cache hit \(index)", at: time, attributes: ["key": .string("author:\(index)")]))
            }
        }
        let start = now - .seconds(90)
        let spans = [
            Signals.span(1, .server, "GET /articles/{id}", at: start, milliseconds: 284),
            Signals.span(
                2, parent: 1, .client, "GET doctor", at: start + .milliseconds(40), milliseconds: 220),
            Signals.span(
                5, parent: 4, .client, "SELECT comments", at: start + .milliseconds(60), milliseconds: 44),
        ]
        func window(_ side: CallSide) -> CallWindow {
            var counts = CallCounts(count: 900, exemplar: trace, slowest: 0.284)
            counts.durations.record(0.02, times: 900)
            let key = CallKey(
                side: side, caller: "yidian/article", callee: "yisheng/doctor", interface: "GET /doctors",
                code: "200",
                outcome: .success)
            return CallWindow(
                counter: side.rawValue, epoch: 1, sequence: 1, second: now.seconds - 60,
                calls: [.init(key, counts)])
        }
        _ = try await server.signals.append(
            TelemetryBatch(
                logs: [SourcedRecords(article, lines)],
                spans: [
                    SourcedRecords(article, spans),
                    SourcedRecords(
                        doctor,
                        [
                            Signals.span(
                                3, parent: 2, .server, "GET /doctors", at: start + .milliseconds(50),
                                milliseconds: 200)
                        ]),
                ],
                windows: [
                    SourcedRecords(article, [window(.client)]), SourcedRecords(doctor, [window(.server)]),
                ]))
    }
}
