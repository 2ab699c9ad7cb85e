package import Access
package import ControlPlane
package import GantryBase
package import GitHosting
package import Running
package import State

/// The parts that the routes read and ask. Every verb that changes something is one of `operations`.
package struct APIParts: Sendable {
    package var store: any StateStore
    package var operations: Operations
    package var secrets: SecretStore
    package var git: GitBackend
    package var executor: any StepExecutor
    package var clusters: ClusterSet
    package var time: TimeSource

    package init(
        store: any StateStore, operations: Operations, secrets: SecretStore, git: GitBackend,
        executor: any StepExecutor, clusters: ClusterSet, time: TimeSource
    ) {
        (self.store, self.operations, self.secrets) = (store, operations, secrets)
        (self.git, self.executor, self.clusters, self.time) = (git, executor, clusters, time)
    }
}

/// The routes of the API; each file `Routes+…` is a group of them.
struct Routes: Sendable {
    let parts: APIParts
    let limits: APILimits
    let watches: Seats
    let logs: Seats
    let readiness: Readiness
    let access: AccessDesks

    init(parts: APIParts, limits: APILimits) {
        (self.parts, self.limits) = (parts, limits)
        watches = Seats(limits.watchStreams)
        logs = Seats(limits.logStreams)
        access = AccessDesks(parts)
        readiness = Readiness(store: parts.store, period: limits.readinessPeriod)
    }

    var store: any StateStore { parts.store }
    var operations: Operations { parts.operations }

    var table: RouteTable {
        RouteTable(
            health + objects + platform + services + runs + workloads + secrets + tokens + users + signIn
                + audit
                + git)
    }
}
