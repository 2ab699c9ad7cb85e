import GantryBase
import Glibc
import Model
import Supervision
import Testing

@testable import Running

/// The archive that a build leaves: what is in it, and who can still change it.
@Suite struct BuildTests {
    private func build(_ bench: Bench, _ script: String?, _ output: [String] = [], attempt: Int = 1)
        async throws
        -> StepResult
    {
        try await bench.finish(
            .build, bench.id(2, attempt: attempt), BuildSpec(command: script, output: output))
    }

    private func names(_ archive: String) async throws -> [String] {
        try await CommandRun(["tar", "-tzf", archive]).text().split(separator: "\n").map(String.init)
    }

    @Test(arguments: [true, false])
    func `all but git's folder is packed, or what is named`(apart: Bool) async throws {
        try await Bench.with(apart: apart) { bench in
            let commit = try await bench.commit(
                "echo one > one; mkdir d; echo two > d/two; echo three > -three")
            #expect(try await bench.finish(.checkout, bench.id(), commit: commit).succeeded)
            #expect(try await build(bench, "mkdir .git; echo x > .git/x; echo made > made").succeeded)
            let archive = try await bench.executor.archive(of: bench.run)
            #expect(
                try await names(archive).sorted() == ["./", "./-three", "./d/", "./d/two", "./made", "./one"])
            #expect(archive.hasPrefix(bench.executor.places.runs))
            let found = try facts(of: archive)
            #expect(found.st_uid == 0 && found.st_mode & 0o777 == 0o600)
            // The second build replaces the first.
            #expect(try await build(bench, nil, ["d", "-three"], attempt: 2).succeeded)
            let second = try await bench.executor.archive(of: bench.run)
            #expect(try await names(second) == ["d/", "d/two", "-three"])
            #expect(try await bench.executor.archive(of: bench.run) == second)
            try await bench.executor.removeWorkspace(of: bench.run)
            #expect(!isThere(archive) && !isThere(bench.workspace))
            await #expect(throws: GantryError.self) { try await bench.executor.archive(of: bench.run) }
        }
    }

    @Test func `the same tree twice is the same bytes`() async throws {
        try await Bench.with { bench in
            let long = String(repeating: "name", count: 40)
            let make =
                "rm -rf * .[!.]*; mkdir -p b/a a/\(long); for n in z y x; do echo $n > b/$n; done; ln b/z b/hard; "
                + "ln -s b/z link; echo 文 > a/\(long)/文; chmod 700 b/x"
            #expect(try await build(bench, make).succeeded)
            let first = try readFile(try await bench.executor.archive(of: bench.run), limit: 1 << 20)
            try await Task.sleep(for: .milliseconds(1100))
            #expect(try await build(bench, "umask 077; " + make, attempt: 2).succeeded)
            let second = try readFile(try await bench.executor.archive(of: bench.run), limit: 1 << 20)
            #expect(first == second && first.count > 100)
        }
    }

    @Test(arguments: [true, false])
    func `output that leads out of the source folder is refused`(apart: Bool) async throws {
        try await Bench.with(apart: apart) { bench in
            let script =
                "ln -sfn /etc/shadow dist; ln -sfn /etc etc; ln -sfn ../home up; echo x > ../home/private"
            for (attempt, output) in ["dist", "etc/passwd", "/etc/passwd", "up/private", "../home", "none"]
                .enumerated()
            {
                let result = try await build(bench, script, [output], attempt: attempt + 1)
                #expect(result.exitCode == (output == "none" ? 66 : 65), "\(output)")
                await #expect(throws: GantryError.self) { try await bench.executor.archive(of: bench.run) }
            }
            // Inside a packed folder a link stays a link, and its target is not read.
            #expect(try await build(bench, script, [], attempt: 9).succeeded)
            let listing = try await CommandRun(
                ["tar", "-tvzf", try await bench.executor.archive(of: bench.run)]).text()
            #expect(listing.contains("./dist -> /etc/shadow"))
            #expect(!listing.contains("etc/passwd"))
        }
    }

    @Test func `what a hostile build lays in the place of its archive is not taken`() async throws {
        try await Bench.with { bench in
            try bench.scratch.write("data/state/other.gz", "secret", mode: 0o600)
            let out = bench.workspace + "/out"
            // The step has ended well; then the file is another.
            for trap in [
                "ln -s \(bench.scratch.file("data/state/other.gz")) layer.tar.gz",
                "ln \(bench.scratch.file("data/state/other.gz")) layer.tar.gz", "mkfifo layer.tar.gz",
                "mkdir layer.tar.gz",
            ] {
                _ = try await CommandRun([
                    "sh", "-euc", "mkdir -p \(out); cd \(out); rm -rf layer.tar.gz; \(trap)",
                ]).text()
                await #expect(throws: GantryError.self, "\(trap)") {
                    try await bench.executor.archive(of: bench.run)
                }
            }
            #expect(text(of: bench.scratch.file("data/state/other.gz")) == "secret")
        }
    }

    @Test func `a later step of the run, and a file that is still open, change nothing any more`()
        async throws
    {
        try await Bench.with { bench in
            #expect(try await build(bench, "echo good > file").succeeded)
            let before = try readFile(try await bench.executor.archive(of: bench.run), limit: 1 << 20)
            #expect(try await bench.test("ls -A ../out; echo bad > ../out/other", bench.id(3)).succeeded)
            #expect(await bench.log(bench.id(3)) == "")
            #expect(try readFile(try await bench.executor.archive(of: bench.run), limit: 1 << 20) == before)
        }
    }

    @Test func `an archive over the limit is refused by name of the limit`() async throws {
        var limits = StepLimits()
        limits.archive = ByteCount(bytes: 100_000)
        try await Bench.with(limits: limits) { bench in
            let built = try await build(bench, "head -c 300000 /dev/urandom > noise").succeeded
            #expect(built)
            let error = await #expect(throws: GantryError.self) {
                _ = try await bench.executor.archive(of: bench.run)
            }
            #expect(error?.code == .limit)
            #expect(!isThere(bench.executor.places.archive(of: bench.run)))
            #expect(!isThere(bench.executor.places.archive(of: bench.run) + ".partial"))
        }
    }
}
