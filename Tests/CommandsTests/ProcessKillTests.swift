import Foundation
import GantryBase
import Glibc
import Model
import Supervision
import Testing

@testable import Commands

extension CommandsTests {
    @Suite struct ProcessKillTests {
        @Test func killedAgentsProgramsAndProxiesAreMadeGoodUnderLoad() async throws {
            try await RunningServer.with { server, people in
                _ = try await people.deploy(Sample.hello, on: server)
                try await killAgent(server, people)
                try await killProgram(server, people)
                try await killProxy(server, people)
            }
        }

        /// What was under way on the instance may be lost only where a retry would not be safe: never for a GET.
        private func killAgent(_ server: RunningServer, _ people: DemoPeople) async throws {
            let victim = try #require(try await people.ready(2).first)
            let report = try server.report(victim.name)
            let load = Load.start(try await people.door())
            try await Task.sleep(for: .milliseconds(500))
            #expect(kill(report.agent.pid, SIGKILL) == 0)
            _ = try await eventually("nothing of the instance's group is left") {
                server.processes("GANTRY_INSTANCE=\(victim.name)").isEmpty ? true : nil
            }
            let after = try await eventually("another instance in its place") {
                let ready = try await people.instances().filter { $0.phase == .ready }
                return ready.count == 2 && !ready.contains { $0.name == victim.name } ? ready : nil
            }
            let count = await load.stop()
            #expect(count.isClean, "\(count.text)")
            #expect(after.allSatisfy { $0.release == victim.release })
        }

        private func killProgram(_ server: RunningServer, _ people: DemoPeople) async throws {
            let victim = try #require(try await people.ready(2).first)
            let program = try #require(try server.report(victim.name).program)
            let load = Load.start(try await people.door())
            try await Task.sleep(for: .milliseconds(500))
            #expect(kill(program.pid, SIGKILL) == 0)
            let after = try await eventually("the program runs again") {
                try await people.instances().first {
                    $0.name == victim.name && $0.phase == .ready && $0.restarts == victim.restarts + 1
                }
            }
            let count = await load.stop()
            #expect(count.isClean, "\(count.text)")
            #expect(after.addresses == victim.addresses)
            #expect(try server.report(victim.name).lastExit?.signal == 9)
            let listed = try await Shell.gantry(
                ["get", "instances", "--service", "yidian/hello"], server: await server.address,
                token: await server.token)
            let row = listed.output.split(separator: "\n").first { $0.contains(victim.name.path) }
            #expect(row?.contains("signal KILL") == true, "\(listed)")
        }

        private func killProxy(_ server: RunningServer, _ people: DemoPeople) async throws {
            let door = try await people.door()
            let proxy = try server.proxy().proxy
            #expect(kill(proxy.pid, SIGKILL) == 0)
            let killed = ContinuousClock.now
            _ = try await eventually("served at the same address again") {
                (try? await door.ask("/"))?.status == 200 ? true : nil
            }
            let took = ContinuousClock.now - killed
            #expect(took <= .seconds(2), "\(took)")
            #expect(try await people.door().address == door.address)
            _ = try await eventually("another proxy reports") {
                try server.proxy().proxy != proxy && server.proxy().proxy.isAlive ? true : nil
            }
        }

        @Test func aStepWhoseAgentWasKilledIsTriedAgain() async throws {
            try await RunningServer.with { server, people in
                let git = try await people.begin(Sample.hello, on: server, .init(test: "sleep 3"))
                try await git.push()
                let run = try await people.developer.newestRun(of: Sample.hello).spec.name
                let agent: ProcessIdentity = try await eventually("the agent of the test step") {
                    try? Shell.read("\(server.data)/runs/\(run)/0-1-1/agent.json")
                }
                _ = try await eventually("its program runs") {
                    server.processes("sleep\u{0}3").isEmpty ? nil : true
                }
                #expect(kill(agent.pid, SIGKILL) == 0)
                let halted = try await people.developer.halted(run, within: .minutes(2))
                try halted.require(.waiting)
                let step = halted.status.stages[0].steps[1]
                #expect(step.attempt == 2 && step.losses == 1, "\(step)")
                #expect(try await people.developer.count("releases", of: Sample.hello) == 1)
            }
        }

        @Test func aStepWhoseShellWasKilledFailsItsRunWhichCanBeRetried() async throws {
            try await RunningServer.with { server, people in
                let script = "if [ $CI_STEP_ATTEMPT = 1 ]; then sleep 300; fi"
                let git = try await people.begin(Sample.hello, on: server, .init(test: script))
                try await git.push()
                let run = try await people.developer.newestRun(of: Sample.hello).spec.name
                let shell = try await eventually("the shell of the test step sleeps") {
                    server.processes("sleep\u{0}300").isEmpty
                        ? nil : server.processes("-euc\u{0}\(script)").first
                }
                #expect(kill(shell.pid, SIGKILL) == 0)
                let failed = try await people.developer.halted(run, within: .minutes(1))
                try failed.require(.failed)
                let step = failed.status.stages[0].steps[1]
                #expect(step.result?.signal == 9 && step.attempt == 1 && step.losses == 0, "\(step)")
                #expect(step.reason == "ended by signal 9 (KILL)")
                #expect(server.processes("sleep\u{0}300").isEmpty)
                let retry = try await Shell.gantry(
                    ["run", "retry", "\(run)"], server: await server.address,
                    token: people.developer.token)
                #expect(retry.status == 0, "\(retry)")
                let halted = try await people.developer.halted(run, within: .minutes(2))
                try halted.require(.waiting)
                #expect(halted.status.stages[0].steps[1].attempt == 2)
                #expect(try await people.developer.count("releases", of: Sample.hello) == 1)
            }
        }
    }
}
