import Clusters
import GantryBase
import Glibc
import LocalCluster
import Model
import Supervision
import Testing

extension LocalClusterTests {
    @Suite struct AdoptionTests {
        @Test func instancesAndProxiesOutliveTheServerAndAreAdopted() async throws {
            try await Ground.with(isolation: .none) { ground in
                let first = try await ground.open()
                let target = try await ground.target(replicas: 2)
                let other = try await ground.target("yisheng/doctor")
                try await first.apply(target)
                try await first.apply(other)
                let before = try await first.ready(target.name, 2)
                let otherBefore = try await first.ready(other.name, 1)
                let agents = try before.map { try Stored.report(ground, $0.name).agent }
                let proxy = try await eventually("a proxy") { Stored.proxy(ground)?.proxy }
                await first.shutdown(stoppingInstances: false)

                let second = try await ground.open()
                #expect(try await second.observe(target.name)?.instances == before)
                #expect(try await second.observe(target.name)?.accepted == nil)
                try await second.apply(target)
                try await Task.sleep(for: .seconds(3))
                #expect(try await second.observe(target.name)?.instances == before)
                #expect(agents.count { $0.isAlive } == 2)
                #expect(proxy.isAlive)
                #expect(
                    try Stored.routes(ground).services.count == 2, "routes of what was not applied again stay"
                )
                #expect(try await second.observe(other.name)?.instances == otherBefore, "left alone")
                // An adopted agent's end is learned, and answered once it is known what is wanted.
                kill(agents[0].pid, SIGKILL)
                let rest = before[1].name
                _ = try await eventually("it is replaced") {
                    let ready = try await second.observe(target.name)?.instances.filter { $0.phase == .ready }
                    let names = ready?.map(\.name) ?? []
                    return names.count == 2 && names.contains(rest) && !names.contains(before[0].name)
                        ? true : nil
                }
                await second.shutdown(stoppingInstances: true)
                #expect(ground.processes().isEmpty)
            }
        }

        @Test func whatEndedWhileNobodyLookedIsLearnedFromItsReport() async throws {
            try await Ground.with(isolation: .none) { ground in
                let first = try await ground.open()
                let target = try await ground.target(replicas: 2)
                try await first.apply(target)
                let before = try await first.ready(target.name, 2)
                let agents = try before.map { try Stored.report(ground, $0.name).agent }
                await first.shutdown(stoppingInstances: false)
                kill(agents[0].pid, SIGTERM)
                kill(agents[1].pid, SIGKILL)
                _ = try await eventually("both agents are gone") {
                    agents.allSatisfy { !$0.isAlive } ? true : nil
                }

                let second = try await ground.open()
                let status = try await second.observe(target.name)
                let phases = Dictionary(
                    uniqueKeysWithValues: (status?.instances ?? []).map { ($0.name, $0.phase) })
                #expect(phases[before[0].name] == .stopped)
                #expect(phases[before[1].name] == .lost)
                #expect(marked("GANTRY_INSTANCE=\(before[1].name)").isEmpty)
                try await second.apply(target)
                _ = try await second.ready(target.name, 2)
                await second.shutdown(stoppingInstances: true)
                #expect(ground.processes().isEmpty)
            }
        }

        @Test func aFolderLeftHalfMadeIsRemoved() async throws {
            try await Ground.with(isolation: .none) { ground in
                let first = try await ground.open()
                await first.shutdown(stoppingInstances: false)
                let folder = "\(ground.clusterPath)/instances/half"
                mkdir(folder, 0o700)
                try replaceFile(folder + "/record.json", with: Array("{".utf8))
                let second = try await ground.open()
                #expect(access(folder, F_OK) != 0)
                await second.shutdown(stoppingInstances: true)
            }
        }
    }
}
