import Foundation
import GantryBase
import Glibc
import Model
import State
import Testing

@testable import ControlPlane

/// Thousands of stored workloads: what a start costs, and what it costs that they are there.
@Suite struct LoadTests {
    /// With `GANTRY_LOAD=16000` that many, and measured: to be run alone. Else fewer, beside other tests.
    static let asked = ProcessInfo.processInfo.environment["GANTRY_LOAD"].flatMap { Int($0) }
    static var measures: Bool { asked != nil }
    static var count: Int { asked ?? 1600 }

    @Test func aStartWithManyWorkloadsTellsTheClusterEachOnceAndThenRests() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                try await world.run(try await world.push(), reaches: .succeeded)
            }
            try await fill(world)
            let applied = world.cluster.applyCount
            let (begin, used) = (ContinuousClock.now, processorSeconds())
            try await world.serving {
                _ = try await world.eventually("all told", patience: .seconds(300)) {
                    world.cluster.applyCount - applied >= Self.count ? true : nil
                }
                let took = ContinuousClock.now - begin
                let cost = processorSeconds() - used
                // Statuses that follow are written and read again.
                let version = try await quiet(world)
                let (settled, settledCost) = (ContinuousClock.now - begin, processorSeconds() - used)
                let (before, told) = (processorSeconds(), world.cluster.applyCount)
                try await Task.sleep(for: Self.measures ? .seconds(20) : .seconds(2))
                #expect(world.cluster.applyCount == told)
                #expect(try await world.store.currentVersion() == version)
                guard Self.measures else { return }
                let idle = (processorSeconds() - before) / 20
                let text = """
                    \(Self.count) workloads: told in \(took) with \(cost) s of processor, settled in \(settled) \
                    with \(settledCost) s, idle \(idle * 100) % of a core\n
                    """
                FileHandle.standardError.write(Data(text.utf8))
                #expect(idle < 0.01)
            }
        }
    }

    /// Waits until nothing has been committed, and no cluster told anything, for a second.
    private func quiet(_ world: World) async throws -> Int64 {
        var (version, told): (Int64, Int) = (-1, -1)
        while true {
            let now = try await world.store.currentVersion()
            if now == version, world.cluster.applyCount == told { return now }
            (version, told) = (now, world.cluster.applyCount)
            try await Task.sleep(for: .seconds(1))
        }
    }

    private func fill(_ world: World) async throws {
        let template = try await world.store.require(StoredRelease.self, "yidian/article/1").spec
        var changes: [StateChange] = []
        for number in 0..<(Self.count / 4) {
            let service = ServiceName("yidian", "s\(number)")
            var release = template
            release.name = ReleaseName(service, 1)
            changes.append(
                try .create(StoredRelease.self, release.name.path, spec: release, labels: service.labels))
            for region in ["guangzhou", "nanjing", "tianjin", "hongkong"] as [RegionName] {
                let name = WorkloadName(service, "production", region)
                let spec = WorkloadSpec(cluster: "local", release: release.name, replicas: 2)
                changes.append(
                    try .create(StoredWorkload.self, name.path, spec: spec, labels: name.labels))
            }
            if changes.count > 900 {
                try await world.store.commit(changes, audit: [])
                changes = []
            }
        }
        try await world.store.commit(changes, audit: [])
    }

    private func processorSeconds() -> Double {
        var usage = rusage()
        getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
