import Foundation
import GantryBase
import Model
import Testing

@testable import GitHosting

@Suite struct RepositoryTests {
    static let badNames = [
        ServiceName("..", "article"), ServiceName("yidian", ".."), ServiceName("yidian", "../../etc"),
        ServiceName("yidian", "a/b"), ServiceName("", "article"), ServiceName("yidian", ""),
        ServiceName(".unfinished-x", "article"), ServiceName("yidian", "-rf"), ServiceName("yidian", "a\nb"),
        ServiceName("yidian", "a\0b"), ServiceName("yidian", "a.git"), ServiceName("yidian", "a..b"),
        ServiceName("yidian", "文章"), ServiceName("yidian", String(repeating: "a", count: 101)),
    ]

    @Test(arguments: badNames) func `no name leads out of the root`(name: ServiceName) async throws {
        let repositories = GitRepositories(root: "/nonexistent", hook: ["true"], hookSocket: "/nonexistent/s")
        #expect(throws: GantryError.self) { try repositories.path(of: name) }
        let error = await #expect(throws: GantryError.self) { try await repositories.create(name) }
        #expect(error?.code == .invalid)
    }

    @Test func `a repository is made once, also by several at once, and a crash leaves none`() async throws {
        try await Self.run { repositories in
            let service = ServiceName("yidian", "article")
            let unfinished = repositories.root + "/.unfinished-abc"
            try FileManager.default.createDirectory(atPath: unfinished, withIntermediateDirectories: true)
            try await repositories.prepare()
            #expect(!FileManager.default.fileExists(atPath: unfinished))
            #expect(try !repositories.exists(service))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 { group.addTask { try await repositories.create(service) } }
                try await group.waitForAll()
            }
            try await repositories.create(ServiceName("yisheng", "doctor"))
            #expect(try repositories.list().map(\.path) == ["yidian/article", "yisheng/doctor"])
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: repositories.root).sorted() == [
                    "yidian", "yisheng",
                ])
            #expect(try await repositories.heads(of: service).isEmpty)
            let settings = try await repositories.command(["config", "--list"], of: service).run()
            let text = String(decoding: settings.output, as: UTF8.self)
            #expect(text.contains("receive.maxinputsize=536870912") && text.contains("core.bare=true"))
            let head = try String(contentsOfFile: repositories.path(of: service) + "/HEAD", encoding: .utf8)
            #expect(head == "ref: refs/heads/main\n")
        }
    }

    @Test func `settings and hooks of an old repository are brought up to date`() async throws {
        try await Self.run { repositories in
            let service = ServiceName("yidian", "article")
            try await repositories.create(service)
            let moved = GitRepositories(
                root: repositories.root, hook: ["/opt/it's/gantry", "hook"], hookSocket: "/run/s")
            try await moved.prepare()
            let hook = try String(
                contentsOfFile: moved.path(of: service) + "/hooks/pre-receive", encoding: .utf8)
            #expect(hook == "#!/bin/sh\nexec '/opt/it'\\''s/gantry' 'hook' 'pre-receive' 'yidian/article'\n")
        }
    }

    @Test func `files and commits are read by whole names only`() async throws {
        try await Hosting.run { hosting in
            let repositories = hosting.repositories
            let commit = try await hosting.makeWork("one", specification: "name: article\n")
            try await hosting.mustGit("push", "--quiet", "origin", "main", in: "one")
            func read(_ path: String, _ commit: String, _ limit: Int64 = 100) async throws -> [UInt8]? {
                try await repositories.file(
                    path, at: commit, of: hosting.service, limit: ByteCount(bytes: limit))
            }
            #expect(try await read("service.yaml", commit) == Array("name: article\n".utf8))
            for path in ["missing", "../service.yaml", "/service.yaml", "", "*.yaml", ":(glob)*", "."] {
                #expect(try await read(path, commit) == nil, "\(path)")
            }
            var error = await #expect(throws: GantryError.self) { try await read("service.yaml", commit, 5) }
            #expect(error?.code == .limit)
            error = await #expect(throws: GantryError.self) {
                try await read("service.yaml", String(repeating: "a", count: 40))
            }
            #expect(error?.code == .notFound)
            for wrong in ["main", "HEAD", "--help", commit + "^", String(commit.prefix(12))] {
                error = await #expect(throws: GantryError.self) { try await read("service.yaml", wrong) }
                #expect(error?.code == .invalid)
                #expect(throws: GantryError.self) {
                    try repositories.archiveCommand(commit: wrong, of: hosting.service)
                }
            }
            let archive = try await GitCommand(
                command: repositories.archiveCommand(commit: commit, of: hosting.service),
                environment: repositories.environment(of: hosting.service)
            ).run()
            #expect(archive.exitCode == 0 && archive.output.count >= 1024)
            try await repositories.maintain(hosting.service)
            #expect(try await repositories.commit(commit, of: hosting.service).subject == "Begin one")
        }
    }

    static func run(_ test: (GitRepositories) async throws -> Void) async throws {
        let folder = try Hosting.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let repositories = GitRepositories(
            root: folder + "/repositories", hook: ["/bin/false"], hookSocket: folder + "/s")
        try await repositories.prepare()
        try await test(repositories)
    }
}
