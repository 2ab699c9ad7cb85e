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
    package var sessions: SessionStore
    package var secrets: SecretStore
    package var git: GitBackend
    package var executor: any StepExecutor
    package var clusters: ClusterSet
    package var time: TimeSource

    package init(
        store: any StateStore, operations: Operations, sessions: SessionStore, secrets: SecretStore,
        git: GitBackend, executor: any StepExecutor, clusters: ClusterSet, time: TimeSource
    ) {
        (self.store, self.operations, self.sessions, self.secrets) = (store, operations, sessions, secrets)
        (self.git, self.executor, self.clusters, self.time) = (git, executor, clusters, time)
    }
}

/// The routes of the API; each file `Routes+…` is a group of them.
struct Routes: Sendable {
    let parts: APIParts
    let desk: PageDesk
    let limits: APILimits
    let watches: Seats
    let logs: Seats
    let readiness: Readiness
    let desks: AccessDesks

    /// - Parameter isEncrypted: whether browsers come over TLS, so that cookies are kept to it.
    init(parts: APIParts, limits: APILimits, isEncrypted: Bool = false) {
        (self.parts, self.limits) = (parts, limits)
        desk = PageDesk(
            sessions: parts.sessions, cookies: PageCookies(areSecure: isEncrypted), time: parts.time)
        watches = Seats(limits.watchStreams)
        logs = Seats(limits.logStreams)
        desks = AccessDesks(parts, cost: limits.passwordCost)
        readiness = Readiness(store: parts.store, period: limits.readinessPeriod)
    }

    var store: any StateStore { parts.store }
    var operations: Operations { parts.operations }

    var table: RouteTable {
        RouteTable(
            health + objects + platform + services + runs + workloads + secrets + tokens + users + access
                + audit + git + signIn + provider + account + signalPages)
    }
}
