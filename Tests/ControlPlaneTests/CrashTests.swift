import GantryBase
import Model
import Running
import State
import Testing

@testable import ControlPlane

/// A server that ends at any point: what it began goes on in State, and the next one takes it up.
@Suite struct CrashTests {
    /// Each is a run from push to production with a server that ends again and again.
    static let iterations = 25

    @Test func aServerThatDiesAtAnyPointLosesNothingAndDoesNothingTwice() async throws {
        let seed = UInt64.random(in: 1 ... .max)
        try await World.with(platform: World.unattended) { world in
            try await world.makeService()
            world.executor.setDelay(.milliseconds(3))
            world.cluster.setDelay(.milliseconds(3))
            var random = SeededGenerator(seed: seed)
            for iteration in 1...Self.iterations {
                let name = try #require(try await world.push())
                var lives = 0
                while true {
                    let run = try await world.store.require(StoredRun.self, name.path)
                    if run.status.progress.isFinal { break }
                    lives += 1
                    try #require(lives < 500, "seed \(seed): \(run.status)")
                    // Long enough now and then that a run of steps with ticks of a second gets through.
                    let life = lives % 20 == 0 ? 1500 : Int.random(in: 1...40, using: &random)
                    await world.live(for: .milliseconds(life), until: name)
                }
                try await check(
                    world, name, iteration, "seed \(seed), iteration \(iteration), \(lives) lives")
            }
        }
    }

    private func check(_ world: World, _ name: RunName, _ iteration: Int, _ place: String) async throws {
        let run = try await world.store.require(StoredRun.self, name.path)
        #expect(run.status.progress == .succeeded, "\(place): \(run.status)")
        let started = world.executor.started.filter { $0.run == name }
        #expect(Set(started).count == started.count && started.allSatisfy { $0.attempt == 1 }, "\(place)")
        #expect(started.count == 3, "\(place): \(started)")
        let releases = try await world.store.all(StoredRelease.self).filter { $0.spec.run == name }
        #expect(releases.count == 1, "\(place)")
        let rollouts = try await world.store.all(StoredRollout.self, labels: [Label.run: name.path])
        #expect(rollouts.map(\.spec.environment).sorted() == ["development", "production"], "\(place)")
        #expect(rollouts.allSatisfy { $0.status.phase == .succeeded }, "\(place)")
        #expect(try await world.release(in: "production", "tianjin") == iteration, "\(place)")
    }
}

extension World {
    static let unattended = platform(
        stages: """
            - {name: package, steps: [checkout, test, build, release]}
                - {name: development, rollout: development}
                - {name: production, rollout: production}
            """)

    /// Runs a server and cancels it after the time, wherever it is, or once the run has ended.
    func live(for time: Duration, until run: RunName) async {
        let server = server()
        await withDiscardingTaskGroup { group in
            group.addTask { await server.run() }
            let deadline = ContinuousClock.now + time
            while ContinuousClock.now < deadline {
                try? await Task.sleep(for: min(.milliseconds(5), deadline - .now))
                let now = try? await store.get(StoredRun.self, run.path)
                if now?.status.progress.isFinal == true { break }
            }
            group.cancelAll()
        }
    }
}
