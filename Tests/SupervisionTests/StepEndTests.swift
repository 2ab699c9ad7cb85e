import GantryBase
import Glibc
import Model
import Supervision
import Testing

/// How a step ended is told apart, and nothing of it is left.
@Suite struct StepEndTests {
    @Test func `success, with the log, the identity of the agent and only its own variables`() async throws {
        try await Scratch.with { scratch in
            var step = try StepFixture(
                scratch, "echo out; echo err >&2; echo \"$TOKEN-$PLAIN-${HIDDEN-none}\"; id -u")
            step.plan.environment["PLAIN"] = "p"
            step.agentEnvironment = ["GANTRY_SECRET_TOKEN": "s3cret", "HIDDEN": "x"]
            let result = try await step.run()
            #expect(result.succeeded && result.exitCode == 0)
            #expect(result.startedAt <= result.finishedAt)
            #expect(step.log == "out\nerr\n***-p-none\n61001\n")
            #expect(scratch.text("agent").contains("startTicks"))
            #expect(!scratch.text("plan").contains("s3cret") && !scratch.text("result").contains("s3cret"))
        }
    }

    @Test(arguments: [true, false])
    func `exit code and signal`(namespaces: Bool) async throws {
        try await Scratch.with { scratch in
            var step = try StepFixture(scratch, "exit 143")
            step.plan.namespaces = namespaces
            var result = try await step.run()
            #expect(result.exitCode == 143 && result.signal == nil && !result.succeeded)
            step.plan.command = ["/bin/sh", "-c", "kill -15 $$"]
            result = try await step.run()
            #expect(result.signal == 15 && result.exitCode == nil && !result.timedOut)
        }
    }

    @Test(arguments: [true, false])
    func `a step that hangs and ignores TERM is killed at its time limit, with all its processes`(
        namespaces: Bool
    ) async throws {
        try await Scratch.with { scratch in
            let word = "sleep-\(RandomName.make(length: 12))"
            var step = try StepFixture(
                scratch,
                "trap '' TERM; setsid sh -c 'sleep 300; : \(word)' & echo hangs; sleep 300; sleep 300")
            step.plan.namespaces = namespaces
            step.plan.timeLimit = .milliseconds(300)
            let result = try await step.run()
            #expect(result.timedOut && result.signal == 9 && !result.succeeded)
            #expect(result.finishedAt - result.startedAt < .seconds(30))
            #expect(step.log == "hangs\n")
            #expect(StepFixture.processes(with: word).isEmpty)
        }
    }

    @Test func `a step that ends on TERM at its time limit is not killed`() async throws {
        try await Scratch.with { scratch in
            var step = try StepFixture(
                scratch, "trap 'echo stopped; exit 0' TERM; while :; do sleep 0.05; done")
            step.plan.timeLimit = .milliseconds(300)
            let result = try await step.run()
            #expect(result.timedOut && result.exitCode == 0 && !result.succeeded)
            #expect(step.log.hasSuffix("stopped\n"))
        }
    }

    @Test func `TERM to the agent cancels the step`() async throws {
        try await Scratch.with { scratch in
            let step = try StepFixture(
                scratch, "trap 'exit 0' TERM; touch started; while :; do sleep 0.05; done")
            let agent = try step.start()
            #expect(await becomesTrue { access(scratch.file("work/started"), F_OK) == 0 })
            agent.signal(SIGTERM)
            #expect(await agent.wait().exitCode == 0)
            let result = try step.result()
            #expect(result.signal == Int(SIGTERM) && !result.timedOut && !result.succeeded)
        }
    }

    @Test func `out of memory`() async throws {
        try await Scratch.with { scratch in
            var step = try StepFixture(scratch, "exec python3 -c 'b = b\"x\" * (300 << 20)'")
            step.plan.limits = ProcessLimits(
                cpu: nil, memory: .mebibytes(48), group: "gantry-test-\(RandomName.make(length: 10))")
            let result = try await step.run()
            #expect(result.outOfMemory && result.signal == 9 && !result.timedOut)
            let group = try #require(step.plan.limits?.group)
            #expect(access("/sys/fs/cgroup/memory/\(group)", F_OK) != 0)
        }
    }

    @Test func `a program that is not there, and a folder that is not there`() async throws {
        try await Scratch.with { scratch in
            var step = try StepFixture(scratch, "")
            step.plan.command = ["no-such-tool", "--all"]
            var result = try await step.run()
            #expect(result.startFailure?.hasPrefix("program no-such-tool is in no folder of PATH") == true)
            #expect(result.exitCode == nil && result.signal == nil && !result.succeeded)
            step.plan.command = ["true"]
            step.plan.directory = "/no/where"
            result = try await step.run()
            #expect(result.startFailure?.contains("/no/where") == true)
        }
    }

    @Test(arguments: [true, false])
    func `kill -9 of the agent takes the step with it`(namespaces: Bool) async throws {
        try await Scratch.with { scratch in
            let word = "sleep-\(RandomName.make(length: 12))"
            // Without namespaces the program itself ends, and what it started is only reached by its control
            // group.
            let daemon = namespaces ? "setsid sh -c 'sleep 300; : \(word)' & " : ""
            var step = try StepFixture(scratch, daemon + "touch started; sleep 2; sleep 300; : \(word)")
            step.plan.namespaces = namespaces
            let agent = try step.start()
            #expect(await becomesTrue { access(scratch.file("work/started"), F_OK) == 0 })
            #expect(!StepFixture.processes(with: word).isEmpty)
            agent.signal(SIGKILL)
            #expect(await agent.wait().signal == 9)
            #expect(await becomesTrue { StepFixture.processes(with: word).isEmpty })
            #expect(access(step.plan.resultFile, F_OK) != 0)
        }
    }
}
