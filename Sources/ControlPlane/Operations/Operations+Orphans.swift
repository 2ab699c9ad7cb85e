import GantryBase
import Model
import Planning
import State

extension Operations {
    /// Uses that a refusal names for one part of the platform; a person mends a few and asks again.
    static let namedUses = 20

    /// Refuses a platform that lacks what services, workloads or rollouts under way use, naming them all.
    func refuseOrphans(from before: PlatformSpec, to after: PlatformSpec) async throws {
        let removed = PlatformUse.removed(from: before, to: after)
        guard !removed.isEmpty else { return }
        let rollouts = try await store.all(StoredRollout.self, labels: [Label.active: "true"]).map(\.spec)
        var words: [String] = []
        for part in removed {
            let users =
                try await users(of: part)
                + rollouts.filter { PlatformUse.uses(part, $0) }.prefix(Self.namedUses).map {
                    "rollout \($0.name), which is under way"
                }
            if !users.isEmpty { words.append("\(part) is used by \(users.joined(separator: ", "))") }
        }
        guard words.isEmpty else {
            throw GantryError(
                .conflict, "platform.yaml lacks what is in use: " + words.joined(separator: "; "),
                hint: "keep it in platform.yaml until releases that do without it are rolled out, or the "
                    + "rollouts have ended")
        }
    }

    private func users(of part: PlatformUse.Part) async throws -> [String] {
        let (word, query): (String, StateQuery) =
            switch part {
            case .business(let name):
                ("service", StateQuery(kind: StoredRepository.kind, prefix: name.text + "/"))
            case .region(let region, let environment):
                (
                    "workload",
                    StateQuery(
                        kind: StoredWorkload.kind,
                        labels: [Label.environment: environment.text, Label.region: region.text])
                )
            case .cluster(let name):
                ("workload", StateQuery(kind: StoredWorkload.kind, labels: [Label.cluster: name.text]))
            }
        var limited = query
        limited.limit = Self.namedUses
        let page = try await store.list(limited)
        return page.objects.map { "\(word) \($0.name)" } + (page.next == nil ? [] : ["others"])
    }
}
