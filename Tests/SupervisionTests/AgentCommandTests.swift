import GantryBase
import Glibc
import Supervision
import Testing

@Suite struct AgentCommandTests {
    private func agent(_ arguments: [String]) async throws -> (exit: ProcessExit, output: String) {
        try await Scratch.with {
            try await $0.run(ProcessRequest(command: [try StepFixture.agent] + arguments, environment: [:]))
        }
    }

    @Test func `version and help`() async throws {
        let version = try await agent(["--version"])
        #expect(version.exit.exitCode == 0 && version.output.hasPrefix("gantry-agent "))
        let help = try await agent(["--help"])
        #expect(help.exit.exitCode == 0 && help.output.hasPrefix("usage: gantry-agent VERB PLAN\n"))
    }

    @Test(arguments: [[], ["step"], ["dance", "plan"], ["step", "a", "b"], ["--version", "x"]])
    func `wrong use exits 64 with the help`(arguments: [String]) async throws {
        let answer = try await agent(arguments)
        #expect(answer.exit.exitCode == 64)
        #expect(answer.output.hasPrefix("usage: "))
    }

    @Test func `a plan that is missing or is none says what is wrong with it`() async throws {
        let missing = try await agent(["step", "/no/such/plan"])
        #expect(missing.exit.exitCode == 66)
        #expect(missing.output == "gantry-agent: cannot read /no/such/plan: No such file or directory\n")
        let wrong = try await Scratch.with { scratch in
            try scratch.write("plan", "{\"title\": 3}")
            return try await scratch.run(
                ProcessRequest(
                    command: [try StepFixture.agent, "step", scratch.file("plan")], environment: [:]))
        }
        #expect(wrong.exit.exitCode == 65)
        #expect(wrong.output.contains("plan is no step plan: "))
    }
}
