import Clusters
import GantryBase
import Model
import State
import Testing

@testable import ControlPlane

@Suite struct RolloutTests {
    private func release(_ number: Int) -> ReleaseName { ReleaseName(World.service, number) }

    @Test func aRegionThatNeverBecomesReadyStopsTheRolloutAndReturnsToTheLastGoodRelease() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                try await world.run(try await world.push(), reaches: .succeeded)
                world.cluster.set(.crashes("panic: no database"), of: release(2), in: "nanjing")
                let failed = try await world.run(try await world.push(), reaches: .failed)
                #expect(failed.status.reason?.contains("panic: no database") == true)
                #expect(failed.status.reason?.contains("not touched: tianjin") == true)
                #expect(try await world.release(in: "production", "guangzhou") == 2)
                #expect(try await world.release(in: "production", "nanjing") == 1)
                #expect(try await world.release(in: "production", "tianjin") == 1)
                let tianjin = world.cluster.told.filter { $0.name.region == "tianjin" }
                #expect(tianjin.map(\.release.number) == [1])
            }
        }
    }

    @Test func aFirstReleaseThatNeverBecomesReadyIsTakenAway() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                world.cluster.set(.neverReady, of: release(1), in: "guangzhou")
                let name = try await world.push(World.specification(deadline: "1s"))
                let failed = try await world.run(name, reaches: .failed)
                #expect(failed.status.reason?.contains("no progress for 1s") == true)
                #expect(try await world.store.names(of: StoredWorkload.self) == [])
                _ = try await world.eventually("removed") { world.cluster.removed.first }
                #expect(try await world.actions().contains("workload.remove"))
            }
        }
    }

    @Test func aRolloutOfAReleaseThatIsNotThereEndsInsteadOfStayingForEver() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.makeService()
            let target = RolloutTarget(
                name: RolloutName(World.service, 1), environment: "production", release: release(9),
                regions: ["guangzhou"], lastGood: [:], cause: .rollback(by: "wang"),
                createdAt: world.time.now())
            let made = try await world.store.create(
                StoredRollout.self, target.name.path, spec: target, labels: target.labels(active: true))
            try await world.serving {
                let ended = try await world.end(of: made)
                #expect(ended.status.phase == .cancelled)
                #expect(ended.status.reason?.contains("there is no release yidian/article/9") == true)
            }
        }
    }

    @Test func aNewerRolloutTakesOverAndTheOlderEndsCancelled() async throws {
        let branches = World.straight + "protectedBranches: [main, hotfix]"
        try await World.with(platform: branches) { world in
            try await world.serving {
                try await world.makeService()
                world.cluster.set(.neverReady, of: release(1), in: "nanjing")
                let first = try await world.push(World.specification(more: "owner: [a]"))
                _ = try await world.eventually("under way in nanjing") {
                    try await world.release(in: "production", "nanjing")
                }
                let second = try await world.push(World.specification(more: "owner: [b]"), to: "hotfix")
                let cancelled = try await world.run(first, reaches: .cancelled)
                #expect(cancelled.status.reason?.contains("cancelled by rollout yidian/article/2") == true)
                try await world.run(second, reaches: .succeeded)
                for region in ["guangzhou", "nanjing", "tianjin"] as [RegionName] {
                    let seen = world.cluster.told.filter { $0.name.region == region }
                        .map(\.release.number)
                    #expect(seen == seen.sorted(), "\(region) went back: \(seen)")
                    #expect(seen.last == 2)
                }
            }
        }
    }

    @Test func aRollbackByHandIsARolloutToTheEarlierGoodRelease() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                for _ in 1...3 { try await world.run(try await world.push(), reaches: .succeeded) }
                func rollback(_ number: Int? = nil) async throws -> Int {
                    let made = try await world.operations.rollback(
                        World.service, in: "production", to: number, by: World.admin)
                    let ended = try await world.end(of: made)
                    #expect(ended.status.phase == .succeeded)
                    #expect(ended.spec.cause == .rollback(by: "wang"))
                    return try #require(try await world.release(in: "production", "tianjin"))
                }
                #expect(try await rollback() == 2)
                // Not forward to 3, which was fled from.
                #expect(try await rollback() == 1)
                let nothing = await refusal { try await rollback() }
                #expect(nothing?.code == .notFound)
                #expect(nothing?.hint?.contains("--to") == true)
                #expect(try await rollback(3) == 3)
                let unknown = await refusal { try await rollback(99) }
                #expect(unknown?.code == .notFound)
            }
        }
    }

    @Test func aRollbackAfterAFailedRolloutLeavesTheBrokenReleaseBehind() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                for _ in 1...2 { try await world.run(try await world.push(), reaches: .succeeded) }
                world.cluster.set(.crashes("boom"), of: release(3), in: "nanjing")
                try await world.run(try await world.push(), reaches: .failed)
                let half = try await world.operations.rollback(
                    World.service, in: "production", to: nil, by: World.admin)
                #expect(half.spec.release.number == 2)
                try await world.end(of: half)
                let whole = try await world.operations.rollback(
                    World.service, in: "production", to: nil, by: World.admin)
                #expect(whole.spec.release.number == 1)
            }
        }
    }

    @Test func aRegionThatTheReleaseNoLongerNamesIsTakenAway() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                try await world.run(try await world.push(), reaches: .succeeded)
                let fewer = "environments: {production: {regions: [guangzhou]}}"
                let name = try await world.push(World.specification(more: fewer))
                try await world.run(name, reaches: .succeeded)
                let left = try await world.store.names(of: StoredWorkload.self)
                #expect(left == ["yidian/article/production/guangzhou"])
                _ = try await world.eventually("stopped") { world.cluster.removed.count == 2 ? true : nil }
                // Back to the release that ran in three regions.
                let back = try await world.operations.rollback(
                    World.service, in: "production", to: nil, by: World.admin)
                try await world.end(of: back)
                #expect(try await world.store.names(of: StoredWorkload.self).count == 3)
            }
        }
    }

    @Test func aWorkloadMovesToAnotherClusterAndStopsInTheOldOne() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                try await world.run(try await world.push(), reaches: .succeeded)
                let moved = World.straightIn(clusters: ["nanjing": "second"])
                try await world.apply(moved)
                try await world.run(try await world.push(), reaches: .succeeded)
                let name = World.workload("production", "nanjing")
                #expect(world.second.accepted(name)?.release.number == 2)
                _ = try await world.eventually("stopped in the old") {
                    world.cluster.removed == [name] ? true : nil
                }
                let refused = await refusal { try await world.apply(World.straight) }
                #expect(refused?.code == .conflict)
                #expect(refused?.message.contains("cluster second") == true)
            }
        }
    }
}

extension World {
    static func straightIn(clusters: [String: String]) -> String {
        platform(
            stages: """
                - {name: package, steps: [checkout, build, release]}
                    - {name: production, rollout: production}
                """, clusters: clusters)
    }
}
