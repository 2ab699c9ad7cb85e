import Clusters
import Foundation
import GantryBase
import Glibc
import LocalCluster
import Model
import Supervision
import Testing
import Wire

extension LocalClusterTests {
    @Suite struct FaultTests {
        @Test func aKilledAgentIsReplacedAndNothingOfItsGroupIsLeft() async throws {
            try await Ground.with { ground, cluster in
                let target = try await ground.target(replicas: 2, program: Programs.withChild)
                try await cluster.apply(target)
                let ready = try await cluster.ready(target.name, 2)
                let report = try Stored.report(ground, ready[0].name)
                let mark = "GANTRY_INSTANCE=\(ready[0].name)"
                let group = marked(mark)
                #expect(group.count == 2, "the program and its child")
                #expect(kill(report.agent.pid, SIGKILL) == 0)
                let lost = try await eventually("the loss is told") {
                    try await cluster.observe(target.name)?.instances.first { $0.phase == .lost }
                }
                #expect(lost.name == ready[0].name)
                #expect(lost.reason?.contains("signal 9") == true)
                _ = try await eventually("the group is gone") { marked(mark).isEmpty ? true : nil }
                let after = try await cluster.ready(target.name, 2)
                #expect(after.contains { $0.name == ready[1].name }, "the other one was left alone")
                #expect(!after.contains { $0.name == ready[0].name })
                let endpoint = "\(ground.clusterPath)/regions/guangzhou/endpoints/\(ready[0].name.id).json"
                #expect(access(endpoint, F_OK) != 0)
            }
        }

        @Test func aKilledProxyIsBackAtTheSameAddressWithinTwoSeconds() async throws {
            try await Ground.with { ground, cluster in
                let target = try await ground.target()
                try await cluster.apply(target)
                _ = try await cluster.ready(target.name, 1)
                let routes = try Stored.routes(ground)
                let route = try #require(routes.services.first)
                let address = "127.0.0.1:\(route.listenPort)"
                _ = try await eventually("served") { await get(address)?.status == 200 ? true : nil }
                let proxy = try #require(Stored.proxy(ground)).proxy
                #expect(kill(proxy.pid, SIGKILL) == 0)
                let killed = ContinuousClock.now
                _ = try await eventually("another proxy") {
                    Stored.proxy(ground)?.proxy != proxy && Stored.proxy(ground)?.proxy.isAlive == true
                        ? true : nil
                }
                _ = try await eventually("served again") { await get(address)?.status == 200 ? true : nil }
                #expect(ContinuousClock.now - killed < .seconds(2))
                #expect(try Stored.routes(ground).services.first == route)
            }
        }

        @Test func anInstanceWhosePortWasTakenIsReplacedByOneOnAnother() async throws {
            try await Ground.with { ground, cluster in
                let target = try await ground.target()
                try await cluster.apply(target)
                let first = try await cluster.ready(target.name, 1)[0]
                let port = try #require(
                    first.addresses["http"]?.split(separator: ":").last.flatMap { Int($0) })
                // Another process waits for the port and has it the moment that the program lets go of it.
                let thief = try ProcessTable.shared.spawn(thief(of: port))
                defer { thief.signal(SIGKILL) }
                try await Task.sleep(for: .seconds(1))
                let program = try Stored.report(ground, first.name).program
                kill(try #require(program).pid, SIGKILL)
                let after = try await eventually("an instance on another port") {
                    try await cluster.observe(target.name)?.instances.first {
                        $0.phase == .ready && $0.addresses["http"] != first.addresses["http"]
                    }
                }
                #expect(after.name != first.name)
                thief.signal(SIGKILL)
                _ = await thief.wait()
            }
        }

        private func thief(of port: Int) -> ProcessRequest {
            let script = """
                import socket, time
                while True:
                    s = socket.socket()
                    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    try:
                        s.bind(("127.0.0.1", \(port))); s.listen(); break
                    except OSError: s.close()
                time.sleep(600)
                """
            return ProcessRequest(command: ["/usr/bin/python3", "-c", script], environment: [:])
        }

        @Test func aProgramThatCrashesSaysWhyAndKeepsItsOutput() async throws {
            try await Ground.with { ground, cluster in
                let target = try await ground.target(program: Programs.crashing)
                try await cluster.apply(target)
                let status = try await eventually("restarts") {
                    try await cluster.observe(target.name)?.instances.first {
                        $0.phase == .crashing && $0.restarts > 0
                    }
                }
                #expect(status.reason?.contains("3") == true)
                try await cluster.remove(target.name)
                var lines: [String] = []
                for try await line in cluster.output(of: status.name, lines: 10, follow: false) {
                    lines.append(line)
                }
                #expect(lines.contains("about to fail"))
                _ = try await eventually("removed") {
                    try await cluster.observe(target.name) == nil ? true : nil
                }
            }
        }

        @Test(arguments: ["..", ".", "", "a/b", "a\0b", ".hidden", "名"])
        func aNameThatLeadsOutOfTheFoldersIsRefused(word: String) async throws {
            try await Ground.with { ground, cluster in
                var target = try await ground.target()
                let names = [
                    WorkloadName(ServiceName(BusinessName(word), "a"), "testing", "guangzhou"),
                    WorkloadName(ServiceName("yidian", word), "testing", "guangzhou"),
                    WorkloadName(target.name.service, EnvironmentName(word), "guangzhou"),
                    WorkloadName(target.name.service, "testing", RegionName(word)),
                ]
                for name in names {
                    (target.name, target.release) = (name, ReleaseName(name.service, 1))
                    await #expect(throws: GantryError.self) { try await cluster.apply(target) }
                    #expect(try await cluster.observe(name) == nil)
                }
            }
        }

        @Test func aMissingArtifactIsAProblemOfItsWorkloadAlone() async throws {
            try await Ground.with { ground, cluster in
                var bad = try await ground.target("yidian/bad")
                bad.artifact = "sha256:" + String(repeating: "0", count: 64)
                let good = try await ground.target("yidian/good")
                try await cluster.apply(bad)
                try await cluster.apply(good)
                _ = try await cluster.ready(good.name, 1)
                let problem = try await eventually("the problem is told") {
                    try await cluster.observe(bad.name)?.problem
                }
                #expect(problem.contains("not in the store"))
            }
        }
    }
}

/// Living processes with this variable in their environment.
func marked(_ mark: String) -> [Int32] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { name in
        guard let pid = Int32(name), ProcessIdentity.of(pid: pid)?.isAlive == true,
            let bytes = try? readFile("/proc/\(pid)/environ", limit: 1 << 20)
        else { return nil }
        return bytes.split(separator: 0).contains { $0.elementsEqual(mark.utf8) } ? pid : nil
    }
}
