import GantryBase
import Glibc
import Model
import Supervision
import Testing

@testable import Running

/// What a step may take of the machine, and that the others do not notice when it wants more.
@Suite(.timeLimit(.minutes(3))) struct LimitTests {
    private static let doctor = RunName(ServiceName("yisheng", "doctor"), 1)
    private static let bomb = """
        exec python3 -c '
        import os
        while True:
            try: os.fork()
            except OSError: pass
        '
        """

    @Test(arguments: [true, false])
    func `a fork bomb is stopped, the result says so, and another step goes on`(apart: Bool) async throws {
        var limits = StepLimits()
        limits.processes = 100
        try await Bench.with(apart: apart, limits: limits) { bench in
            let other = bench.id(run: Self.doctor)
            let script = "for i in $(seq 1 60); do /bin/sleep 0.02; done; (/bin/true); echo unharmed"
            try await bench.executor.start(bench.job(.test, other, BuildSpec(test: script)))
            let result = try await bench.test(Self.bomb)
            #expect(result.exceeded == "more than 100 processes and threads at once")
            #expect(!result.succeeded && result.signal == 9 && !result.timedOut)
            #expect(try await bench.result(other).succeeded)
            #expect(await bench.log(other) == "unharmed\n")
            #expect(try await processes(with: "except OSError: pass") == 0)
        }
    }

    @Test func `a step that fails since it may start no more processes is told why`() async throws {
        var limits = StepLimits()
        limits.processes = 30
        try await Bench.with(limits: limits) { bench in
            let result = try await bench.test("for i in $(seq 1 60); do sleep 300 & done; echo all")
            #expect(result.exceeded == "more than 30 processes and threads at once" && !result.succeeded)
            let content = try await bench.test("for i in $(seq 1 20); do sleep 0.1 & done; wait", bench.id(1))
            #expect(content.succeeded && content.exceeded == nil)
        }
    }

    @Test(
        arguments: ["source", "home", "/tmp", "/var/tmp"], [true, false])
    func `a step that writes too much is ended`(place: String, apart: Bool) async throws {
        // Without isolation the machine's own folders are there for all.
        if !apart, place.hasPrefix("/") { return }
        var limits = StepLimits()
        limits.disk = .mebibytes(32)
        try await Bench.with(apart: apart, limits: limits) { bench in
            let folder = place == "home" ? "\"$HOME\"" : place == "source" ? "." : place
            let result = try await bench.test(
                "cd \(folder); for i in $(seq 1 48); do head -c 1048576 /dev/zero > big-$i; done; exec sleep 300"
            )
            #expect(result.exceeded == "more than 32Mi of disk")
            #expect(!result.succeeded && result.signal == 9 && !result.timedOut && !result.outOfMemory)
        }
    }

    @Test func `too much that was written before the first look fails the step as well`() async throws {
        var limits = StepLimits()
        limits.disk = .mebibytes(8)
        try await Bench.with(limits: limits) { bench in
            let result = try await bench.test("head -c 16777216 /dev/zero > big")
            #expect(result.exceeded == "more than 8Mi of disk" && result.exitCode == 0 && !result.succeeded)
            #expect(try await bench.test("rm big; truncate -s 1T sparse", bench.id(1)).succeeded)
        }
    }

    @Test(arguments: [true, false])
    func `a small commit that unpacks to too much is ended`(apart: Bool) async throws {
        var limits = StepLimits()
        limits.disk = .mebibytes(32)
        try await Bench.with(apart: apart, limits: limits) { bench in
            let commit = try await bench.commit("head -c 100000000 /dev/zero > zeros")
            let result = try await bench.finish(.checkout, bench.id(), commit: commit)
            #expect(result.exceeded == "more than 32Mi of disk" && !result.succeeded)
        }
    }

    @Test func `too many files`() async throws {
        var limits = StepLimits()
        limits.files = 500
        try await Bench.with(limits: limits) { bench in
            let result = try await bench.test("for i in $(seq 1 600); do : > f$i; done; exec sleep 300")
            #expect(result.exceeded == "more than 500 files" && result.signal == 9)
        }
    }

    @Test func `what lies in shared memory counts as memory`() async throws {
        var limits = StepLimits()
        limits.memory = .mebibytes(64)
        try await Bench.with(limits: limits) { bench in
            let result = try await bench.test("head -c 200000000 /dev/zero > /dev/shm/big")
            #expect(result.outOfMemory && !result.succeeded)
        }
    }

    @Test func `temporary files are seen by no other step, and are gone after it`() async throws {
        try await Bench.with { bench in
            let name = "note-\(RandomName.make(length: 12))"
            let folders = ["/tmp", "/var/tmp", "/dev/shm"]
            let write = folders.map { "echo theirs > \($0)/\(name); chmod 777 \($0)/\(name)" }
                .joined(separator: "; ")
            let first = bench.id(run: Self.doctor)
            let script = "\(write); touch ready; while [ ! -e go ]; do sleep 0.05; done; cat /tmp/\(name)"
            try await bench.executor.start(bench.job(.test, first, BuildSpec(test: script)))
            let source = bench.executor.places.source(of: Self.doctor)
            #expect(await becomesTrue { isThere(source + "/ready") })
            let look = folders.map { "ls -A \($0)" }.joined(separator: "; ")
            #expect(try await bench.test("\(look); \(write); pwd; mktemp -p /tmp; ls -ld /tmp").succeeded)
            let seen = await bench.log(bench.id())
            #expect(!seen.contains(name) && seen.contains("\n/tmp/tmp.") && seen.contains("drwxrwxrwt"))
            for folder in folders { #expect(!isThere("\(folder)/\(name)")) }
            try bench.scratch.write("data/workspaces/yisheng/doctor/1/source/go", "")
            #expect(try await bench.result(first).succeeded)
            #expect(await bench.log(first) == "theirs\n")
            for run in [bench.run, Self.doctor] {
                let left = try await CommandRun(["ls", "-A", bench.executor.places.workspace(of: run)]).text()
                #expect(left == "home\nout\nsource\n")
            }
        }
    }
}
