package import Model

/// Where the agents of a cluster send what they collect, and what they show there.
package struct SignalHome: Sendable {
    /// Holds the gateway's address, as `SignalPlan.gatewayFile` says; it may be missing.
    package var gatewayFile: String
    /// The token with which the agent of an instance sends its signals.
    package var token: @Sendable (SignalSource) -> String
    /// Told what operators must know, such as signals that were given up.
    package var notice: @Sendable (String) -> Void

    package init(
        gatewayFile: String, token: @escaping @Sendable (SignalSource) -> String,
        notice: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        (self.gatewayFile, self.token, self.notice) = (gatewayFile, token, notice)
    }
}
