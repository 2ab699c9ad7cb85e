import Glibc
import Model
import Testing

@testable import Running

/// What a step of one business must not see or touch.
@Suite struct SecretTests {
    @Test func `the server's files, other workspaces and other processes are out of reach`() async throws {
        try await Bench.with { bench in
            let same = bench.id(run: RunName(Bench.article, 2))
            let other = bench.id(run: RunName(ServiceName("yisheng", "doctor"), 1))
            for id in [same, other] {
                #expect(
                    try await bench.test(
                        "echo their-secret > note; chmod 777 . note; chmod 777 \"$HOME\"", id
                    ).succeeded)
            }
            let data = bench.scratch.file("data")
            let paths = [
                "\(data)/state/secrets.key", "\(data)/runs/yidian/article/1/0-0-1/plan.json",
                "\(bench.executor.places.source(of: same.run))/note",
                "\(bench.executor.places.source(of: other.run))/note", "/etc/shadow",
            ]
            let reads = paths.map { "cat \($0) && echo READ-IT" }.joined(separator: "; ")
            let script = """
                set +e; \(reads)
                ls -A \(data) \(data)/workspaces \(data)/workspaces/yidian/article
                touch \(data)/x && echo WROTE; rm -rf \(data)/state && [ ! -e \(data)/state/secrets.key ]
                umount \(data) && echo UNMOUNTED
                for pid in /proc/[0-9]*; do cat $pid/environ; done | tr '\\0' '\\n' | grep GANTRY_AGENT
                ls /proc | grep -c '^[0-9]'; kill -9 -1; echo end
                """
            _ = try await bench.test(script)
            let log = await bench.log(bench.id())
            for word in ["READ-IT", "WROTE", "UNMOUNTED", "the-key", "their-secret", "root:"] {
                #expect(!log.contains(word), "\(word) in \(log)")
            }
            // Of the data directory it sees the way to its own workspace, and nothing beside it.
            #expect(log.contains("\(data):\nworkspaces\n"))
            #expect(log.contains("\(data)/workspaces/yidian/article:\n1\n"))
            #expect(text(of: paths[0]) == "the-key-of-the-server")
            #expect(text(of: paths[3]) == "their-secret\n")
        }
    }

    @Test func `nobody but the server enters runs and workspaces from outside`() async throws {
        try await Bench.with { bench in
            #expect(try await bench.test("true").succeeded)
            for folder in [
                "runs", "workspaces", "runs/yidian", "workspaces/yidian", "workspaces/yidian/article",
            ] {
                let found = try facts(of: bench.scratch.file("data/" + folder))
                #expect(found.st_mode & 0o777 == 0o700 && found.st_uid == 0, "\(folder)")
            }
        }
    }

    @Test func `a name that leads elsewhere is refused`() async throws {
        try await Bench.with { bench in
            for service in [ServiceName("..", "x"), ServiceName("yidian", ".."), ServiceName("a/b", "c")] {
                let run = RunName(service, 1)
                await #expect(throws: (any Error).self) {
                    try await bench.executor.start(bench.job(.test, bench.id(run: run)))
                }
                await #expect(throws: (any Error).self) { try await bench.executor.removeWorkspace(of: run) }
                await #expect(throws: (any Error).self) {
                    try await bench.executor.prune(service, active: [])
                }
            }
        }
    }
}
