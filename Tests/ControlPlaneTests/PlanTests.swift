import GantryBase
import Model
import Planning
import State
import Testing

@testable import ControlPlane

@Suite struct PlanTests {
    private func plan(
        _ world: World, _ text: String = World.specification()
    ) async throws -> [String: WorkloadChange.Kind] {
        let plan = try await world.operations.plan(text, file: "service.yaml", service: World.service)
        try #require(plan.diagnostics.isEmpty, "\(plan.diagnostics)")
        return Dictionary(uniqueKeysWithValues: plan.changes.map { ($0.name.path, $0.kind) })
    }

    private let production = ["guangzhou", "nanjing", "tianjin"].map { "yidian/article/production/\($0)" }

    @Test func onlyEnvironmentsThatThePipelineReachesArePlanned() async throws {
        try await World.with { world in
            try await world.makeService()
            let whole = try await plan(world)
            #expect(Set(whole.keys) == Set(production + ["yidian/article/development/guangzhou"]))
            try await world.apply(World.straight)
            #expect(try await Set(plan(world).keys) == Set(production))
            for case .create(let planned) in try await plan(world).values {
                #expect(planned.replicas == 2 && planned.release == nil)
            }
        }
    }

    @Test func whatRunsIsPlannedThoughNoPipelineReachesItAnyMore() async throws {
        try await World.with { world in
            try await world.serving {
                try await world.makeService()
                try await world.run(try await world.push(), reaches: .waiting)
                try await world.apply(World.straight)
                let same = try await plan(world)
                #expect(Set(same.keys) == Set(production))
                let more = try await plan(world, World.specification(min: 3))
                guard case .update(let fields)? = more["yidian/article/development/guangzhou"] else {
                    Issue.record("\(more)")
                    return
                }
                #expect(fields.contains(FieldChange(path: "scale.min", before: "2", after: "3")))
            }
        }
    }

    @Test func aRegionOrEnvironmentThatTheFileLeavesOutIsPlannedToGo() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                try await world.run(try await world.push(), reaches: .succeeded)
                let fewer = try await plan(
                    world, World.specification(more: "environments: {production: {regions: [nanjing]}}"))
                #expect(fewer.keys.sorted() == [production[0], production[2]])
                for change in fewer.values {
                    guard case .remove = change else {
                        Issue.record("\(change)")
                        return
                    }
                }
            }
        }
    }

    @Test func aFileWithMistakesIsPlannedAsNothing() async throws {
        try await World.with { world in
            try await world.makeService()
            let plan = try await world.operations.plan(
                "kind: Service", file: "service.yaml", service: World.service)
            #expect(plan.changes.isEmpty && !plan.diagnostics.isEmpty)
        }
    }
}
