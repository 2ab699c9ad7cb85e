import Foundation
import GantryBase
import Glibc
import Model
import Supervision
import Testing

@testable import Commands

extension CommandsTests {
    @Suite struct ServerKillTests {
        @Test func aKilledServerCutsNoTrafficAndTheNextOneTakesOverWhatRuns() async throws {
            try await RunningServer.with { server, people in
                _ = try await people.deploy(Sample.hello, on: server)
                let before = try await people.ready(2)
                let pids = try before.map { try server.report($0.name) }
                let proxy = try server.proxy().proxy
                let load = Load.start(try await people.door())
                try await Task.sleep(for: .seconds(1))
                await server.kill()
                try await Task.sleep(for: .seconds(2))
                #expect(pids.allSatisfy { $0.agent.isAlive && $0.program?.isAlive == true })
                try await server.start()
                let after = try await people.ready(2)
                try await Task.sleep(for: .seconds(1))
                let count = await load.stop()
                #expect(count.isClean && count.sent > 50, "\(count.text)")
                #expect(Set(after.map(\.name)) == Set(before.map(\.name)))
                #expect(try after.map { try server.report($0.name).program } == pids.map(\.program))
                #expect(try after.map { try server.report($0.name).agent } == pids.map(\.agent))
                #expect(try server.proxy().proxy == proxy)
                try await secondServerIsRefused(server)
            }
        }

        private func secondServerIsRefused(_ server: RunningServer) async throws {
            let second = try await Shell.gantry(["up", "--data", server.data, "--port", "0"])
            #expect(second.status == 75, "\(second)")
            #expect(second.complaint.contains(server.data), "\(second)")
            #expect(second.complaint.contains("hint:"), "\(second)")
        }

        @Test func aServerKilledDuringAStepAndDuringARolloutDeploysOnce() async throws {
            try await RunningServer.with { server, people in
                let git = try await people.begin(Sample.hello, on: server, .init(test: "sleep 5"))
                try await git.push()
                let run = try await people.developer.newestRun(of: Sample.hello).spec.name
                _ = try await eventually("the test step runs") {
                    try await running(.test, of: run, people) ? true : nil
                }
                await server.kill()
                try await Task.sleep(for: .seconds(1))
                try await server.start()
                try await people.developer.halted(run, within: .minutes(2)).require(.waiting)
                #expect(try await people.developer.count("releases", of: Sample.hello) == 1)
                #expect(try await people.developer.count("rollouts", of: Sample.hello) == 1)

                try await people.approver.decide(run, approved: true, comment: nil)
                _ = try await eventually("production begins") {
                    try await people.developer.count("rollouts", of: Sample.hello) == 2 ? true : nil
                }
                await server.kill()
                try await server.start()
                try await people.developer.halted(run, within: .minutes(2)).require(.succeeded)
                #expect(try await people.developer.count("releases", of: Sample.hello) == 1)
                #expect(try await people.developer.count("rollouts", of: Sample.hello) == 2)
                #expect(try await people.developer.count("runs", of: Sample.hello) == 1)
                let all = try await people.instances(Sample.hello, Sample.production)
                let live = all.filter { $0.phase != .stopped && $0.phase != .lost }
                #expect(live.count == 4 && live.allSatisfy { $0.phase == .ready }, "\(all)")
            }
        }

        private func running(_ kind: StepKind, of run: RunName, _ people: DemoPeople) async throws -> Bool {
            let stages = try await people.developer.run(run).status.stages
            return stages.contains { $0.steps.contains { $0.kind == kind && $0.progress == .running } }
        }

        @Test func anInterruptDrainsAndStopsAllAndKeepLeavesAllForTheNextServer() async throws {
            try await RunningServer.with { server, people in
                _ = try await people.deploy(Sample.hello, on: server)
                let before = try await people.ready(2)
                let programs = try before.map { try server.report($0.name).program }
                try await server.stop(SIGKILL)
                try await server.start("--keep")
                #expect(try await server.stop().exitCode == 0)
                #expect(programs.allSatisfy { $0?.isAlive == true }, "--keep leaves the programs")
                try await server.start()
                #expect(Set(try await people.ready(2).map(\.name)) == Set(before.map(\.name)))
                let load = Load.start(try await people.door())
                try await Task.sleep(for: .milliseconds(500))
                #expect(try await server.stop().exitCode == 0)
                _ = await load.stop()
                let left = server.processes(server.data)
                #expect(left.isEmpty, "left after an ordered stop: \(left)")
                for name in before.map(\.name) {
                    let end = try server.report(name)
                    #expect(end.status.phase == .stopped, "\(end)")
                    #expect(end.lastExit?.exitCode == 0, "not killed, but ended by itself: \(end)")
                }
                try await server.start()
                #expect(try await people.ready(2).count == 2, "the next server runs the same release again")
            }
        }
    }
}
