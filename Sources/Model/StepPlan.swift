public import GantryBase

/// Everything an agent needs to run one pipeline step, as the file that it is started with.
///
/// The agent outlives the server, so that a step goes on while the server restarts; variables that are secret come in
/// the agent's own environment.
public struct StepPlan: Codable, Sendable, Hashable {
    /// Names the step in messages: `yidian/article/12 test`.
    public var title: String
    /// The program and its arguments; `["/bin/sh", "-euc", COMMAND]` for a command of `service.yaml`.
    public var command: [String]
    public var directory: String
    /// The whole environment of the step beside secrets; nothing is inherited from the server.
    public var environment: [String: String]
    public var user: ProcessUser?
    /// Own process and mount namespaces: the step sees only its own processes, and all of them end with it.
    public var namespaces: Bool
    /// Paths that an empty read-only folder is laid over in the step's mount namespace.
    public var hiddenPaths: [String]
    public var limits: ProcessLimits?
    public var timeLimit: Period
    /// After this much output the rest is read, counted and thrown away.
    public var outputLimit: ByteCount
    public var logFile: String
    /// A `StepResult`, written by rename once the step and all its processes have ended.
    public var resultFile: String
    /// A `ProcessIdentity` of the agent, written first of all.
    public var agentFile: String

    public init(
        title: String, command: [String], directory: String, environment: [String: String],
        user: ProcessUser?,
        namespaces: Bool, hiddenPaths: [String] = [], limits: ProcessLimits? = nil, timeLimit: Period,
        outputLimit: ByteCount, logFile: String, resultFile: String, agentFile: String
    ) {
        (self.title, self.command, self.directory, self.environment) = (
            title, command, directory, environment
        )
        (self.user, self.namespaces, self.hiddenPaths) = (user, namespaces, hiddenPaths)
        (self.limits, self.timeLimit, self.outputLimit) = (limits, timeLimit, outputLimit)
        (self.logFile, self.resultFile, self.agentFile) = (logFile, resultFile, agentFile)
    }
}
