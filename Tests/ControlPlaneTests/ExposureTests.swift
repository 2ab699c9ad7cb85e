import GantryBase
import GitHosting
import Model
import State
import Testing

@testable import ControlPlane

@Suite struct ExposureTests {
    private static let other = ServiceName("yidian", "author")

    private func exposing(_ path: String, only environment: String? = nil) -> String {
        let expose = "expose: [{host: a.example.com, path: \(path)}]"
        return World.specification(
            more: environment.map { "environments: {\($0): {\(expose)}}" } ?? expose)
    }

    private func asOther(_ text: String) -> String {
        text.replacing("name: article", with: "name: author")
    }

    @Test func aHostAndPathThatAnotherServiceHasIsRefusedAtThePushAndSeenBefore() async throws {
        try await World.with { world in
            try await world.makeService()
            _ = try await world.operations.createService(Self.other, by: World.admin)
            try await world.push(exposing("/v1"))
            let refused = await world.judge(asOther(exposing("/v1/")), of: Self.other)
            #expect(!refused.accepted)
            #expect(
                refused.messages.first?.contains(
                    "a.example.com/v1/ is exposed by yidian/article already [exposure-taken]") == true)
            let seen = try await world.operations.validate(
                asOther(exposing("/v1")), file: "service.yaml", service: Self.other)
            #expect(seen.map(\.code) == ["exposure-taken"])
            let plan = try await world.operations.plan(
                asOther(exposing("/v1")), file: "service.yaml", service: Self.other)
            #expect(plan.diagnostics == seen && plan.changes.isEmpty)
            #expect(seen.first?.hint?.contains("service.yaml of yidian/article") == true)
            #expect(await world.judge(asOther(exposing("/v2")), of: Self.other).accepted)
            let own = try await world.operations.validate(
                exposing("/v1"), file: "service.yaml", service: World.service)
            #expect(own.isEmpty)
        }
    }

    @Test func environmentsAreApartAndAPushGivesUpWhatItNoLongerExposes() async throws {
        try await World.with { world in
            try await world.makeService()
            _ = try await world.operations.createService(Self.other, by: World.admin)
            try await world.push(exposing("/v1", only: "development"))
            let production = asOther(exposing("/v1", only: "production"))
            #expect(await world.judge(production, of: Self.other).accepted)
            let both = asOther(exposing("/v1"))
            #expect(await !world.judge(both, of: Self.other).accepted)
            try await world.push()
            #expect(await world.judge(both, of: Self.other).accepted)
        }
    }

    @Test func aBranchThatIsNoLongerProtectedHoldsNothing() async throws {
        try await World.with(platform: World.platform(more: "protectedBranches: [main, hotfix]")) { world in
            try await world.makeService()
            _ = try await world.operations.createService(Self.other, by: World.admin)
            try await world.push(exposing("/v1"), to: "hotfix")
            let wanted = asOther(exposing("/v1"))
            #expect(await !world.judge(wanted, of: Self.other).accepted)
            try await world.apply(World.platform(more: "protectedBranches: [main]"))
            #expect(await world.judge(wanted, of: Self.other).accepted)
        }
    }
}
