import Foundation
import GantryBase
import Glibc
import Model
import Supervision
import Testing
import Wire

/// A provider of identities of one test's own, which does wrong what it is told to.
struct TestProvider: Sendable {
    let issuer: String

    var spec: OIDCSpec {
        OIDCSpec(title: "Test", issuer: issuer, clientID: "gantry", groups: ["sre": ["yidian": .developer]])
    }

    static func with(_ body: (TestProvider) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/provider-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // This file belongs to two targets, and lies in the folder of one.
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let script = tests.appending(path: "SignInTests/provider.py").path
        let environment = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME"].contains($0.key) }
        var request = ProcessRequest(
            command: ["python3", script, folder], directory: folder, environment: environment)
        request.dieWithParent = true
        let process = try ProcessTable.shared.spawn(request)
        defer { process.signal(SIGKILL) }
        let deadline = ContinuousClock.now + .seconds(60)
        var port: String?
        while port == nil, ContinuousClock.now < deadline, process.exit == nil {
            port = try? String(contentsOfFile: folder + "/port", encoding: .utf8)
            try await Task.sleep(for: .milliseconds(30))
        }
        try await body(TestProvider(issuer: "http://127.0.0.1:\(try #require(port))"))
    }

    /// Changes how it behaves.
    func set(_ settings: JSONValue) async throws {
        _ = try await curl(
            [
                "-X", "POST", "--data-binary", String(decoding: JSON.write(settings), as: UTF8.self),
                issuer + "/control",
            ])
    }

    /// How often it was asked.
    func count(_ path: String) async throws -> Int64 {
        let counts = try JSON.parse(try await curl([issuer + "/counts"]))
        if case .integer(let count)? = counts[path] { return count }
        return 0
    }

    /// What a browser does that is sent there by an address: where it is sent back to.
    func visit(_ location: String) async throws -> [String: String] {
        let back = try await curl(["-o", "/dev/null", "-w", "%{redirect_url}", location])
        let query = URLComponents(string: back)?.queryItems ?? []
        return Dictionary(query.map { ($0.name, $0.value ?? "") }) { $1 }
    }

    private func curl(_ words: [String]) async throws -> String {
        let end = try await CommandRun(
            ["curl", "-sS"] + words, environment: ["PATH": "/usr/bin:/bin"], timeLimit: .minutes(1)
        ).run()
        guard end.exit.succeeded else { throw GantryError(.unavailable, end.complaint) }
        return String(decoding: end.bytes, as: UTF8.self)
    }
}
