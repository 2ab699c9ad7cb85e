import Access
import Clusters
import GantryBase
import Model
import State
import Testing

@testable import ControlPlane

@Suite struct OperationTests {
    private let name = World.workload("production", "guangzhou")

    private func replicas(_ world: World, become wanted: Int) async throws {
        _ = try await world.eventually("\(wanted) instances") {
            let workload = try await world.store.require(StoredWorkload.self, name.path)
            let ready = workload.status.instances.count { $0.phase == .ready }
            return workload.spec.replicas == wanted && ready == wanted ? true : nil
        }
    }

    @Test func anOverrideHoldsThroughARolloutAndEndsByItselfOrByHand() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                try await world.run(try await world.push(), reaches: .succeeded)
                _ = try await world.operations.setOverride(
                    name, replicas: 5, until: nil, by: World.admin)
                try await replicas(world, become: 5)
                try await world.run(
                    try await world.push(World.specification(min: 3)), reaches: .succeeded)
                try await replicas(world, become: 5)
                try await world.operations.clearOverride(name, by: World.admin)
                try await replicas(world, become: 3)
                let until = world.time.now() + .minutes(30)
                _ = try await world.operations.setOverride(
                    name, replicas: 1, until: until, by: World.admin)
                try await replicas(world, become: 1)
            }
            world.move(by: .minutes(31))
            try await world.serving { try await replicas(world, become: 3) }
            let record = try await world.store.audit(.init()).first { $0.who == "gantry/override" }
            #expect(record?.action == "workload.unscale")
        }
    }

    @Test func anOverrideEndsTogetherWithWhatItDidThoughNoServerRuns() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                try await world.run(try await world.push(), reaches: .succeeded)
                _ = try await world.operations.setOverride(
                    name, replicas: 5, until: nil, by: World.admin)
                try await replicas(world, become: 5)
            }
            try await world.operations.clearOverride(name, by: World.admin)
            let workload = try await world.store.require(StoredWorkload.self, name.path)
            #expect(workload.spec.replicas == 2 && workload.status.accepted == nil)
            let again = await refusal {
                try await world.operations.clearOverride(name, by: World.admin)
            }
            #expect(again?.code == .notFound)
            try await world.serving { try await replicas(world, become: 2) }
        }
    }

    @Test func anOverrideOutOfRangeOrOfThePastIsRefused() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                try await world.run(try await world.push(), reaches: .succeeded)
            }
            for count in [-1, 101] {
                let refused = await refusal {
                    try await world.operations.setOverride(
                        name, replicas: count, until: nil, by: World.admin)
                }
                #expect(refused?.code == .invalid)
            }
            let past = await refusal {
                try await world.operations.setOverride(
                    name, replicas: 1, until: world.time.now() - .seconds(1), by: World.admin)
            }
            #expect(past?.code == .invalid)
        }
    }

    @Test func aViewerCannotRollBackAndTheRefusalIsWrittenDown() async throws {
        try await World.with { world in
            try await world.makeService()
            let refused = await refusal {
                try await world.operations.rollback(
                    World.service, in: "production", to: nil, by: World.viewer)
            }
            #expect(refused?.code == .forbidden)
            #expect(refused?.message.contains("lacks the right operate in yidian") == true)
            let record = try #require(try await world.store.audit(.init(limit: 1)).first)
            #expect(record.who == "lin" && !record.allowed && record.action == "rollout.rollback")
            #expect(record.detail?.contains("operate") == true)
        }
    }

    @Test func aDecisionThatTakesAHigherRoleIsRefusedAndWrittenDown() async throws {
        let strict = World.platform(
            stages: """
                - {name: package, steps: [checkout, build, release]}
                    - {name: approve, approval: {role: admin}}
                """)
        try await World.with(platform: strict) { world in
            try await world.serving {
                try await world.makeService()
                let run = try await world.run(try await world.push(), reaches: .waiting)
                let refused = await refusal {
                    try await world.operations.decideRun(
                        run.spec.name, approved: true, comment: nil, by: World.approver)
                }
                #expect(refused?.code == .forbidden)
                let record = try #require(try await world.store.audit(.init(limit: 1)).first)
                #expect(record.who == "app" && !record.allowed && record.action == "run.approve")
            }
        }
    }

    @Test func aSecretReachesTheClusterWhenItIsSetAndWhenItChanges() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                let secret = try SecretName(World.service, "production", "DB_PASSWORD")
                let run = try await world.push(World.specification(more: "secrets: [DB_PASSWORD]"))
                let problem = try await world.eventually("a problem") {
                    try await world.store.get(StoredWorkload.self, name.path)?.status.problem
                }
                #expect(
                    problem.contains("gantry secret set yidian/article DB_PASSWORD --environment production"))
                #expect(world.cluster.told.isEmpty)
                try await world.secrets.set(secret, SecretText("one"), by: "wang")
                try await world.run(run, reaches: .succeeded)
                let first = try #require(world.cluster.accepted(name)?.generation)
                // One that the service does not name replaces no instance.
                try await world.secrets.set(
                    try SecretName(World.service, "production", "OTHER"), SecretText("x"), by: "wang")
                try await world.secrets.set(secret, SecretText("two"), by: "wang")
                _ = try await world.eventually("told") {
                    world.cluster.accepted(name)?.generation != first ? true : nil
                }
                let told = world.cluster.told.filter { $0.name == name }
                #expect(told.map(\.secrets) == [["DB_PASSWORD": "one"], ["DB_PASSWORD": "two"]])
            }
        }
    }

    @Test func aPlatformThatWouldOrphanWorkloadsOrServicesIsRefused() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                try await world.run(try await world.push(), reaches: .succeeded)
            }
            let less = World.platform(regions: ["guangzhou", "nanjing"])
            let refused = await refusal { try await world.apply(less) }
            #expect(refused?.code == .conflict)
            #expect(refused?.message.contains("production/tianjin") == true)
            let without = World.straight.replacing(
                "{name: yidian, members: {lin: viewer, app: approver}}, ", with: "")
            let orphan = await refusal { try await world.apply(without) }
            #expect(orphan?.message.contains("business yidian is used by service yidian/article") == true)
            #expect(try await world.store.platform().regions.count == 3)
            // A business and a region that nobody uses may go.
            try await world.apply(World.straight.replacing(", {name: yiyao}", with: ""))
        }
    }
}
