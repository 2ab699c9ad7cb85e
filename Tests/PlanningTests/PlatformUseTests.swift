import Model
import Planning
import Testing

@Suite struct PlatformUseTests {
    private let before = Sample.platform()

    private func change(_ edit: (inout PlatformSpec) -> Void) -> [PlatformUse.Part] {
        var after = before
        edit(&after)
        return PlatformUse.removed(from: before, to: after)
    }

    @Test func nothingIsRemovedByAdditionsOrAnotherBinding() {
        #expect(change { _ in } == [])
        #expect(
            change {
                $0.clusters.append(Cluster(name: "second", kind: .local))
                $0.businesses.append(Business(name: "yiyao"))
                $0.environments[3].regions["nanjing"] = "second"
            } == [])
    }

    @Test func aRegionIsRemovedFromOneEnvironmentOrFromAll() {
        #expect(
            change { $0.environments[3].regions["nanjing"] = nil } == [.region("nanjing", "production")])
        let gone = change { $0.environments.remove(at: 1) }
        #expect(gone == Sample.regions.sorted().map { .region($0, "testing") })
    }

    @Test func businessesAndClustersAreRemoved() {
        #expect(change { $0.businesses = [] }.map(\.description) == ["business yidian"])
        #expect(change { $0.clusters = [] }.map(\.description) == ["cluster local"])
    }

    @Test func aRolloutUsesItsRegionsInItsEnvironmentAndItsBusiness() {
        let rollout = RolloutTarget(
            name: RolloutName(Sample.service, 1), environment: "production", release: Sample.release(1),
            regions: ["guangzhou"], lastGood: [:], cause: .rollback(by: "ann"), createdAt: Sample.start)
        #expect(PlatformUse.uses(.region("guangzhou", "production"), rollout))
        #expect(!PlatformUse.uses(.region("guangzhou", "staging"), rollout))
        #expect(!PlatformUse.uses(.region("nanjing", "production"), rollout))
        #expect(PlatformUse.uses(.business("yidian"), rollout))
        #expect(!PlatformUse.uses(.business("yiyao"), rollout))
        #expect(!PlatformUse.uses(.cluster("local"), rollout))
    }
}
