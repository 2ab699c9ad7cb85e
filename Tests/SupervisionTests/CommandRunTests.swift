import GantryBase
import Glibc
import Model
import Testing

@testable import Supervision

@Suite struct CommandRunTests {
    private func shell(_ script: String) -> CommandRun { CommandRun(["/bin/sh", "-c", script]) }

    @Test func `output, complaint and status come apart, and of a long complaint its end is kept`()
        async throws
    {
        var output = try await shell("echo out; echo bad >&2; exit 3").run()
        #expect(output.exit.exitCode == 3 && output.bytes == Array("out\n".utf8))
        #expect(output.complaint == "bad\n")
        output = try await shell("yes | head -c 1000000 >&2; echo end >&2").run()
        #expect(output.complaint.hasSuffix("y\nend\n"))
        #expect(output.complaint.utf8.count <= 2 * CommandRun.errorLimit)
    }

    @Test func `what takes too long or prints too much is ended, and the error names it`() async throws {
        var run = shell("sleep 300")
        (run.timeLimit, run.name) = (.milliseconds(200), "git gc")
        var error = await #expect(throws: GantryError.self) { try await run.run() }
        #expect(error?.code == .timeout && error?.message.hasPrefix("git gc did not end") == true)
        run = shell("yes")
        run.outputLimit = 1000
        error = await #expect(throws: GantryError.self) { try await run.run() }
        #expect(error?.code == .limit && error?.message.hasPrefix("/bin/sh printed more than 1000") == true)
    }

    @Test func `a cancelled task lets a program end, unless the program may be cut short`() async throws {
        let run = shell("sleep 0.5; exit 5")
        let task = Task { try await run.run() }
        task.cancel()
        #expect(try await task.value.exit.exitCode == 5)
    }

    @Test func `one that may be cut short is killed with what it started in its group`() async throws {
        let word = "cancelled-\(RandomName.make(length: 12))"
        var command = shell("sh -c 'sleep 300; : \(word)' & sleep 300; : \(word)")
        command.isCancellable = true
        let run = command
        let task = Task { try await run.run() }
        #expect(await becomesTrue { StepFixture.processes(with: word).count >= 2 })
        task.cancel()
        #expect(try await task.value.exit.signal == 9)
        #expect(await becomesTrue { StepFixture.processes(with: word).isEmpty })
    }
}
