import Foundation
import GantryBase
import Glibc
import Model
import Supervision
import Testing

@testable import Running

/// The server that started a step is gone, or its agent is.
@Suite(.timeLimit(.minutes(3))) struct RestartTests {
    private func start(_ bench: Bench, _ script: String, _ id: StepID? = nil) async throws {
        try await bench.executor.start(bench.job(.test, id ?? bench.id(), BuildSpec(test: script)))
    }

    private func identity(_ bench: Bench, _ id: StepID) async throws -> ProcessIdentity {
        let folder = bench.executor.places.step(id)
        #expect(await becomesTrue { isThere(folder.identity) })
        let identity: ProcessIdentity? = folder.read(folder.identity)
        return try #require(identity)
    }

    @Test(arguments: [true, false])
    func `a new executor sees the step run, hears its end and finds its result`(apart: Bool) async throws {
        try await Bench.with(apart: apart) { bench in
            try await start(bench, "echo begun; while [ ! -e go ]; do sleep 0.05; done; echo ended; exit 3")
            let next = try bench.anotherExecutor()
            #expect(try await next.observe(bench.id()) == .running)
            // Once more: there is still one agent.
            try await next.start(bench.job(.test, bench.id(), BuildSpec(test: "echo twice")))
            _ = try await identity(bench, bench.id())
            let changes = next.changes()
            #expect(try await next.observe(bench.id()) == .running)
            try bench.scratch.write("data/workspaces/yidian/article/1/source/go", "")
            for await id in changes {
                #expect(id == bench.id())
                break
            }
            #expect(try await bench.result(bench.id(), by: next).exitCode == 3)
            #expect(await bench.log(bench.id()) == "begun\nended\n")
        }
    }

    @Test(arguments: [true, false])
    func `kill -9 of the agent is a lost step with no process left`(apart: Bool) async throws {
        try await Bench.with(apart: apart) { bench in
            let word = "lost-\(RandomName.make(length: 12))"
            try await start(bench, "setsid sh -c 'sleep 300; : \(word)' & echo up; sleep 300; : \(word)")
            #expect(try await becomesTrue { try await processes(with: word) > 0 })
            let agent = try await identity(bench, bench.id())
            let changes = bench.executor.changes()
            #expect(ProcessWatch.shared.signal(agent, SIGKILL))
            for await id in changes {
                #expect(id == bench.id())
                break
            }
            #expect(try await becomesTrue { try await bench.executor.observe(bench.id()) == .lost })
            #expect(try await becomesTrue { try await processes(with: word) == 0 })
            // The attempt is over; the next one is another step.
            try await start(bench, "echo again")
            #expect(try await bench.executor.observe(bench.id()) == .lost)
            #expect(try await bench.test("echo again", bench.id(attempt: 2)).succeeded)
        }
    }

    @Test(arguments: [true, false])
    func `kill -9 of the step's own shell is a step ended by that signal, at once`(apart: Bool) async throws {
        try await Bench.with(apart: apart) { bench in
            let word = "shell-\(RandomName.make(length: 12))"
            try await start(bench, "(sleep 300; : child) & echo up; : \(word); sleep 300")
            #expect(await becomesTrue { await bench.log(bench.id()) == "up\n" })
            let agent = try await identity(bench, bench.id())
            #expect(ProcessWatch.shared.signal(try shell(with: word), SIGKILL))
            let killed = ContinuousClock.now
            let result = try await bench.result(bench.id())
            #expect(ContinuousClock.now - killed < .seconds(20))
            #expect(result.signal == 9 && result.exitCode == nil && result.startFailure == nil)
            #expect(!result.succeeded && !result.timedOut && !result.outOfMemory && result.exceeded == nil)
            #expect(try await becomesTrue { try await processes(with: word) == 0 })
            #expect(await becomesTrue { !agent.isAlive })
            #expect(await bench.log(bench.id()) == "up\n")
            #expect(try await bench.test("echo again", bench.id(attempt: 2)).succeeded)
        }
    }

    /// The shell that leads the step; its children in the background bear the same words.
    private func shell(with word: String) throws -> ProcessIdentity {
        let bytes = Array(word.utf8)
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc") {
            guard let pid = Int32(name), let line = try? readFile("/proc/\(pid)/cmdline", limit: 1 << 16),
                line.starts(with: Array("/bin/sh".utf8)), line.firstRange(of: bytes) != nil,
                let process = ProcessIdentity.of(pid: pid), getsid(pid) == pid
            else { continue }
            return process
        }
        throw GantryError(.notFound, "no shell has \(word) in its arguments")
    }

    @Test func `starts at once, also of several executors, start one agent`() async throws {
        try await Bench.with { bench in
            let executors = try [bench.executor] + (0..<3).map { _ in try bench.anotherExecutor() }
            let job = bench.job(.test, bench.id(), BuildSpec(test: "echo ran; sleep 0.3"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<24 { group.addTask { try await executors[index % 4].start(job) } }
                try await group.waitForAll()
            }
            #expect(try await bench.result(bench.id()).succeeded)
            #expect(await bench.log(bench.id()) == "ran\n")
        }
    }

    @Test func `an agent that has not said who it is yet is known to run`() async throws {
        try await Bench.with { bench in
            let folder = bench.executor.places.step(bench.id())
            try bench.executor.places.makeStep(bench.id())
            // What a server leaves that dies right after the start of an agent that hangs at once.
            let messages = try #require(try folder.claim())
            var request = ProcessRequest(command: ["sleep", "300"], environment: ["PATH": "/bin"])
            request.output = .descriptor(messages)
            let agent = try ProcessTable.shared.spawn(request)
            close(messages)
            #expect(try await bench.executor.observe(bench.id()) == .running)
            try await start(bench, "echo twice")
            #expect(await bench.log(bench.id()) == "")
            agent.signal(SIGKILL)
            _ = await agent.wait()
            #expect(try await bench.executor.observe(bench.id()) == .lost)
        }
    }

    @Test func `a follower sees lines while the step runs, and ends with it, also when it came first`()
        async throws
    {
        try await Bench.with { bench in
            let early = Task {
                var text = ""
                for try await piece in bench.executor.log(of: bench.id(), follow: true) {
                    text += String(decoding: piece, as: UTF8.self)
                }
                return text
            }
            try await Task.sleep(for: .milliseconds(100))
            try await start(bench, "echo first; while [ ! -e go ]; do sleep 0.05; done; echo last")
            var text = ""
            for try await piece in bench.executor.log(of: bench.id(), follow: true) {
                if text.isEmpty {
                    #expect(try await bench.executor.observe(bench.id()) == .running)
                    try bench.scratch.write("data/workspaces/yidian/article/1/source/go", "")
                }
                text += String(decoding: piece, as: UTF8.self)
            }
            #expect(text == "first\nlast\n")
            #expect(try await early.value == "first\nlast\n")
            #expect(await bench.log(bench.id(7)) == "")
        }
    }

    @Test func `start to first output`() async throws {
        try await Bench.with { bench in
            var best = Duration.seconds(60)
            var total = Duration.zero
            let clock = ContinuousClock()
            for attempt in 1...10 {
                let id = bench.id(attempt: attempt)
                let begun = clock.now
                try await start(bench, "echo x", id)
                let log = bench.executor.places.step(id).log
                while text(of: log).isEmpty, clock.now - begun < .seconds(10) { usleep(500) }
                let took = clock.now - begun
                best = min(best, took)
                total += took
                _ = try await bench.result(id)
            }
            print("step start overhead: best \(best), mean \(total / 10)")
            #expect(best < .seconds(2))
        }
    }
}
