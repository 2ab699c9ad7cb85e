import Foundation
import GantryBase
import Model
import State
import StateSQLite
import Supervision
import Testing

@Suite struct GitTests {
    private struct Git: Sendable {
        let home: String
        let port: Int

        func url(_ token: String, _ repository: String = "yidian/hello") -> String {
            "http://any:\(token)@127.0.0.1:\(port)/git/\(repository).git"
        }

        func run(_ arguments: String..., at directory: String? = nil) async throws -> CommandRun.Output {
            let fixed = [
                "HOME": home, "GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_AUTHOR_NAME": "Ana", "GIT_AUTHOR_EMAIL": "ana@example.com",
                "GIT_COMMITTER_NAME": "Ana", "GIT_COMMITTER_EMAIL": "ana@example.com",
            ]
            return try await CommandRun(
                ["git"] + arguments, directory: directory ?? home, environment: fixed,
                timeLimit: .minutes(1)
            ).run()
        }
    }

    @Test func theOrdinaryClientClonesAndPushesWithAToken() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            let (dev, vic) = (try await server.token("dev"), try await server.token("vic"))
            let made = try await server.call(
                "POST", "/v1/services", token: dev, body: "{\"service\":\"yidian/hello\"}")
            #expect(made.status == 201, "\(made.text)")
            let home = server.directory + "/home"
            try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: false)
            let git = Git(home: home, port: server.port)
            let clone = try await git.run("clone", git.url(dev), "work")
            #expect(clone.exit.succeeded, "\(clone.complaint)")
            let work = home + "/work"
            // Larger than git's buffer, so that it comes in chunks.
            let noise = Data((0..<(3 << 20)).map { _ in UInt8.random(in: 0...255) })
            try noise.write(to: URL(filePath: work + "/noise"))
            _ = try await git.run("checkout", "-q", "-B", "main", at: work)
            _ = try await git.run("add", ".", at: work)
            _ = try await git.run("commit", "-q", "-m", "noise", at: work)
            let push = try await git.run("push", "origin", "main", at: work)
            #expect(push.exit.succeeded, "\(push.complaint)")
            let again = try await git.run("clone", git.url(vic), "again")
            #expect(again.exit.succeeded, "\(again.complaint)")
            #expect(try Data(contentsOf: URL(filePath: home + "/again/noise")) == noise)
            _ = try await git.run("commit", "-q", "--allow-empty", "-m", "mine", at: home + "/again")
            let refused = try await git.run("push", "origin", "main", at: home + "/again")
            #expect(!refused.exit.succeeded && refused.complaint.contains("403"), "\(refused.complaint)")
            let records = try await server.store.audit(AuditQuery(who: "vic"))
            #expect(records.contains { $0.action == "repository.push" && !$0.allowed })
        }
    }

    @Test func aWrongTokenGetsNothing() async throws {
        try await TestServer.with { server in
            try await server.applyPlatform()
            let (dev, doc) = (try await server.token("dev"), try await server.token("doc"))
            _ = try await server.call(
                "POST", "/v1/services", token: dev, body: "{\"service\":\"yidian/hello\"}")
            let home = server.directory + "/home"
            try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: false)
            let git = Git(home: home, port: server.port)
            let wrong = try await git.run("clone", git.url("gantry_wrong"), "a")
            #expect(!wrong.exit.succeeded && wrong.complaint.contains("Authentication failed"))
            let foreign = try await git.run("clone", git.url(doc), "b")
            #expect(!foreign.exit.succeeded && foreign.complaint.contains("lacks the right view"))
            let info = "/git/yidian/hello.git/info/refs?service=git-upload-pack"
            let bare = try await server.call("GET", info)
            #expect(bare.status == 401 && bare.headers["www-authenticate"]?.hasPrefix("Basic ") == true)
            #expect(try await server.call("GET", info, token: dev).status == 200)
            let dumb = try await server.call("GET", "/git/yidian/hello.git/HEAD", token: dev)
            #expect(dumb.status == 404)
            let none = try await server.call(
                "GET", "/git/yidian/none.git/info/refs?service=git-upload-pack", token: dev)
            #expect(none.status == 404)
            let wild = try await server.call("GET", "/git/yidian/hello/info/refs", token: dev)
            #expect(wild.status == 404)
        }
    }
}
