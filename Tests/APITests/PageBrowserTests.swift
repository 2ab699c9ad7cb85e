import Access
import Foundation
import GantryBase
import Model
import Running
import State
import StateSQLite
import Testing
import Wire

@testable import API

/// A real browser over the pages of objects: what a test of texts cannot see.
@Suite struct PageBrowserTests {
    private static let script = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .appending(path: "BrowserTests/check_pages.py").path

    @Test func aGateIsDecidedAndALogFollowedInABrowser() async throws {
        try await TestServer.with { server in
            try await PageFixture.fill(server)
            try await PageFixture.addRun(server, 3, .running, at: server.clock.now)
            let token = try await server.token("pat")
            let given: JSONValue = [
                "address": .string("http://127.0.0.1:\(server.port)"), "token": .string(token),
                "run": "/runs/yidian/article/3", "waiting": "/runs/yidian/article/2",
                "pictures": ProcessInfo.processInfo.environment["GANTRY_PICTURES"].map { .string($0) }
                    ?? .null,
                "pages": .array(
                    ObjectPageServingTests.pages.map(\.address).filter {
                        !$0.hasSuffix("/part") && $0 != "/audit"
                    }.map { .string($0) }),
            ]
            let browser = try CheckedBrowser(script: Self.script)
            try browser.write(JSON.write(given))
            let id = StepID(run: RunName(PageFixture.service, 3), stage: 0, step: 1, attempt: 1)
            var (failures, hasPassed) = ([String](), false)
            while let line = try await browser.line() {
                if line.hasPrefix("failed ") {
                    failures.append(line)
                    continue
                }
                // Told in a line: exit statuses go to whoever collects them first in this process.
                if line == "passed" {
                    hasPassed = true
                    continue
                }
                if line == "end" {
                    server.executor.end(id)
                    try await server.store.mutate(StoredRun.self, "yidian/article/3") {
                        $0.status.progress = .succeeded
                        $0.status.stages[0].progress = .succeeded
                    }
                } else {
                    let word = line.dropFirst("print ".count)
                    server.executor.print("line of \(word) <img src=x onerror='window.hacked=1'>\n", id)
                }
                try browser.write(Array("done".utf8))
            }
            #expect(failures == [])
            #expect(hasPassed, "\(browser.complaint())")
            let stored = try await server.store.require(StoredRun.self, PageFixture.run.path)
            #expect(stored.status.stages[1].decision?.comment == "looks <b>good</b>")
        }
    }
}

/// A script that drives a browser and talks in lines.
private final class CheckedBrowser: Sendable {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let complaints = Pipe()

    init(script: String) throws {
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", script]
        (process.standardInput, process.standardOutput, process.standardError) = (input, output, complaints)
        try process.run()
    }

    deinit { if process.isRunning { process.terminate() } }

    func write(_ bytes: [UInt8]) throws {
        try input.fileHandleForWriting.write(contentsOf: Data(bytes + [0x0A]))
    }

    /// The next line that it writes; nil at its end.
    func line() async throws -> String? {
        try await blocking { [output] in
            var bytes: [UInt8] = []
            while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != 0x0A {
                bytes.append(byte)
            }
            return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
        }
    }

    func complaint() -> String {
        String(decoding: (try? complaints.fileHandleForReading.readToEnd()) ?? Data(), as: UTF8.self)
    }
}
