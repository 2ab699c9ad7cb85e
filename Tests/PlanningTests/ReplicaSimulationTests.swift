import GantryBase
import Model
import Planning
import Testing

/// A cluster that takes time, fails at random and starts from any state.
private struct SimulatedCluster {
    var random: SeededGenerator
    var now = Sample.start
    var instances: [InstanceStatus] = []
    var made = 0
    /// In percent a tick, while faults last.
    var faults = true

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let phase = InstanceStatus.Phase.allCases.randomElement(using: &random) ?? .ready
            add(
                release: Int.random(in: 1...3, using: &random),
                generation: Bool.random(using: &random) ? "g" : "h",
                phase, age: Int64.random(in: 0...100, using: &random))
        }
    }

    mutating func add(
        release: Int, generation: String, _ phase: InstanceStatus.Phase, age: Int64 = 0
    ) {
        made += 1
        var instance = Sample.instance("i\(made)", phase, release: release, generation: generation)
        (instance.startedAt, instance.changedAt) = (now - .seconds(age), now)
        instances.append(instance)
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    mutating func apply(_ actions: [ReplicaAction], _ goal: ReplicaGoal) {
        for action in actions {
            switch action {
            case .start: add(release: goal.release.number, generation: goal.generation, .starting)
            case .stop(let name):
                guard let at = instances.firstIndex(where: { $0.name == name }) else { continue }
                if instances[at].phase == .lost {
                    instances.remove(at: at)
                } else {
                    instances[at].phase = .stopping
                }
            }
        }
    }

    mutating func tick() {
        now = now + .seconds(1)
        for index in instances.indices {
            var phase = instances[index].phase
            switch phase {
            case .starting where chance(30): phase = .unready
            case .unready where chance(40): phase = .ready
            case .crashing where !faults && chance(30): phase = .starting
            case .stopping where chance(20): phase = .stopped
            case .starting where faults && chance(15): phase = .crashing
            case .ready where faults && chance(4): phase = .unready
            case .ready where faults && chance(2): phase = .crashing
            case .ready, .unready, .starting, .crashing:
                if faults && chance(2) { phase = .lost }
            default: break
            }
            if phase != instances[index].phase {
                instances[index].phase = phase
                instances[index].changedAt = now
            }
        }
        instances.removeAll { $0.phase == .stopped }
    }
}

@Suite struct ReplicaSimulationTests {
    private func ready(_ instances: [InstanceStatus]) -> Int { instances.count { $0.phase == .ready } }
    private func live(_ instances: [InstanceStatus]) -> Int {
        instances.count { ![.stopping, .stopped, .lost].contains($0.phase) }
    }

    /// Holds one decision to the two bounds: what was out of bounds before may stay so, and must not get worse.
    private func check(
        _ before: [InstanceStatus], _ after: [InstanceStatus], _ goal: ReplicaGoal, _ note: Comment
    ) {
        #expect(
            ready(after) >= min(ready(before), goal.replicas == 0 ? 0 : goal.leastReady), note)
        #expect(live(after) <= max(live(before), goal.most), note)
        if live(before) > goal.most { #expect(live(after) <= live(before), note) }
    }

    @Test func fromAnyStateThePlanConvergesWithinItsBounds() {
        for seed in UInt64(1)...300 {
            var cluster = SimulatedCluster(seed: seed)
            let goal = ReplicaGoal(
                release: Sample.release(Int.random(in: 1...3, using: &cluster.random)), generation: "g",
                replicas: Int.random(in: 0...5, using: &cluster.random),
                surge: Int.random(in: 0...3, using: &cluster.random),
                unavailable: Int.random(in: 0...3, using: &cluster.random))
            let note: Comment = "seed \(seed), goal \(goal)"
            let starts = cluster.made
            for tick in 0..<400 {
                cluster.faults = tick < 150
                let before = cluster.instances
                let actions = ReplicaPlanner.plan(goal, before, now: cluster.now)
                cluster.apply(actions, goal)
                check(before, cluster.instances, goal, note)
                // An action that was carried out is not asked for again.
                let again = ReplicaPlanner.plan(goal, cluster.instances, now: cluster.now)
                let stopped = Set(actions).intersection(again).filter {
                    if case .stop = $0 { true } else { false }
                }
                #expect(stopped.isEmpty, note)
                cluster.tick()
            }
            #expect(cluster.made - starts < 400, "no storm of starts, \(note)")
            let rest = cluster.instances.filter { $0.phase != .stopping }
            #expect(rest.count == goal.replicas, note)
            #expect(
                rest.allSatisfy {
                    $0.phase == .ready && $0.release == goal.release && $0.generation == goal.generation
                }, note)
            #expect(ReplicaPlanner.plan(goal, cluster.instances, now: cluster.now).isEmpty, note)
        }
    }

    @Test func aReleaseThatNeverRunsLeavesTheOldInstancesServing() {
        for seed in UInt64(1)...300 {
            var random = SeededGenerator(seed: seed)
            let replicas = Int.random(in: 1...5, using: &random)
            let goal = ReplicaGoal(
                release: Sample.release(2), replicas: replicas, surge: Int.random(in: 0...2, using: &random),
                unavailable: Int.random(in: 0...2, using: &random))
            var cluster = SimulatedCluster(seed: seed)
            cluster.instances = []
            for _ in 0..<replicas { cluster.add(release: 1, generation: "", .ready) }
            let made = cluster.made
            for _ in 0..<50 {
                cluster.apply(ReplicaPlanner.plan(goal, cluster.instances, now: cluster.now), goal)
                for index in cluster.instances.indices where cluster.instances[index].phase == .starting {
                    cluster.instances[index].phase = .crashing
                }
                cluster.now = cluster.now + .seconds(1)
            }
            #expect(ready(cluster.instances) >= goal.leastReady, "seed \(seed)")
            #expect(cluster.made - made <= goal.most, "seed \(seed)")
        }
    }
}
