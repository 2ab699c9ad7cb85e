import Foundation
import GantryBase
import Model
import NIOCore
import Supervision
import Synchronization
import Testing

@testable import GitHosting

/// The ordinary git client against the backend, over HTTP. One after the other, since one of them weighs this process.
@Suite(.serialized) struct GitOverHTTPTests {
    static let zero = String(repeating: "0", count: 40)

    @Test func `an empty repository is cloned, pushed to, fetched and cloned again`() async throws {
        try await Hosting.run { hosting in
            let commit = try await hosting.makeWork("one")
            try await hosting.mustGit("push", "--quiet", "origin", "main", in: "one")
            #expect(try await hosting.repositories.heads(of: hosting.service) == ["refs/heads/main": commit])

            try await hosting.mustGit("clone", "--quiet", hosting.url(), "two")
            #expect(try await hosting.mustGit("rev-parse", "HEAD", in: "two").hasPrefix(commit))
            #expect(try await hosting.mustGit("branch", "--show-current", in: "two") == "main\n")
            try hosting.write("more\n", to: "one/more.txt")
            let next = try await hosting.commit(in: "one", "More 更多")
            try await hosting.mustGit("push", "--quiet", "origin", "main", in: "one")
            try await hosting.mustGit("pull", "--quiet", "--ff-only", in: "two")
            #expect(try await hosting.mustGit("rev-parse", "HEAD", in: "two").hasPrefix(next))

            let info = try await hosting.repositories.commit(next, of: hosting.service)
            #expect(info.subject == "More 更多" && info.authorName == "Lin")
            let versions = hosting.server.heads.withLock {
                $0.filter { $0.contains("git-protocol: version=2") }
            }
            #expect(!versions.isEmpty)
        }
    }

    @Test func `the hooks tell the server what a push changes`() async throws {
        try await Hosting.run { hosting in
            let first = try await hosting.makeWork("one", specification: "name: article\n")
            try await hosting.mustGit("push", "--quiet", "origin", "main", in: "one")
            let made = hosting.calls.withLock { $0 }
            try #require(made.count == 2)
            #expect(
                made[0]
                    == HookCall(
                        kind: .preReceive, service: hosting.service, user: "lin",
                        updates: [
                            RefUpdate(
                                ref: "refs/heads/main", old: Self.zero, new: first,
                                specification: "name: article\n",
                                isFastForward: true)
                        ]))
            #expect(made[1].kind == .postReceive && made[1].updates.first?.subject == "Begin one")

            try await hosting.mustGit("rm", "--quiet", "service.yaml", in: "one")
            try await hosting.mustGit("commit", "--quiet", "--amend", "-m", "Begin again", in: "one")
            try await hosting.mustGit("tag", "-a", "v1", "-m", "v1", in: "one")
            try await hosting.mustGit("push", "--quiet", "--force", "origin", "main", "v1", in: "one")
            let forced = try #require(hosting.calls.withLock { $0.dropFirst(2).first })
            let main = try #require(forced.updates.first { $0.branch == "main" })
            #expect(main.old == first && main.specification == nil && !main.isFastForward)
            #expect(forced.updates.contains { $0.ref == "refs/tags/v1" && $0.branch == nil })

            try await hosting.mustGit("push", "--quiet", "origin", ":refs/tags/v1", in: "one")
            let removed = try #require(hosting.calls.withLock { $0.last })
            #expect(removed.updates.first?.isDeletion == true)
        }
    }

    @Test func `a refusal stands on the pusher's terminal and nothing is let in`() async throws {
        try await Hosting.run { hosting in
            hosting.decide.withLock {
                $0 = { call in
                    HookReply(accepted: false, messages: ["service.yaml:1:1: 错误 unknown key \u{1B}[2Jkinde"])
                }
            }
            try await hosting.makeWork("one", specification: "kinde: Service\n")
            let outcome = try await hosting.git("push", "origin", "main", in: "one")
            #expect(outcome.exitCode != 0)
            #expect(outcome.errorText.contains("service.yaml:1:1: 错误 unknown key ?[2Jkinde"))
            #expect(outcome.errorText.contains("pre-receive hook declined"))
            #expect(try await hosting.repositories.heads(of: hosting.service).isEmpty)
            #expect(hosting.calls.withLock { $0.map(\.kind) } == [.preReceive])
            let objects = "\(try hosting.repositories.path(of: hosting.service))/objects"
            #expect(Set(try FileManager.default.contentsOfDirectory(atPath: objects)) == ["info", "pack"])
        }
    }

    @Test func `a push is refused while the server's hooks do not answer`() async throws {
        try await Hosting.run(withHookServer: false) { hosting in
            try await hosting.makeWork("one")
            let outcome = try await hosting.git("push", "origin", "main", in: "one")
            #expect(outcome.exitCode != 0)
            #expect(outcome.errorText.contains("gantry: the push is refused: the server does not answer"))
            #expect(try await hosting.repositories.heads(of: hosting.service).isEmpty)
        }
    }

    @Test(arguments: [300 << 10, 0]) func `a specification that cannot be one is refused`(size: Int)
        async throws
    {
        try await Hosting.run { hosting in
            try await hosting.makeWork("one", specification: String(repeating: "#", count: size))
            if size == 0 {
                unlink("\(hosting.folder)/one/service.yaml")
                symlink("/etc/passwd", "\(hosting.folder)/one/service.yaml")
                try await hosting.commit(in: "one", "Link")
            }
            let outcome = try await hosting.git("push", "origin", "main", in: "one")
            #expect(outcome.exitCode != 0)
            #expect(
                outcome.errorText.contains(
                    size == 0
                        ? "service.yaml is no plain file in main" : "service.yaml has 307200 bytes; 262144"))
            #expect(hosting.calls.withLock { $0.isEmpty })
        }
    }

    @Test func `of two pushes to one branch one wins and the repository stays sound`() async throws {
        try await Hosting.run { hosting in
            try await hosting.makeWork("one")
            try await hosting.mustGit("push", "--quiet", "origin", "main", in: "one")
            let names = ["left", "right"]
            for name in names {
                try await hosting.mustGit("clone", "--quiet", hosting.url(), name)
                try hosting.write(name, to: "\(name)/\(name).txt")
                try await hosting.commit(in: name, name)
            }
            // Both are let in by the hook before either moves the branch.
            let meeting = Slots(2)
            hosting.decide.withLock {
                $0 = { call in
                    guard call.kind == .preReceive else { return HookReply(accepted: true) }
                    _ = meeting.take()
                    _ = try? await Hosting.eventually {
                        guard meeting.take() else { return true }
                        meeting.give()
                        return false
                    }
                    return HookReply(accepted: true)
                }
            }
            async let left = hosting.git("push", "origin", "main", in: "left")
            async let right = hosting.git("push", "origin", "main", in: "right")
            let outcomes = try await [left, right]
            #expect(outcomes.filter { $0.exitCode == 0 }.count == 1)
            let lost = try #require(outcomes.first { $0.exitCode != 0 })
            #expect(lost.errorText.contains("rejected"))
            let path = try hosting.repositories.path(of: hosting.service)
            let check = try await hosting.git("--git-dir=\(path)", "fsck", "--strict", "--no-dangling")
            #expect(check.exitCode == 0, "\(check.errorText)")
            let told = hosting.calls.withLock { $0.filter { $0.kind == .postReceive } }
            #expect(told.count == 2)
            let head = try await hosting.repositories.heads(of: hosting.service)["refs/heads/main"]
            #expect(told.last?.updates.first?.new == head)
        }
    }

    @Test func `a large push takes no memory of the server`() async throws {
        try await Hosting.run { hosting in
            try await hosting.makeWork("one")
            for part in 0..<4 {
                try hosting.writeRandom((16 << 20) + (part << 20), to: "one/part\(part).bin")
            }
            try await hosting.commit(in: "one", "Large")
            let before = Self.resident()
            async let pushed = hosting.mustGit("push", "--quiet", "origin", "main", in: "one")
            var most = before
            let deadline = ContinuousClock.now + .seconds(120)
            while hosting.calls.withLock({ $0.count }) < 2, ContinuousClock.now < deadline {
                most = max(most, Self.resident())
                try await Task.sleep(for: .milliseconds(20))
            }
            _ = try await pushed
            #expect(most - before < 24 << 20, "grew by \((most - before) >> 20) MiB")
            let received = hosting.reports.withLock { $0.map(\.received).max() } ?? 0
            #expect(received > 64 << 20)
            let first = Self.resident()
            try await hosting.mustGit("clone", "--quiet", hosting.url(), "two")
            #expect(Self.resident() - first < 24 << 20)
        }
    }

    @Test func `a push above the limit is refused in words`() async throws {
        try await Hosting.run(largestPush: .mebibytes(2)) { hosting in
            try await hosting.makeWork("one")
            try hosting.writeRandom(40 << 20, to: "one/large.bin")
            try await hosting.commit(in: "one", "Too large")
            let outcome = try await hosting.git("push", "origin", "main", in: "one")
            #expect(outcome.exitCode != 0)
            #expect(outcome.errorText.contains("pack exceeds maximum allowed size"), "\(outcome.errorText)")
            #expect(outcome.errorText.contains("remote: a push holds at most 2 MiB"), "\(outcome.errorText)")
            #expect(try await hosting.repositories.heads(of: hosting.service).isEmpty)
            #expect(hosting.calls.withLock { $0.isEmpty })
            try await hosting.expectNothingLeft()
        }
    }

    @Test func `a client killed in the middle of a push leaves no process and no ref`() async throws {
        try await Hosting.run { hosting in
            try await hosting.makeWork("one")
            try hosting.writeRandom(32 << 20, to: "one/large.bin")
            try await hosting.commit(in: "one", "Large")
            hosting.server.delay.withLock { $0 = .milliseconds(20) }
            var request = ProcessRequest(
                command: ["/usr/bin/git", "push", hosting.url(), "main"], directory: "\(hosting.folder)/one",
                environment: Hosting.clientEnvironment)
            request.killsGroupAtEnd = true
            let client = try ProcessTable.shared.spawn(request)
            let objects = "\(try hosting.repositories.path(of: hosting.service))/objects"
            let begun = try await Hosting.eventually {
                try FileManager.default.contentsOfDirectory(atPath: objects).contains {
                    $0.hasPrefix("tmp_objdir")
                }
            }
            #expect(begun)
            client.signalGroup(SIGKILL)
            _ = await client.wait()
            let told = try await Hosting.eventually {
                hosting.reports.withLock { $0.contains { $0.endedBecause?.contains("went away") == true } }
            }
            #expect(told)
            try await hosting.expectNothingLeft()
            #expect(try await hosting.repositories.heads(of: hosting.service).isEmpty)
        }
    }

    @Test func `a clone with many wants is sent with gzip and understood`() async throws {
        try await Hosting.run { hosting in
            try await hosting.makeWork("one")
            for number in 0..<40 {
                try await hosting.mustGit("commit", "--quiet", "--allow-empty", "-m", "\(number)", in: "one")
                try await hosting.mustGit("branch", "branch\(number)", in: "one")
            }
            try await hosting.mustGit("push", "--quiet", "--all", "origin", in: "one")
            for version in ["0", "2"] {
                hosting.server.heads.withLock { $0 = [] }
                try await hosting.mustGit(
                    "-c", "protocol.version=\(version)", "clone", "--quiet", hosting.url(), "two\(version)")
                let heads = hosting.server.heads.withLock { $0 }
                #expect(
                    heads.contains { $0.contains("git-upload-pack") && $0.contains("content-encoding: gzip") }
                )
            }
        }
    }

    @Test func `a push that came in full is recorded although its client has gone`() async throws {
        try await Hosting.run { hosting in
            let commit = try await hosting.makeWork("one")
            let gone = Slots(1)
            _ = gone.take()
            hosting.decide.withLock {
                $0 = { call in
                    _ = try? await Hosting.eventually { call.kind == .postReceive || gone.take() }
                    return HookReply(accepted: true, messages: ["in"])
                }
            }
            let client = try ProcessTable.shared.spawn(
                ProcessRequest(
                    command: ["/usr/bin/git", "push", hosting.url(), "main"],
                    directory: "\(hosting.folder)/one",
                    environment: Hosting.clientEnvironment))
            #expect(try await Hosting.eventually { hosting.calls.withLock { !$0.isEmpty } })
            client.signalGroup(SIGKILL)
            _ = await client.wait()
            gone.give()
            #expect(try await Hosting.eventually { hosting.calls.withLock { $0.count } == 2 })
            #expect(try await hosting.repositories.heads(of: hosting.service) == ["refs/heads/main": commit])
            try await hosting.expectNoProcess()
        }
    }

    @Test func `above its number a client is told when to come again, and what hangs is ended`() async throws
    {
        var limits = GitBackend.Limits()
        (limits.exchanges, limits.idle) = (1, .milliseconds(700))
        try await Hosting.run(limits: limits) { hosting in
            let request = GitRequest(
                method: "POST", service: hosting.service, suffix: "git-receive-pack",
                contentType: "application/x-git-receive-pack-request", user: "lin", body: HangingBody())
            let hung = Task { try await hosting.backend.handle(request) }
            try await Task.sleep(for: .milliseconds(50))
            let answer = try await hosting.backend.handle(request)
            #expect(answer.status == 503 && answer.headers.contains { $0 == ("Retry-After", "5") })
            let error = await #expect(throws: GantryError.self) { try await hung.value }
            #expect(error?.code == .timeout && error?.message.contains("no byte") == true)
            try await hosting.expectNoProcess()
            #expect(hosting.reports.withLock { $0.count } == 1)
        }
    }

    @Test func `what is not there or not of the smart protocol is answered 404 with a line`() async throws {
        try await Hosting.run { hosting in
            let outcome = try await hosting.git("clone", hosting.url("yidian/missing.git"), "none")
            #expect(outcome.exitCode != 0)
            #expect(outcome.errorText.contains("remote: there is no repository yidian/missing"))
            let wrong: [(method: String, suffix: String, query: String, status: Int)] = [
                ("GET", "HEAD", "", 404), ("GET", "objects/info/packs", "", 404),
                ("GET", "info/refs", "", 404),
                ("GET", "info/refs", "service=git-upload-archive", 404),
                ("GET", "../../etc/passwd", "", 404), ("POST", "info/refs", "service=git-upload-pack", 405),
                ("GET", "git-upload-pack", "", 405),
            ]
            for (method, suffix, query, status) in wrong {
                let answer = try await hosting.backend.handle(
                    GitRequest(
                        method: method, service: hosting.service, suffix: suffix, query: query, user: "lin",
                        body: EmptyBody()))
                #expect(answer.status == status, "\(method) \(suffix)?\(query)")
            }
            for name in RepositoryTests.badNames {
                let answer = try await hosting.backend.handle(
                    GitRequest(
                        method: "GET", service: name, suffix: "info/refs", query: "service=git-upload-pack",
                        user: "lin", body: EmptyBody()))
                #expect(answer.status == 404)
            }
            #expect(hosting.reports.withLock { $0.isEmpty })
        }
    }

    static func resident() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
    }
}

extension Hosting {
    func expectNoProcess() async throws {
        let gone = try await Self.eventually { processes().isEmpty }
        #expect(gone, "\(processes())")
    }

    /// No process of a push, and no objects of it.
    func expectNothingLeft() async throws {
        try await expectNoProcess()
        let objects = "\(try repositories.path(of: service))/objects"
        let left = try FileManager.default.contentsOfDirectory(atPath: objects)
        #expect(Set(left) == ["info", "pack"])
    }
}

struct EmptyBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    typealias Failure = any Error
    struct AsyncIterator: AsyncIteratorProtocol {
        mutating func next() async throws -> ByteBuffer? { nil }
    }
    func makeAsyncIterator() -> AsyncIterator { AsyncIterator() }
}

struct HangingBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    typealias Failure = any Error
    struct AsyncIterator: AsyncIteratorProtocol {
        mutating func next() async throws -> ByteBuffer? {
            try await Task.sleep(for: .seconds(600))
            return nil
        }
    }
    func makeAsyncIterator() -> AsyncIterator { AsyncIterator() }
}
