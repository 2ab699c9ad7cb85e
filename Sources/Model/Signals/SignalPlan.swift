/// What an agent collects of its instance, and where it sends it. Part of the instance's plan; holds no token: that
/// comes to the agent in its own environment.
public struct SignalPlan: Codable, Sendable, Hashable {
    /// The variable of the agent's environment that holds the instance's token.
    public static let tokenVariable = "GANTRY_AGENT_TOKEN"

    /// The variables that tell a service's SDK where its signals go.
    public static let serviceVariables = [
        "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_SERVICE_NAME",
        "OTEL_RESOURCE_ATTRIBUTES", "OTEL_TRACES_SAMPLER",
    ]

    /// A file that holds the gateway's address, such as `http://127.0.0.1:7180`, replaced by rename when it moves. The
    /// agent reads it before it connects; while it is missing the spool fills.
    public var gatewayFile: String
    /// The loopback port on which the service's SDK reaches the agent: OTLP over HTTP.
    public var receiverPort: Int
    /// The folder of the agent's spools and positions; outlives the agent.
    public var folder: String
    /// The service's own log files, as absolute patterns; its standard output is followed beside them.
    public var logFiles: [String]
    /// Whose files those must be: an agent may read more than its program may, and the service chose the paths. Nil
    /// where both run as one user.
    public var logOwner: UInt32?
    public var logFormat: LogsSpec.Format
    /// Names of services by the `HOST:PORT` that the instance was given for its callees.
    public var peers: [String: ServiceName]
    /// What is masked beside what every installation masks, by the names of `logs.mask`.
    public var mask: [String]

    public init(
        gatewayFile: String, receiverPort: Int, folder: String, logFiles: [String] = [],
        logOwner: UInt32? = nil,
        logFormat: LogsSpec.Format = .auto, peers: [String: ServiceName] = [:], mask: [String] = []
    ) {
        (self.gatewayFile, self.receiverPort, self.folder) = (gatewayFile, receiverPort, folder)
        (self.logFiles, self.logOwner, self.logFormat) = (logFiles, logOwner, logFormat)
        (self.peers, self.mask) = (peers, mask)
    }
}
