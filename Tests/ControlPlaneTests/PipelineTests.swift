import GantryBase
import Model
import Running
import State
import Testing

@testable import ControlPlane

@Suite struct PipelineTests {
    @Test func aPushGoesThroughStepsAndApprovalToEveryRegionAndLeavesAnAuditTrail() async throws {
        try await World.with { world in
            try await world.serving {
                try await world.makeService()
                let name = try await world.push()
                let waiting = try await world.run(name, reaches: .waiting)
                #expect(try await world.release(in: "development", "guangzhou") == 1)
                #expect(try await world.release(in: "production", "guangzhou") == nil)
                #expect(waiting.status.reason?.contains("approver") == true)
                _ = try await world.operations.decideRun(
                    waiting.spec.name, approved: true, comment: "good", by: World.approver)
                let run = try await world.run(name, reaches: .succeeded, .failed, .cancelled)
                #expect(run.status.progress == .succeeded)
                try await checkRegions(world, run.status.stages[4].rollout)
                _ = try await world.eventually("tidied") { world.executor.removedWorkspaces.first }
                let actions = try await world.actions()
                #expect(
                    actions == [
                        "platform.apply", "repository.create", "repository.push", "release.create",
                        "rollout.create", "run.approve", "rollout.create",
                    ])
            }
        }
    }

    private func checkRegions(_ world: World, _ name: RolloutName?) async throws {
        let rollout = try await world.store.require(StoredRollout.self, try #require(name).path)
        #expect(rollout.spec.regions == ["guangzhou", "nanjing", "tianjin"])
        let regions = rollout.status.regions
        for (earlier, later) in zip(regions, regions.dropFirst()) {
            let end = try #require(earlier.finishedAt)
            let start = try #require(later.startedAt)
            #expect(end <= start, "\(later.region) began before \(earlier.region)")
        }
        for region in rollout.spec.regions {
            let name = World.workload("production", region)
            let workload = try await world.store.require(StoredWorkload.self, name.path)
            #expect(workload.spec.release.number == 1)
            #expect(workload.status.instances.count { $0.phase == .ready } == 2)
        }
    }

    @Test func aFailingTestEndsTheRunWithItsReasonAndARetryGoesOnFromThatStage() async throws {
        try await World.with(platform: World.straightWithTests) { world in
            try await world.serving {
                try await world.makeService()
                world.executor.next(.test, .fails(exitCode: 1))
                let name = try await world.push()
                let failed = try await world.run(name, reaches: .failed)
                #expect(failed.status.reason?.contains("1 of 4 tests failed: test_orders") == true)
                #expect(failed.status.stages[0].progress == .succeeded)
                #expect(world.executor.removedWorkspaces == [])
                _ = try await world.operations.retryRun(failed.spec.name, by: World.admin)
                try await world.run(name, reaches: .succeeded)
                let checkouts = world.executor.started.filter { $0.stage == 0 }
                #expect(checkouts.count == 1)
                #expect(world.executor.started.filter { $0.stage == 1 }.map(\.attempt) == [1, 2])
            }
        }
    }

    @Test func aRetryAfterItsWorkspaceIsGoneStartsFromTheCheckout() async throws {
        try await World.with(platform: World.straightWithTests) { world in
            try await world.makeService()
            world.executor.next(.test, .fails(exitCode: 1))
            let name = try await world.push()
            let failed = try await world.serving { try await world.run(name, reaches: .failed) }
            world.move(by: RunReconciler.workspaceKept + .minutes(1))
            try await world.serving {
                _ = try await world.eventually("removed") { world.executor.removedWorkspaces.first }
                _ = try await world.eventually("marked") {
                    let run = try await world.store.require(StoredRun.self, failed.name)
                    return run.labels[Label.workspace] == nil ? true : nil
                }
                _ = try await world.operations.retryRun(failed.spec.name, by: World.admin)
                try await world.run(name, reaches: .succeeded)
                #expect(world.executor.started.filter { $0.stage == 0 }.map(\.attempt) == [1, 2])
            }
        }
    }

    @Test func aRunIsCancelledWhileItsStepHangs() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                world.executor.next(.build, .hangs)
                let name = try await world.push()
                _ = try await world.eventually("hanging") {
                    world.executor.started.first { $0.step == 1 }
                }
                let run = try await world.operations.cancelRun(try #require(name), by: World.admin)
                let ended = try await world.run(run.spec.name, reaches: .cancelled, .failed, .succeeded)
                #expect(ended.status.progress == .cancelled)
                #expect(ended.status.reason == "cancelled by wang")
                let again = await refusal {
                    try await world.operations.cancelRun(run.spec.name, by: World.admin)
                }
                #expect(again?.code == .conflict)
            }
        }
    }

    @Test func aStepWhoseProcessVanishesIsTriedAgainAndAtLastFails() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                world.executor.next(.build, .isLost)
                let first = try await world.push()
                try await world.run(first, reaches: .succeeded)
                world.executor.next(.build, .isLost, .isLost, .isLost)
                let second = try await world.push()
                let failed = try await world.run(second, reaches: .failed)
                #expect(failed.status.reason?.contains("vanished 3 times") == true)
            }
        }
    }

    @Test func aStepThatCannotBeStartedFailsItsRunInsteadOfHoldingItForEver() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                world.executor.next(.checkout, .isRefused("isolation is not to be had here"))
                let name = try await world.push()
                let failed = try await world.run(name, reaches: .failed)
                #expect(failed.status.reason?.contains("isolation is not to be had here") == true)
            }
        }
    }

    @Test func aRejectedRunFailsAndSaysWhoSaidNo() async throws {
        try await World.with { world in
            try await world.serving {
                try await world.makeService()
                let run = try await world.run(try await world.push(), reaches: .waiting)
                let refused = await refusal {
                    try await world.operations.decideRun(
                        run.spec.name, approved: true, comment: nil, by: World.viewer)
                }
                #expect(refused?.code == .forbidden)
                _ = try await world.operations.decideRun(
                    run.spec.name, approved: false, comment: "not today", by: World.approver)
                let failed = try await world.run(run.spec.name, reaches: .failed)
                #expect(failed.status.reason == "stage approve: rejected by app: not today")
            }
        }
    }

    @Test func anEnvironmentThatTheServiceLeftOutIsPassedByItsPipeline() async throws {
        try await World.with { world in
            try await world.serving {
                try await world.makeService()
                let name = try await world.push(
                    World.specification(more: "environments: {development: null}"))
                try await world.run(name, reaches: .waiting)
                #expect(try await world.store.names(of: StoredWorkload.self) == [])
            }
        }
    }

    @Test func manyRunsAtOnceAllEndAndNoBranchRunsTwoAtATime() async throws {
        try await World.with(platform: World.straight + "protectedBranches: [\"feature-*\", main]") { world in
            try await world.makeService()
            world.executor.setDelay(.milliseconds(2))
            for number in 0..<24 { try await world.push(to: "feature-\(number % 12)") }
            try await world.serving {
                for run in try await world.store.all(StoredRun.self) {
                    try await world.run(run.spec.name, reaches: .succeeded, .cancelled)
                }
            }
            let runs = try await world.store.all(StoredRun.self)
            #expect(runs.count == 24)
            for (branch, runs) in Dictionary(grouping: runs, by: \.spec.branch) {
                let ordered = runs.sorted { $0.spec.name < $1.spec.name }
                for (earlier, later) in zip(ordered, ordered.dropFirst()) {
                    let end = try #require(earlier.status.finishedAt)
                    let start = try #require(later.status.startedAt)
                    #expect(end <= start, "\(branch)")
                }
            }
        }
    }
}

extension World {
    static let straightWithTests = platform(
        stages: """
            - {name: verify, steps: [checkout]}
                - {name: test, steps: [test]}
                - {name: package, steps: [build, release]}
                - {name: production, rollout: production}
            """)
}
