import Access
import GantryBase
import GitHosting
import Model
import State
import Testing

@testable import ControlPlane

@Suite struct SecretTests {
    private static let declaring = World.specification(more: "secrets: [DB_PASSWORD]")
    private static let key = "DB_PASSWORD"

    private func set(_ environment: EnvironmentName?, _ world: World) async throws -> SecretName {
        let name = try SecretName(World.service, environment, Self.key)
        try await world.secrets.set(name, SecretText("value"), by: "wang")
        return name
    }

    private func remove(_ name: SecretName, _ world: World, force: Bool = false) async throws {
        try await world.operations.removeSecret(
            name, isForced: force, from: world.secrets, by: World.admin)
    }

    @Test func aSecretThatARunningReleaseDeclaresIsRemovedByForceOnly() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                let name = try await set("production", world)
                try await world.run(try await world.push(Self.declaring), reaches: .succeeded)
                let refused = await refusal { try await remove(name, world) }
                #expect(refused?.code == .conflict)
                #expect(
                    refused?.message
                        == "releases of yidian/article that run in production need the secret DB_PASSWORD")
                #expect(refused?.hint?.contains("--force") == true)
                #expect(try await world.store.names(of: StoredSecret.self) == [name.path])
                try await remove(name, world, force: true)
                #expect(try await world.store.names(of: StoredSecret.self) == [])
                let record = try await world.store.audit(.init(limit: 1)).first
                #expect(record?.action == "secret.remove")
                #expect(record?.detail == "forced; needed in production")
            }
        }
    }

    @Test func aSecretGoesWhenAnotherTakesItsPlaceOrNothingNeedsItAnyMore() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                let own = try await set("production", world)
                let all = try await set(nil, world)
                try await world.run(try await world.push(Self.declaring), reaches: .succeeded)
                try await remove(own, world)
                let needed = await refusal { try await remove(all, world) }
                #expect(needed?.code == .conflict)
                try await world.run(try await world.push(), reaches: .succeeded)
                try await remove(all, world)
                let gone = await refusal { try await remove(all, world, force: true) }
                #expect(gone?.code == .notFound)
            }
        }
    }

    @Test func aSecretOfARolloutUnderWayIsNeeded() async throws {
        try await World.with(platform: World.straight) { world in
            let name = try await world.serving {
                try await world.makeService()
                let name = try await set("production", world)
                world.cluster.set(.neverReady, of: ReleaseName(World.service, 1), in: "guangzhou")
                _ = try await world.push(Self.declaring)
                _ = try await world.eventually("a rollout") {
                    try await world.store.names(of: StoredRollout.self).first
                }
                return name
            }
            let refused = await refusal { try await remove(name, world) }
            #expect(refused?.code == .conflict)
        }
    }

    @Test func aViewerRemovesNoSecretNotEvenByForce() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.makeService()
            let name = try await set(nil, world)
            let refused = await refusal {
                try await world.operations.removeSecret(
                    name, isForced: true, from: world.secrets, by: World.viewer)
            }
            #expect(refused?.code == .forbidden)
            #expect(try await world.store.names(of: StoredSecret.self) == [name.path])
        }
    }

    @Test func aPushThatDeclaresASecretWithoutAValueIsAcceptedAndTheCommandIsNamed() async throws {
        try await World.with { world in
            try await world.makeService()
            let first = await world.judge(Self.declaring)
            #expect(first.accepted)
            #expect(
                first.messages == [
                    "service.yaml: warning: secret DB_PASSWORD is not set; rollouts wait for it in "
                        + "development, production",
                    "    hint: gantry secret set yidian/article DB_PASSWORD",
                ])
            _ = try await set("development", world)
            let second = await world.judge(Self.declaring)
            #expect(
                second.messages.last
                    == "    hint: gantry secret set yidian/article DB_PASSWORD --environment production")
            _ = try await set(nil, world)
            #expect(await world.judge(Self.declaring).messages == [])
        }
    }

    @Test func anEnvironmentThatNoPipelineReachesNeedsNoSecret() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.makeService()
            _ = try await set("production", world)
            #expect(await world.judge(Self.declaring).messages == [])
        }
    }

    @Test func whatWaitsForASecretSaysSo() async throws {
        try await World.with(platform: World.straight) { world in
            try await world.serving {
                try await world.makeService()
                let name = try #require(try await world.push(Self.declaring))
                let words = "guangzhou lacks the secret DB_PASSWORD; gantry secret set yidian/article "
                let rollout = try await world.eventually("a rollout that says why it waits") {
                    try await world.store.all(StoredRollout.self).first {
                        $0.status.reason?.contains(words) == true
                    }
                }
                #expect(rollout.status.reason?.hasPrefix("guangzhou waits: ") == true)
                _ = try await world.eventually("a run that says why it waits") {
                    let run = try await world.store.require(StoredRun.self, name.path)
                    return run.status.reason?.contains(words) == true ? run : nil
                }
                _ = try await set("production", world)
                let run = try await world.run(name, reaches: .succeeded)
                #expect(run.status.reason == nil)
                #expect(try await world.store.all(StoredRollout.self).first?.status.reason == nil)
            }
        }
    }
}
