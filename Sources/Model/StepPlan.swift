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
    /// A folder that the agent makes for the step's own `/tmp` and `/var/tmp`, and removes after it; nil leaves the
    /// machine's. Needs `namespaces`.
    public var temporaryFolder: String?
    public var limits: ProcessLimits?
    public var diskLimit: DiskLimit?
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
        namespaces: Bool, hiddenPaths: [String] = [], temporaryFolder: String? = nil,
        limits: ProcessLimits? = nil, diskLimit: DiskLimit? = nil, timeLimit: Period, outputLimit: ByteCount,
        logFile: String, resultFile: String, agentFile: String
    ) {
        (self.title, self.command, self.directory, self.environment) = (
            title, command, directory, environment
        )
        (self.user, self.namespaces, self.hiddenPaths) = (user, namespaces, hiddenPaths)
        (self.temporaryFolder, self.limits, self.diskLimit) = (temporaryFolder, limits, diskLimit)
        (self.timeLimit, self.outputLimit) = (timeLimit, outputLimit)
        (self.logFile, self.resultFile, self.agentFile) = (logFile, resultFile, agentFile)
    }
}

/// How much a folder may hold with all that is below it; looked at while the step runs and once when it has ended.
public struct DiskLimit: Codable, Sendable, Hashable {
    public var folder: String
    /// As the disk holds it, so that holes in files count nothing.
    public var size: ByteCount
    public var files: Int

    public init(folder: String, size: ByteCount, files: Int) {
        (self.folder, self.size, self.files) = (folder, size, files)
    }
}
