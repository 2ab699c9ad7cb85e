import GantryBase
import Model
import State
import Testing

@testable import ControlPlane

@Suite struct HistoryTests {
    private static let count = 130

    /// Many rollouts of a service: the first made all regions healthy, the others only the first region. They begin
    /// with number 2.
    private func fill(_ world: World, _ environment: EnvironmentName = "production") async throws {
        for number in 2...Self.count {
            let target = RolloutTarget(
                name: RolloutName(World.service, number), environment: environment,
                release: ReleaseName(World.service, number), regions: ["guangzhou", "tianjin"], lastGood: [:],
                cause: .rollback(by: "wang"), createdAt: world.time.now())
            var status = RolloutStatus(phase: number == 2 ? .succeeded : .cancelled)
            status.regions = target.regions.map { region in
                let isHealthy = number == 2 || region == "guangzhou"
                return RegionProgress(region: region, phase: isHealthy ? .healthy : .progressing)
            }
            try await world.store.create(
                StoredRollout.self, target.name.path, spec: target, status: status,
                labels: target.labels(active: false))
        }
    }

    private func history(_ world: World, _ environment: EnvironmentName = "production") -> RolloutHistory {
        RolloutHistory(store: world.store, service: World.service, environment: environment)
    }

    @Test func noMoreIsReadThanIsAskedFor() async throws {
        try await World.with { world in
            try await fill(world)
            let last = try await history(world).read { _ in true }
            #expect(last.count == RolloutHistory.pageSize)
            #expect(last.first?.spec.name.number == Self.count)
            let all = try await history(world).read { _ in false }
            #expect(all.map(\.spec.name.number) == Array((2...Self.count).reversed()))
            #expect(try await history(world, "development").read { _ in false }.isEmpty)
        }
    }

    @Test func aReleaseThatRanWellLongAgoIsFoundInTime() async throws {
        try await World.with { world in
            try await world.serving {
                try await world.makeService()
                _ = try await world.run(try await world.push(), reaches: .waiting)
            }
            try await fill(world)
            try await world.store.mutate(StoredRepository.self, World.service.path) {
                $0.status.numbers[StoredRollout.kind] = Self.count
            }
            let made = try await RolloutStarter(store: world.store, time: world.time).start(
                ReleaseName(World.service, 1), in: "production", cause: .rollback(by: "wang"), by: "wang")
            #expect(made.spec.name.number == Self.count + 1)
            #expect(made.spec.lastGood["guangzhou"]?.number == Self.count)
            #expect(made.spec.lastGood["tianjin"]?.number == 2)
            #expect(made.spec.lastGood["nanjing"] == nil)
        }
    }
}
