import GantryBase
import Model
import Planning
import Testing

@Suite struct LastGoodTests {
    private func rollout(
        _ number: Int, _ phases: [RegionName: RegionProgress.Phase], lastGood: [RegionName: Int] = [:],
        in environment: EnvironmentName = "production"
    ) -> (target: RolloutTarget, status: RolloutStatus) {
        let regions = phases.keys.sorted()
        let target = RolloutTarget(
            name: RolloutName(Sample.service, number), environment: environment,
            release: Sample.release(number), regions: regions, lastGood: lastGood.mapValues(Sample.release),
            cause: .rollback(by: "ann"), createdAt: Sample.start)
        let progress = regions.map { RegionProgress(region: $0, phase: phases[$0] ?? .waiting) }
        return (target, RolloutStatus(phase: .progressing, regions: progress))
    }

    private func good(_ rollouts: [(target: RolloutTarget, status: RolloutStatus)]) -> [RegionName: Int] {
        LastGood.releases(in: "production", by: rollouts).mapValues(\.number)
    }

    @Test func theNewestHealthyReleaseOfEachRegionIsGood() {
        let rollouts = [
            rollout(3, ["guangzhou": .healthy, "nanjing": .waiting]),
            rollout(1, ["guangzhou": .healthy, "nanjing": .healthy]),
            rollout(2, ["guangzhou": .healthy, "nanjing": .progressing]),
            rollout(4, ["guangzhou": .healthy], in: "testing"),
        ]
        #expect(good(rollouts) == ["guangzhou": 3, "nanjing": 1])
    }

    @Test func aReturnedRegionIsGoodAtWhatItWentBackTo() {
        #expect(good([rollout(2, ["guangzhou": .returned], lastGood: ["guangzhou": 1])]) == ["guangzhou": 1])
    }

    @Test func aRegionThatHasNoneIsToldFromOneThatNobodyHasDecided() {
        let known = LastGood.known(
            in: "production",
            by: [rollout(2, ["guangzhou": .returned, "nanjing": .progressing, "tianjin": .healthy])])
        #expect(known == ["guangzhou": nil, "tianjin": Sample.release(2)])
    }

    @Test func aRegionThatWasTakenAwayHasNone() {
        #expect(good([rollout(1, ["guangzhou": .healthy]), rollout(2, ["guangzhou": .returned])]).isEmpty)
        #expect(good([]).isEmpty)
    }
}
