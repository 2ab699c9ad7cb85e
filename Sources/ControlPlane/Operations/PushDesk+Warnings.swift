import GantryBase
import GitHosting
import Model
import Planning
import Specification
import State

// What a pusher is told of a push that is good in itself.
extension PushDesk {
    /// A secret may be set after the push that declares it, and is asked for here: a rollout would wait for it.
    func warnings(of definition: ServiceDefinition, on platform: PlatformSpec) async throws -> [String] {
        let reached = Expansion.environments(reachedFrom: definition.name.business, on: platform)
        var declared: [EnvironmentName: Set<String>] = [:]
        for workload in Expansion.workloads(of: definition, on: platform)
        where reached.contains(workload.name.environment) {
            declared[workload.name.environment] = Set(workload.spec.secrets)
        }
        let values = try await store.secretValues(of: definition.name)
        let gaps = SecretUse.gaps(declared: declared, values: values)
        return gaps.flatMap { Self.words(of: $0, definition.name) }
    }

    private static func words(of gap: SecretUse.Gap, _ service: ServiceName) -> [String] {
        let places = gap.environments.map(\.text).joined(separator: ", ")
        let command = "gantry secret set \(service) \(gap.variable)"
        let commands =
            gap.isEverywhere ? [command] : gap.environments.map { "\(command) --environment \($0)" }
        let warning = "secret \(gap.variable) is not set; rollouts wait for it in \(places)"
        return ["service.yaml: warning: \(warning)"] + commands.map { "    hint: \($0)" }
    }

    /// What a push exposes by its service.yaml, for others to be held against; a file that cannot be read, as from
    /// before the branch was protected, exposes nothing.
    func exposed(by push: PushRecorder.Push) async throws -> ExposureClaims.Exposed? {
        let found = try? await repositories.file(
            HookClient.specificationPath, at: push.commit, of: push.service,
            limit: ReleaseMaker.specificationLimit)
        guard let bytes = found ?? nil else { return nil }
        let reading = ServiceFile.read(
            String(decoding: bytes, as: UTF8.self), service: push.service,
            platform: try await store.platform())
        let exposed = reading.value?.environments.mapValues(\.expose).filter { !$0.value.isEmpty } ?? [:]
        return exposed.isEmpty ? nil : exposed
    }
}
