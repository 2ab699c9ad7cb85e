import GantryBase
import Model
import State
import Testing

@testable import ControlPlane

@Suite struct PlatformTests {
    private let fewer = World.straight
        .replacing("regions: [guangzhou, nanjing, tianjin]", with: "regions: [guangzhou]")
        .replacing("{guangzhou: local, nanjing: local, tianjin: local}", with: "{guangzhou: local}")

    @Test func aRegionThatARolloutUnderWayHasYetToReachStays() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                world.cluster.set(.neverReady, of: ReleaseName(World.service, 1), in: "guangzhou")
                _ = try await world.push()
                _ = try await world.eventually("under way") {
                    try await world.release(in: "production", "guangzhou")
                }
                let refused = await refusal { try await world.apply(fewer) }
                #expect(refused?.code == .conflict)
                let user = "rollout yidian/article/1, which is under way"
                for region in ["nanjing", "tianjin"] {
                    let words = "region \(region) of production is used by \(user)"
                    #expect(refused?.message.contains(words) == true)
                }
                let dry = await refusal {
                    try await world.operations.applyPlatform(
                        fewer, file: "platform.yaml", dryRun: true, by: World.admin)
                }
                #expect(dry?.message == refused?.message)
                let rollout = try #require(try await world.store.all(StoredRollout.self).first)
                _ = try await world.operations.cancelRun(RunName(World.service, 1), by: World.admin)
                try await world.end(of: rollout)
                try await world.apply(fewer)
                #expect(try await world.store.platform().regions.map(\.name) == ["guangzhou"])
            }
        }
    }

    @Test func everyUseOfEveryMissingPartIsNamed() async throws {
        try await World.with(platform: World.straightIn(clusters: ["nanjing": "second"])) { world in
            try await world.serving {
                try await world.makeService()
                try await world.run(try await world.push(), reaches: .succeeded)
            }
            let refused = await refusal { try await world.apply(fewer) }
            let message = try #require(refused?.message)
            #expect(
                message.contains(
                    "region nanjing of production is used by workload yidian/article/production/nanjing; "
                        + "region tianjin of production is used by workload yidian/article/production/tianjin; "
                        + "cluster second is used by workload yidian/article/production/nanjing"))
        }
    }

    @Test func wideningProtectionStartsNoRunForWhatWasThere() async throws {
        try await World.with { world in
            try await world.makeService()
            let old = try await world.commit()
            try await world.pushUnheard(old, to: "release-1")
            try await world.pushUnheard(old, to: "topic")
            try await world.apply(World.platform(more: "protectedBranches: [main, \"release-*\"]"))
            #expect(try await world.desk.catchUp().isEmpty)
            #expect(try await world.store.names(of: StoredRun.self) == [])
            let new = try await world.commit()
            try await world.pushUnheard(new, to: "release-1")
            #expect(try await world.desk.catchUp().isEmpty)
            #expect(try await world.store.all(StoredRun.self).map(\.spec.commit) == [new])
            let repository = try await world.store.require(StoredRepository.self, World.service.path)
            #expect(Set(repository.status.heads.keys) == ["refs/heads/release-1"])
        }
    }

    @Test func aBranchThatIsProtectedAgainStartsNoRunForWhatCameMeanwhile() async throws {
        try await World.with(platform: World.platform(more: "protectedBranches: [main, hotfix]")) { world in
            try await world.makeService()
            try await world.push(to: "hotfix")
            try await world.apply(World.platform(more: "protectedBranches: [main]"))
            try await world.pushUnheard(try await world.commit(), to: "hotfix")
            try await world.apply(World.platform(more: "protectedBranches: [main, hotfix]"))
            #expect(try await world.desk.catchUp().isEmpty)
            #expect(try await world.store.names(of: StoredRun.self).count == 1)
        }
    }
}
