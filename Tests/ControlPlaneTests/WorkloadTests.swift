import GantryBase
import Model
import State
import Testing

@testable import ControlPlane

@Suite struct WorkloadTests {
    @Test func whatRunsInAClusterAndIsNotStoredIsRemovedAtTheNextStart() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                try await world.run(try await world.push(), reaches: .succeeded)
            }
            let forgotten = World.workload("production", "hongkong")
            world.cluster.plant(forgotten, ReleaseName(World.service, 1))
            try await world.serving {
                _ = try await world.eventually("removed") { world.cluster.removed.first }
            }
            #expect(world.cluster.removed == [forgotten])
            #expect(world.cluster.accepted(World.workload("production", "nanjing")) != nil)
        }
    }

    @Test func aClusterThatDoesNotAnswerIsAskedAgainAndItsProblemIsShown() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                world.cluster.refuse(GantryError(.unavailable, "the disk is full", hint: "make room"))
                let name = try await world.push()
                let problem = try await world.eventually("a problem") {
                    try await world.store.get(
                        StoredWorkload.self, World.workload("production", "guangzhou").path)?.status.problem
                }
                #expect(problem == "the disk is full; make room")
                world.cluster.refuse(nil)
                try await world.run(name, reaches: .succeeded)
            }
        }
    }

    @Test func anObjectThatCannotBeReadHoldsUpNoOther() async throws {
        try await World.with(platform: World.straight) { world in
            for kind in [StoredRun.kind, StoredRollout.kind, StoredWorkload.kind] {
                try await world.store.commit(
                    [
                        StateChange(
                            kind: kind, name: kind == StoredWorkload.kind ? "a/b/c/d" : "a/b/1",
                            schemaVersion: 99,
                            operation: .create(
                                spec: Array("{}".utf8), status: Array("{}".utf8),
                                labels: [Label.active: "true", Label.progress: "pending"]))
                    ], audit: [])
            }
            try await world.serving {
                try await world.makeService()
                try await world.run(try await world.push(), reaches: .succeeded)
            }
        }
    }
}
