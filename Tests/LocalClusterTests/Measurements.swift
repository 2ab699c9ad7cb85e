import Clusters
import Foundation
import GantryBase
import Glibc
import LocalCluster
import Model
import Supervision
import Testing

extension LocalClusterTests {
    /// Prints how long things take; only when asked for with `GANTRY_MEASURE=1`, since a busy machine says nothing.
    @Suite(.enabled(if: ProcessInfo.processInfo.environment["GANTRY_MEASURE"] == "1"))
    struct Measurements {
        @Test func fromApplyToReady() async throws {
            try await Ground.with { ground, cluster in
                let target = try await ground.target("yidian/first")
                let began = ContinuousClock.now
                try await cluster.apply(target)
                _ = try await cluster.ready(target.name, 1)
                let first = ContinuousClock.now
                var again = target
                again.replicas = 2
                try await cluster.apply(again)
                _ = try await cluster.ready(target.name, 2)
                print(
                    "apply to ready: \(first - began) with unpacking, \(ContinuousClock.now - first) without")
            }
        }

        @Test func aRollingUpdateOfTwo() async throws {
            try await Ground.with { ground, cluster in
                let old = try await ground.target(replicas: 2, wait: .seconds(1))
                try await cluster.apply(old)
                _ = try await cluster.ready(old.name, 2)
                let new = try await ground.target(release: 2, replicas: 2, wait: .seconds(1))
                let began = ContinuousClock.now
                try await cluster.apply(new)
                let served = try await eventually("the new one serves") {
                    let status = try await cluster.observe(new.name)
                    return status?.ready(of: new.release) == 2 ? ContinuousClock.now : nil
                }
                _ = try await eventually("the old ones are gone") {
                    let live = try await cluster.observe(new.name)?.instances.filter { $0.phase != .stopped }
                    return live?.count == 2 ? true : nil
                }
                print(
                    "rolling update: \(served - began) to serving, \(ContinuousClock.now - began) to its end")
            }
        }

        @Test func idleWithEightInstances() async throws {
            try await Ground.with { ground, cluster in
                let target = try await ground.target(replicas: 8)
                try await cluster.apply(target)
                let ready = try await cluster.ready(target.name, 8)
                try await Task.sleep(for: .seconds(3))
                let agents = try ready.map { try Stored.report(ground, $0.name).agent.pid }
                let proxy = try #require(Stored.proxy(ground)).proxy.pid
                let before = (ticks(getpid()), agents.map(ticks).reduce(0, +), ticks(proxy))
                try await Task.sleep(for: .seconds(20))
                let after = (ticks(getpid()), agents.map(ticks).reduce(0, +), ticks(proxy))
                print(
                    "idle for 20 s, in ticks of 10 ms: tests \(after.0 - before.0),",
                    "8 agents \(after.1 - before.1), proxy \(after.2 - before.2)")
                print(
                    "resident KiB: tests \(resident(getpid())), agents \(agents.map(resident)), proxy \(resident(proxy))"
                )
            }
        }

        private func ticks(_ pid: Int32) -> Int {
            let text = String(
                decoding: (try? readFile("/proc/\(pid)/stat", limit: 4096)) ?? [], as: UTF8.self)
            let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
            return fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0
        }

        private func resident(_ pid: Int32) -> Int {
            let text = String(
                decoding: (try? readFile("/proc/\(pid)/statm", limit: 4096)) ?? [], as: UTF8.self)
            return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4
        }
    }
}
