public import GantryBase

/// The three probes of an instance; an absent one counts as passing.
public struct HealthSpec: Codable, Sendable, Hashable {
    public var startup: Probe?
    public var readiness: Probe?
    public var liveness: Probe?

    public init(startup: Probe? = nil, readiness: Probe? = nil, liveness: Probe? = nil) {
        self.startup = startup
        self.readiness = readiness
        self.liveness = liveness
    }
}

/// One question asked again and again by the runtime of one instance; the meaning is that of Kubernetes.
public struct Probe: Codable, Sendable, Hashable {
    public enum Action: Codable, Sendable, Hashable {
        /// Passes on status 200 to 399. `port` is a name in `ports:`.
        case http(path: String, port: String)
        /// Passes when the connection is accepted.
        case tcp(port: String)
        /// Passes on exit status 0; run without a shell in the program's directory.
        case exec(command: [String])
    }

    public var action: Action
    public var delay: Period
    public var period: Period
    public var timeout: Period
    public var successes: Int
    public var failures: Int

    public init(
        _ action: Action, delay: Period = .zero, period: Period = .seconds(10), timeout: Period = .seconds(1),
        successes: Int = 1, failures: Int = 3
    ) {
        self.action = action
        self.delay = delay
        self.period = period
        self.timeout = timeout
        self.successes = successes
        self.failures = failures
    }
}

/// How an instance stops, as one value that preStop, drain, the local cluster and the grace period all derive from.
public struct StopSpec: Codable, Sendable, Hashable {
    /// The discovery system whose route caches callers may hold.
    public var discovery: String
    /// How long a caller may go on using an address after the instance has left discovery.
    public var wait: Period
    /// Time for requests under way after TERM.
    public var drain: Period
    /// The time from the start of the stop until KILL; never below `derivedGrace`.
    public var grace: Period

    /// Time for the agent's own part of the stop: leaving, final flush, reaping the group.
    public static let supervisor = Period.seconds(3)
    /// Room for scheduling on a loaded machine.
    public static let margin = Period.seconds(2)

    public init(discovery: String, wait: Period, drain: Period = .seconds(10), grace: Period? = nil) {
        self.discovery = discovery
        self.wait = wait
        self.drain = drain
        self.grace = grace ?? Self.derivedGrace(wait: wait, drain: drain)
    }

    public static func derivedGrace(wait: Period, drain: Period) -> Period {
        wait + drain + supervisor + margin
    }
}
