import GantryBase
import Glibc
import Model
import Supervision
import Testing

@testable import Running

/// Steps of a run, and how their ends are told apart.
@Suite(.timeLimit(.minutes(3))) struct StepTests {
    @Test(arguments: [true, false], [StepKind.lint, .test, .build])
    func `a command runs in the source folder with its variables`(apart: Bool, kind: StepKind) async throws {
        try await Bench.with(apart: apart) { bench in
            let script = "pwd; id -u; env | sort; echo made > file; echo kept > \"$HOME/note\""
            let build = BuildSpec(lint: script, test: script, command: script)
            var job = bench.job(kind, bench.id(), build)
            job.environment = ["EXTRA": "more"]
            try await bench.executor.start(job)
            #expect(try await bench.result(bench.id()).succeeded)
            let lines = await bench.log(bench.id()).split(separator: "\n").map(String.init)
            #expect(lines.first == bench.source && lines.dropFirst().first == "\(bench.owner)")
            for wanted in [
                "CI=true", "CI_COMMIT_SHA=c0ffee", "CI_COMMIT_BRANCH=main", "CI_PIPELINE_NUMBER=1",
                "CI_STEP_NAME=\(kind.rawValue)", "CI_STEP_ATTEMPT=1", "CI_REPO=yidian/article",
                "CI_WORKSPACE=\(bench.source)", "GANTRY_SERVICE=yidian/article",
                "GANTRY_RUN=yidian/article/1",
                "HOME=\(bench.workspace)/home", "TMPDIR=\(bench.workspace)/home", "EXTRA=more",
            ] {
                #expect(lines.contains(wanted), "\(wanted) is missing")
            }
            #expect(lines.contains { $0.hasPrefix("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin") })
            #expect(!lines.contains { $0.hasPrefix("GANTRY_SECRET") || $0.hasPrefix("SWIFT") })
            #expect(try facts(of: bench.source + "/file").st_uid == bench.owner)
            #expect(text(of: bench.workspace + "/home/note") == "kept\n")
        }
    }

    @Test(arguments: [StepKind.lint, .test])
    func `without a command there is nothing to do`(kind: StepKind) async throws {
        try await Bench.with { bench in
            let result = try await bench.finish(kind, bench.id())
            #expect(result.succeeded)
            let log = await bench.log(bench.id())
            #expect(
                log == "service.yaml has no \(kind.rawValue) command: nothing to do\n"
            )
        }
    }

    @Test(arguments: [true, false])
    func `exit code, signal, missing program and time limit`(apart: Bool) async throws {
        var limits = StepLimits()
        limits.time = .seconds(4)
        try await Bench.with(apart: apart, limits: limits) { bench in
            let code = try await bench.test("false; exit 0", bench.id(0))
            #expect(code.exitCode == 1 && code.signal == nil && !code.timedOut)
            #expect(try await bench.test("exit 130", bench.id(1)).exitCode == 130)
            let signal = try await bench.test("kill -9 $$", bench.id(2))
            #expect(signal.signal == 9 && signal.exitCode == nil && !signal.timedOut && !signal.outOfMemory)
            #expect(try await bench.test("no-such-tool", bench.id(3)).exitCode == 127)
            #expect(await bench.log(bench.id(3)).contains("no-such-tool"))
            let late = try await bench.test("echo begun; sleep 300", bench.id(4))
            #expect(late.timedOut && !late.succeeded && late.startFailure == nil)
            #expect(await bench.log(bench.id(4)) == "begun\n")
            #expect(try await bench.test("echo $NOT_SET", bench.id(5)).exitCode == 2)
        }
    }

    @Test func `out of memory`() async throws {
        var limits = StepLimits()
        limits.memory = .mebibytes(64)
        try await Bench.with(limits: limits) { bench in
            let result = try await bench.test("exec python3 -c 'b = b\"x\" * (300 << 20)'")
            #expect(result.outOfMemory && !result.succeeded && !result.timedOut)
        }
    }

    @Test func `an agent that is not there is told to the caller, and the step stays unknown`() async throws {
        try await Bench.with { bench in
            let broken = try ProcessStepExecutor(
                directory: bench.scratch.file("data"), agent: "/no/agent", archive: { _, _ in [] },
                user: { _ in nil })
            await #expect(throws: GantryError.self) { try await broken.start(bench.job(.test, bench.id())) }
            #expect(try await broken.observe(bench.id()) == .unknown)
            #expect(try await bench.test("true").succeeded)
        }
    }

    @Test func `200 MB of output leave a log of its limit`() async throws {
        var limits = StepLimits()
        limits.output = .mebibytes(2)
        try await Bench.with(limits: limits) { bench in
            let result = try await bench.test("head -c 200000000 /dev/zero | tr '\\0' 'x'")
            #expect(result.succeeded && result.droppedOutputBytes == 200_000_000 - (2 << 20))
            #expect(await bench.log(bench.id()).utf8.count < (2 << 20) + 200)
        }
    }

    @Test(arguments: [true, false])
    func `daemons end with the step`(apart: Bool) async throws {
        try await Bench.with(apart: apart) { bench in
            let word = "daemon-\(RandomName.make(length: 12))"
            let result = try await bench.test(
                "for i in 1 2 3; do setsid sh -c 'sleep 300; : \(word)' & done; echo done")
            #expect(result.succeeded)
            #expect(try await processes(with: word) == 0)
        }
    }

    @Test(arguments: [true, false])
    func `cancel ends the step and all its processes`(apart: Bool) async throws {
        try await Bench.with(apart: apart) { bench in
            let word = "cancelled-\(RandomName.make(length: 12))"
            try await bench.executor.start(
                bench.job(
                    .test, bench.id(), BuildSpec(test: "setsid sh -c 'sleep 300; : \(word)' & sleep 300")))
            #expect(try await becomesTrue { try await processes(with: word) > 0 })
            try await bench.executor.cancel(bench.id())
            let result = try await bench.result(bench.id())
            #expect(result.signal == Int(SIGTERM) && !result.timedOut && !result.succeeded)
            #expect(try await processes(with: word) == 0)
        }
    }

    @Test func `cancel at once after the start, before the agent has said who it is, leaves a result`()
        async throws
    {
        try await Bench.with { bench in
            for attempt in 1...5 {
                let id = bench.id(attempt: attempt)
                try await bench.executor.start(bench.job(.test, id, BuildSpec(test: "sleep 300")))
                try await bench.executor.cancel(id)
                #expect(try await !bench.result(id).succeeded)
            }
        }
    }
}
