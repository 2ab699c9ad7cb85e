import GantryBase
import Model
import Planning
import Testing

/// Regions that take a release up some time after it is stored, in which a release may be bad and the clock goes back.
private struct SimulatedRegions {
    var random: SeededGenerator
    var now = Sample.start
    let target: RolloutTarget
    var observed: [RegionName: RegionObservation] = [:]
    /// Regions in which the new release never becomes ready, and how it fails there.
    var bad: [RegionName: InstanceStatus.Phase] = [:]
    var touched: [RegionName] = []
    var made = 0
    /// Ticks since a release was stored; the cluster takes it up at the eighth, well within the deadline.
    var waits: [RegionName: Int] = [:]

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        var lastGood: [RegionName: ReleaseName] = [:]
        for region in Sample.regions {
            let known = Int.random(in: 0..<10, using: &random) < 8
            let replicas = Int.random(in: 0...3, using: &random)
            observed[region] = .absent(replicas: replicas, deadline: .seconds(40))
            if known {
                lastGood[region] = Sample.release(1)
                observed[region]?.wanted = Sample.release(1)
                observed[region]?.isTakenUp = true
            }
            if Int.random(in: 0..<10, using: &random) < 2 {
                bad[region] = [.crashing, .unready, .starting].randomElement(using: &random)
            }
        }
        target = RolloutTarget(
            name: RolloutName(Sample.service, 1), environment: "production", release: Sample.release(2),
            regions: Sample.regions, lastGood: lastGood, cause: .rollback(by: "ann"), createdAt: now)
        for region in lastGood.keys.sorted() { fill(region) }
    }

    /// Carries some of the actions out: the process may die at any point.
    mutating func apply(_ actions: [RolloutAction]) {
        for action in actions where Int.random(in: 0..<10, using: &random) < 7 {
            switch action {
            case .setRelease(let region, let release):
                touch(region)
                observed[region]?.wanted = release
                observed[region]?.isTakenUp = false
                waits[region] = 0
            case .removeWorkload(let region):
                touch(region)
                observed[region]?.wanted = nil
            }
        }
    }

    private mutating func touch(_ region: RegionName) {
        if !touched.contains(region) { touched.append(region) }
    }

    private mutating func fill(_ region: RegionName) {
        guard let wanted = observed[region]?.wanted, let replicas = observed[region]?.replicas else { return }
        for _ in 0..<replicas {
            made += 1
            let workload = WorkloadName(Sample.service, "production", region)
            var instance = Sample.instance("i\(made)", .ready, release: wanted.number, in: workload)
            instance.startedAt = now
            if wanted == target.release, let phase = bad[region] {
                instance.phase = phase
                instance.restarts = phase == .crashing ? 3 : 0
            }
            observed[region]?.status.instances.append(instance)
        }
    }

    mutating func tick() {
        now = now + .seconds(Int64.random(in: 1...3, using: &random))
        if Int.random(in: 0..<100, using: &random) < 3 {
            now = now - .minutes(Int64.random(in: 1...90, using: &random))
        }
        for region in Sample.regions where observed[region]?.isTakenUp == false {
            waits[region, default: 0] += 1
            guard waits[region] == 8 || Int.random(in: 0..<10, using: &random) < 4 else { continue }
            observed[region]?.isTakenUp = true
            observed[region]?.status.instances = []
            fill(region)
        }
        for region in Sample.regions where observed[region]?.wanted == nil {
            observed[region]?.status.instances = []
        }
    }
}

@Suite struct RolloutSimulationTests {
    @Test func whateverFailsItEndsWithOneRegionTouchedAtATime() {
        for seed in UInt64(1)...400 {
            var world = SimulatedRegions(seed: seed)
            var status = RolloutStatus()
            for _ in 0..<400 where !status.phase.isFinal {
                let step = RolloutPlanner.plan(world.target, status, world.observed, now: world.now)
                let again = RolloutPlanner.plan(world.target, step.status, world.observed, now: world.now)
                if !step.status.phase.isFinal { #expect(again == step, "seed \(seed)") }
                // Before it is stored, a status may be lost with the process.
                guard Int.random(in: 0..<10, using: &world.random) < 8 else {
                    world.tick()
                    continue
                }
                status = step.status
                let underWay = status.regions.count { [.progressing, .returning].contains($0.phase) }
                #expect(underWay <= 1 && step.actions.count <= 1, "seed \(seed)")
                world.apply(step.actions)
                world.tick()
            }
            check(status, world, "seed \(seed)")
        }
    }

    private func check(_ status: RolloutStatus, _ world: SimulatedRegions, _ note: Comment) {
        let broken = Sample.regions.first { world.bad[$0] != nil && (world.observed[$0]?.replicas ?? 0) > 0 }
        #expect(status.phase == (broken == nil ? .succeeded : .failed), note)
        #expect(world.touched == Array(Sample.regions.prefix(world.touched.count)), note)
        for region in Sample.regions {
            let wanted = world.observed[region]?.wanted
            if region == broken {
                #expect(wanted == world.target.lastGood[region], note)
                #expect(world.touched.last == region, note)
            } else if world.touched.contains(region) {
                #expect(wanted == world.target.release, note)
            } else {
                #expect(wanted == world.target.lastGood[region], note)
            }
        }
    }
}
