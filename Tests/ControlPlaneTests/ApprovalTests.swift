import GantryBase
import Model
import State
import Testing

@testable import ControlPlane

@Suite struct ApprovalTests {
    private func approve(_ run: RunName, _ world: World, force: Bool = false) async throws {
        _ = try await world.operations.decideRun(
            run, approved: true, comment: "good", isForced: force, by: World.approver)
    }

    /// As many runs as asked for, all waiting for the approval before production.
    private func waiting(_ count: Int, _ world: World) async throws -> [RunName] {
        try await world.makeService()
        var runs: [RunName] = []
        for _ in 0..<count {
            runs.append(try await world.run(try await world.push(), reaches: .waiting).spec.name)
        }
        return runs
    }

    @Test func anOlderRunSaysThatItIsSupersededAndIsApprovedByForceOnly() async throws {
        try await World.with { world in
            try await world.serving {
                let runs = try await waiting(2, world)
                try await approve(runs[1], world)
                try await world.run(runs[1], reaches: .succeeded)
                _ = try await world.eventually("superseded") {
                    let run = try await world.store.require(StoredRun.self, runs[0].path)
                    return run.status.reason?.hasPrefix("superseded by run \(runs[1])") == true ? run : nil
                }
                let refused = await refusal { try await approve(runs[0], world) }
                #expect(refused?.code == .conflict)
                #expect(refused?.message.contains("older than run \(runs[1])") == true)
                #expect(refused?.hint?.contains("gantry rollback yidian/article --environment") == true)
                #expect(try await world.release(in: "production", "guangzhou") == 2)
                try await approve(runs[0], world, force: true)
                let record = try await world.store.audit(.init(objectPrefix: runs[0].path)).first
                #expect(record?.action == "run.approve")
                #expect(record?.detail == "good; forced; run \(runs[1]) is newer in production")
                let back = try await world.run(runs[0], reaches: .succeeded)
                #expect(back.status.stages[3].decision?.overriding == runs[1])
                #expect(try await world.release(in: "production", "guangzhou") == 1)
            }
        }
    }

    @Test func anOlderRunMayBeRejectedAndOneInOrderApproved() async throws {
        try await World.with { world in
            try await world.serving {
                let runs = try await waiting(3, world)
                try await approve(runs[0], world)
                try await world.run(runs[0], reaches: .succeeded)
                try await approve(runs[2], world)
                _ = try await world.operations.decideRun(
                    runs[1], approved: false, comment: nil, by: World.approver)
                try await world.run(runs[1], reaches: .failed)
                try await world.run(runs[2], reaches: .succeeded)
            }
        }
    }

    @Test func afterARollbackARunInBetweenIsAWayForward() async throws {
        try await World.with { world in
            try await world.serving {
                let runs = try await waiting(3, world)
                for run in [runs[0], runs[2]] {
                    try await approve(run, world)
                    try await world.run(run, reaches: .succeeded)
                }
                let back = try await world.operations.rollback(
                    World.service, in: "production", to: 1, by: World.admin)
                try await world.end(of: back)
                _ = try await world.eventually("no longer superseded") {
                    let run = try await world.store.require(StoredRun.self, runs[1].path)
                    return run.status.reason?.hasPrefix("waits for") == true ? run : nil
                }
                try await approve(runs[1], world)
                try await world.run(runs[1], reaches: .succeeded)
                #expect(try await world.release(in: "production", "tianjin") == 2)
            }
        }
    }

    @Test func ofTwoApprovalsAtOnceTheNewerRunStays() async throws {
        try await World.with { world in
            try await world.serving {
                let runs = try await waiting(2, world)
                async let older: Void = approve(runs[0], world)
                async let newer: Void = approve(runs[1], world)
                try? await older
                try await newer
                try await world.run(runs[1], reaches: .succeeded)
                // The older one was refused, overtaken, or superseded as its rollout began.
                let first = try await world.store.require(StoredRun.self, runs[0].path)
                if first.status.progress != .waiting {
                    try await world.run(runs[0], reaches: .succeeded, .failed, .cancelled)
                }
                #expect(try await world.release(in: "production", "guangzhou") == 2)
                #expect(try await world.release(in: "production", "tianjin") == 2)
            }
        }
    }

    @Test func aRolloutOfARunThatWasOvertakenInBetweenIsNotBegun() async throws {
        try await World.with { world in
            try await world.makeService()
            let runs = try await world.serving { () async throws -> [RunName] in
                var runs: [RunName] = []
                for _ in 0..<2 {
                    runs.append(try await world.run(try await world.push(), reaches: .waiting).spec.name)
                }
                return runs
            }
            // Both are let through, the newer one's rollout comes first.
            for run in runs { try await approve(run, world) }
            let newer = ReleaseName(World.service, 2)
            let starter = RolloutStarter(store: world.store, time: world.time)
            _ = try await starter.start(newer, in: "production", cause: .run(runs[1]), by: "test")
            try await world.serving {
                let ended = try await world.run(runs[0], reaches: .failed)
                #expect(ended.status.reason?.contains("superseded by run \(runs[1])") == true)
                try await world.run(runs[1], reaches: .succeeded)
            }
            #expect(try await world.release(in: "production", "guangzhou") == 2)
        }
    }

    @Test func aRetryBehindANewerRunTakesForce() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                world.executor.next(.build, .fails(exitCode: 1))
                let old = try await world.run(try await world.push(), reaches: .failed).spec.name
                let new = try #require(try await world.push())
                try await world.run(new, reaches: .succeeded)
                let refused = await refusal { try await world.operations.retryRun(old, by: World.admin) }
                #expect(refused?.code == .conflict)
                #expect(refused?.message.contains("older than run \(new)") == true)
                #expect(refused?.hint?.contains("gantry run retry \(old) --force") == true)
                _ = try await world.operations.retryRun(old, isForced: true, by: World.admin)
                try await world.run(old, reaches: .succeeded)
            }
        }
    }
}
