import Clusters
import GantryBase
import Glibc
import LocalCluster
import Model
import Supervision
import Testing

extension LocalClusterTests {
    /// What ended instances left is sent before their folders go. The verb `ship` is one of the test's own here, which
    /// says when it succeeds.
    @Suite struct ShippingTests {
        /// An agent whose `ship` notes its plan and token, and succeeds once the file `open` is there.
        private func agent(_ ground: Ground) throws -> String {
            let path = ground.path + "/agent"
            let script = """
                #!/bin/sh
                [ "$1" = ship ] || exec \(Ground.agent) "$@"
                echo "$2 $GANTRY_AGENT_TOKEN" >> \(ground.path)/shipped
                test -e \(ground.path)/open

                """
            try replaceFile(path, with: Array(script.utf8), mode: 0o755)
            return path
        }

        private func shipped(_ ground: Ground) -> [String] {
            let bytes = (try? readFile(ground.path + "/shipped", limit: 1 << 20)) ?? []
            return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        }

        private func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

        @Test func aForgottenInstanceKeepsItsFolderUntilAllIsSentAlsoAcrossAServersLife() async throws {
            try await Ground.with(isolation: .none) { ground in
                let agent = try agent(ground)
                let first = try await ground.open(signals: ground.home, agent: agent)
                let target = try await ground.target()
                try await first.apply(target)
                let instance = try await first.ready(target.name, 1)[0].name
                try await first.remove(target.name)
                _ = try await eventually("it is forgotten") {
                    try await first.observe(target.name) == nil ? true : nil
                }
                _ = try await eventually("it is tried twice") { shipped(ground).count >= 2 ? true : nil }
                let line = "\(ground.instance(instance, "plan.json")) tok-\(instance.id)-yidian/article/1"
                #expect(Set(shipped(ground)) == [line])
                #expect(exists(ground.instance(instance, "output.log")))
                #expect(await first.shipping() == ShippingStatistics(waiting: 1, sent: 0, givenUp: 0))
                await first.shutdown(stoppingInstances: true)
                #expect(exists(ground.instance(instance, "output.log")))

                let before = shipped(ground).count
                try replaceFile(ground.path + "/open", with: [])
                let second = try await ground.open(signals: ground.home, agent: agent)
                _ = try await eventually("the folder goes") {
                    exists(ground.instance(instance, "")) ? nil : true
                }
                #expect(shipped(ground).count == before + 1)
                #expect(await second.shipping() == ShippingStatistics(waiting: 0, sent: 1, givenUp: 0))
                #expect(try await second.workloads().isEmpty)
                await second.shutdown(stoppingInstances: true)
                #expect(ground.processes().isEmpty)
            }
        }

        @Test func whatAKilledAgentLeftIsSentTheSameWayAndOnce() async throws {
            try await Ground.with(isolation: .none) { ground in
                let agent = try agent(ground)
                try replaceFile(ground.path + "/open", with: [])
                let cluster = try await ground.open(signals: ground.home, agent: agent)
                let target = try await ground.target()
                try await cluster.apply(target)
                let instance = try await cluster.ready(target.name, 1)[0].name
                kill(try Stored.report(ground, instance).agent.pid, SIGKILL)
                _ = try await eventually("it is sent") { await cluster.shipping().sent == 1 ? true : nil }
                #expect(exists(ground.instance(instance, "shipped")))
                #expect(shipped(ground).count == 1)
                await cluster.shutdown(stoppingInstances: false)
                let second = try await ground.open(signals: ground.home, agent: agent)
                try await second.apply(target)
                _ = try await second.ready(target.name, 1)
                #expect(shipped(ground).count == 1)
                await second.shutdown(stoppingInstances: true)
                #expect(ground.processes().isEmpty)
            }
        }
    }
}
