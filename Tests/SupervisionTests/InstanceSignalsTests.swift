import GantryBase
import Glibc
import Model
import Testing

@testable import Supervision

@Suite("The collecting of signals beside a program", .serialized) struct InstanceSignalsTests {
    private func fixture(_ scratch: Scratch, port: Int, folder: String = "signals") throws -> InstanceFixture
    {
        var fixture = try InstanceFixture(scratch)
        fixture.plan.signals = SignalPlan(
            gatewayFile: scratch.file("gateway"), receiverPort: port, folder: scratch.file(folder))
        fixture.agentEnvironment = ["GANTRY_AGENT_TOKEN": "tok-1"]
        return fixture
    }

    private func ends(_ agent: RunningProcess) async -> Int? {
        agent.signal(SIGTERM)
        return await agent.wait().exitCode
    }

    @Test(
        "no thread of the agent takes a signal, and a gateway that is away costs a stop two seconds at most")
    func threads() async throws {
        try await Scratch.with { scratch in
            let port = try InstanceFixture.freePort()
            let fixture = try fixture(scratch, port: port)
            try await fixture.run { agent in
                #expect(await fixture.becomes(.ready))
                #expect(fixture.report?.notice == nil)
                let socket = Listener.connect(port)
                #expect(socket >= 0, "SDKs reach the receiver")
                close(socket)
                let threads = try await scratch.run(
                    shell("cat /proc/\(agent.identity.pid)/task/*/status | grep SigBlk"))
                let masks = threads.output.split(separator: "\n").compactMap {
                    UInt64($0.dropFirst("SigBlk:\t".count), radix: 16)
                }
                #expect(masks.count >= 5)
                for number in SignalInbox.stopping + SignalInbox.forwarded {
                    #expect(masks.allSatisfy { $0 & 1 << UInt64(number - 1) != 0 }, "signal \(number)")
                }
                let start = ContinuousClock.now
                #expect(await ends(agent) == 0)
                // The discovery wait of 1.5 s, the program's end, and the last flush.
                #expect(ContinuousClock.now - start < .seconds(8))
                #expect(fixture.report?.status.phase == .stopped)
            }
        }
    }

    @Test("a receiver's port that is taken, and a folder that cannot be made, are told and end nothing")
    func notices() async throws {
        try await Scratch.with { scratch in
            let taken = try Listener()
            defer { taken.close() }
            try scratch.write("file", "")
            let cases = [
                try fixture(scratch, port: taken.port),
                try fixture(scratch, port: try InstanceFixture.freePort(), folder: "file/signals"),
            ]
            for fixture in cases {
                unlink(scratch.file("log"))
                unlink(scratch.file("errors"))
                try await fixture.run { agent in
                    #expect(await fixture.becomes(.ready))
                    let notice = try #require(fixture.report?.notice)
                    #expect(notice.hasPrefix("signals are not collected: "))
                    #expect(await becomesTrue { scratch.text("log").contains("gantry: \(notice)\n") })
                    #expect(scratch.text("errors") == "gantry-agent: notice: \(notice)\n")
                    #expect(await ends(agent) == 0)
                    #expect(fixture.report?.status.phase == .stopped)
                }
            }
        }
    }

    @Test("code that is let go is there again when it is needed")
    func code() throws {
        func mapped() throws -> Int {
            let text = String(decoding: try readFile("/proc/self/status", limit: 1 << 16), as: UTF8.self)
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("RssFile:") })
            return try #require(
                line.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap { Int($0) })
        }
        let before = try mapped()
        CodePages.letGo()
        #expect(try mapped() < before)
    }

    @Test("ship says by its status whether something is left")
    func ship() async throws {
        try await Scratch.with { scratch in
            var fixture = try fixture(scratch, port: try InstanceFixture.freePort())
            func ship(_ environment: [String: String]) async throws -> (exit: ProcessExit, output: String) {
                try await scratch.run(
                    ProcessRequest(
                        command: [try StepFixture.agent, "ship", scratch.file("plan")],
                        environment: environment))
            }
            try fixture.save()
            #expect(try await ship(fixture.agentEnvironment).exit.exitCode == 0, "nothing was ever written")
            let without = try await ship([:])
            #expect(without.exit.exitCode == 65)
            #expect(without.output.contains("GANTRY_AGENT_TOKEN"))
            fixture.plan.signals = nil
            try fixture.save()
            #expect(try await ship([:]).exit.exitCode == 0)
        }
    }
}
