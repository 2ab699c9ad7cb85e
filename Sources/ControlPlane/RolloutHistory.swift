import GantryBase
import Model
import State

/// Looks back at the rollouts of a service in an environment, as far as somebody needs and no further.
struct RolloutHistory {
    /// Rollouts read at a time. Almost always the last few tell what is asked.
    static let pageSize = 50
    /// Rollouts looked back over: years of releases to one environment, and read in a fraction of a second.
    static let limit = 1000

    let store: any StateStore
    let service: ServiceName
    let environment: EnvironmentName

    /// Reads the last changed first, page after page, until `isEnough` of what was read so far, the highest number
    /// first; `limit` of them at most.
    ///
    /// A rollout changes for the last time soon after the next one has begun, so that the order of their changes is
    /// that of their numbers but for neighbours, which a page holds together.
    func read(
        until isEnough: ([Stored<StoredRollout>]) -> Bool
    ) async throws -> [Stored<StoredRollout>] {
        var rollouts: [Stored<StoredRollout>] = []
        var after: String?
        repeat {
            let page = try await store.list(
                StoredRollout.self, prefix: service.path + "/", labels: [Label.environment: environment.text],
                order: .recent, after: after, limit: Self.pageSize)
            rollouts = (rollouts + page.objects).sorted { $0.spec.name.number > $1.spec.name.number }
            after = page.next
        } while after != nil && rollouts.count < Self.limit && !isEnough(rollouts)
        return rollouts
    }
}
