package import Access
package import ControlPlane
package import GantryBase
package import Gateway
package import GitHosting
package import Running
package import State
package import Wire

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
    /// What `/metrics` tells; the server adds its own numbers.
    package var metrics = Metrics()
    /// Takes a span of each request of interest; must not wait.
    package var spans: (@Sendable (SpanRecord) -> Void)?
    /// Nil for a server that takes no signals.
    package var intake: SignalIntake?

    package init(
        store: any StateStore, operations: Operations, sessions: SessionStore, secrets: SecretStore,
        git: GitBackend, executor: any StepExecutor, clusters: ClusterSet, time: TimeSource,
        intake: SignalIntake? = nil
    ) {
        (self.store, self.operations, self.sessions, self.secrets) = (store, operations, sessions, secrets)
        (self.git, self.executor, self.clusters, self.time) = (git, executor, clusters, time)
        self.intake = intake
    }
}

/// Where instances' signals go, and how it is known whose they are.
package struct SignalIntake: Sendable {
    package var gateway: Gateway
    package var tokens: WorkloadTokens
    package init(gateway: Gateway, tokens: WorkloadTokens) { (self.gateway, self.tokens) = (gateway, tokens) }
}

/// The routes of the API; each file `Routes+…` is a group of them.
struct Routes: Sendable {
    let parts: APIParts
    let desk: PageDesk
    let limits: APILimits
    let watches: Seats
    let logs: Seats
    let readiness: Readiness
    let conduct: Conduct
    let ingest: IngestMemory
    let survey: Survey
    let desks: AccessDesks

    /// - Parameter isEncrypted: whether browsers come over TLS, so that cookies are kept to it.
    init(parts: APIParts, limits: APILimits, isEncrypted: Bool = false) {
        (self.parts, self.limits) = (parts, limits)
        desk = PageDesk(
            sessions: parts.sessions, cookies: PageCookies(areSecure: isEncrypted), time: parts.time)
        watches = Seats(limits.watchStreams)
        logs = Seats(limits.logStreams)
        ingest = IngestMemory(limit: limits.ingestBytes, limitOfService: limits.ingestBytesOfService)
        desks = AccessDesks(parts, cost: limits.passwordCost)
        readiness = Readiness(store: parts.store, period: limits.readinessPeriod)
        survey = Survey(store: parts.store)
        conduct = Conduct(
            store: parts.store,
            book: ActionBook(store: parts.store, time: parts.time, limits: limits.actions), time: parts.time)
    }

    var store: any StateStore { parts.store }
    var metrics: Metrics { parts.metrics }
    var operations: Operations { parts.operations }
    /// The verbs as a request carries them out: those that change something go through this, so that the version that
    /// the request names is held, and a repeat of it is known.
    func acting(_ call: Call) -> Operations {
        call.store.map { operations.acting(through: $0) } ?? operations
    }

    var all: [Route] {
        health + objects + platform + services + runs + workloads + secrets + tokens + users
            + access + audit + git + signIn + provider + account + overviewPages + servicePages
            + workloadPages + runPages + deliverPages
            + governPages + signalPages + signals + intake
    }

    var table: RouteTable { RouteTable(Catalogue.described(all)) }
}
