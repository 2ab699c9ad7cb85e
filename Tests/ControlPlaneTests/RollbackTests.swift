import GantryBase
import Model
import State
import Testing

@testable import ControlPlane

@Suite struct RollbackTests {
    private func rollback(
        _ world: World, in environment: EnvironmentName = "production", to number: Int? = nil,
        service: ServiceName = World.service
    ) async throws -> Stored<StoredRollout> {
        try await world.operations.rollback(service, in: environment, to: number, by: World.admin)
    }

    /// A service that has run `count` releases well in production.
    private func released(_ count: Int, _ world: World) async throws {
        try await world.makeService()
        for _ in 0..<count { try await world.run(try await world.push(), reaches: .succeeded) }
    }

    @Test func anEnvironmentThatIsNotThereIsRefusedWithThoseThatAre() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.makeService()
            let refused = await refusal { try await rollback(world, in: "prod") }
            #expect(refused?.code == .notFound)
            #expect(refused?.hint == "it has development, production")
        }
    }

    @Test func whatNeverRanHasNothingToGoBackTo() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                let never = await refusal { try await rollback(world) }
                #expect(never?.code == .notFound)
                #expect(never?.hint?.contains("gantry get releases --service yidian/article") == true)
                try await world.run(try await world.push(), reaches: .succeeded)
                let only = await refusal { try await rollback(world) }
                #expect(only?.code == .notFound)
                let unknown = await refusal {
                    try await rollback(world, service: ServiceName("yidian", "nobody"))
                }
                #expect(unknown?.code == .notFound)
            }
        }
    }

    @Test func aReleaseThatDoesNotRunInTheEnvironmentIsRefused() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                let without = World.specification(more: "environments: {production: null}")
                try await world.run(try await world.push(without), reaches: .succeeded)
                try await world.run(try await world.push(), reaches: .succeeded)
                let refused = await refusal { try await rollback(world, to: 1) }
                #expect(refused?.code == .notFound)
                #expect(refused?.message.contains("does not run in production") == true)
                #expect(try await world.release(in: "production", "guangzhou") == 2)
            }
        }
    }

    @Test func aRolloutThatFailedIsNoReleaseToGoBackTo() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await released(1, world)
                world.cluster.set(.crashes("boom"), of: ReleaseName(World.service, 2), in: "guangzhou")
                try await world.run(try await world.push(), reaches: .failed)
                try await world.run(try await world.push(), reaches: .succeeded)
                let back = try await rollback(world)
                #expect(back.spec.release.number == 1)
                #expect(back.spec.cause == .rollback(by: "wang"))
                #expect(back.spec.lastGood["guangzhou"]?.number == 3)
                try await world.end(of: back)
            }
        }
    }

    @Test func aRollbackEndsTheRolloutUnderWay() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await released(1, world)
                world.cluster.set(.neverReady, of: ReleaseName(World.service, 2), in: "nanjing")
                let stuck = try await world.push()
                _ = try await world.eventually("under way in nanjing") {
                    try await world.release(in: "production", "nanjing") == 2 ? true : nil
                }
                let back = try await rollback(world, to: 1)
                let ended = try await world.run(stuck, reaches: .cancelled)
                #expect(ended.status.reason?.contains("cancelled by rollout \(back.name)") == true)
                #expect(try await world.end(of: back).status.phase == .succeeded)
                for region in ["guangzhou", "nanjing", "tianjin"] as [RegionName] {
                    #expect(try await world.release(in: "production", region) == 1)
                }
            }
        }
    }
}
