public import GantryBase

/// Everything an agent needs to run one instance, as the file that it is started with.
///
/// Holds no secret: those come to the agent in its own environment and go on to the program from there.
public struct InstancePlan: Codable, Sendable, Hashable {
    public var name: InstanceName
    public var release: ReleaseName
    public var command: [String]
    /// Where the program starts: the unpacked artifact.
    public var directory: String
    /// Variables of the program, beside those that the agent was started with.
    public var environment: [String: String]
    /// The user that the program runs as; nil keeps the agent's own.
    public var user: ProcessUser?
    public var health: HealthSpec
    public var stop: StopSpec
    public var ports: [PortBinding]
    public var limits: ProcessLimits?
    public var files: InstanceFiles
    /// What is collected; nil where nobody takes signals in.
    public var signals: SignalPlan?

    public init(
        name: InstanceName, release: ReleaseName, command: [String], directory: String,
        environment: [String: String], user: ProcessUser?, health: HealthSpec, stop: StopSpec,
        ports: [PortBinding], limits: ProcessLimits?, files: InstanceFiles, signals: SignalPlan? = nil
    ) {
        (self.name, self.release, self.command, self.directory) = (name, release, command, directory)
        (self.environment, self.user, self.health, self.stop) = (environment, user, health, stop)
        (self.ports, self.limits, self.files, self.signals) = (ports, limits, files, signals)
    }
}

public struct ProcessUser: Codable, Sendable, Hashable {
    public var uid: UInt32
    public var gid: UInt32
    public init(uid: UInt32, gid: UInt32) {
        self.uid = uid
        self.gid = gid
    }
}

/// A named port of the service and the address that this instance answers it on.
public struct PortBinding: Codable, Sendable, Hashable {
    public var name: String
    public var transport: PortSpec.Transport
    public var host: String
    public var port: Int
    public init(name: String, transport: PortSpec.Transport, host: String, port: Int) {
        (self.name, self.transport, self.host, self.port) = (name, transport, host, port)
    }
}

/// Bounds kept by control groups; nil where the machine does not allow one.
public struct ProcessLimits: Codable, Sendable, Hashable {
    public var cpu: CPUAmount?
    public var memory: ByteCount?
    /// Most processes and threads at once.
    public var processes: Int?
    /// The group's name below the root of each controller, made by whoever starts the process and removed after it.
    public var group: String

    public init(cpu: CPUAmount?, memory: ByteCount?, processes: Int? = nil, group: String) {
        (self.cpu, self.memory, self.processes, self.group) = (cpu, memory, processes, group)
    }
}

/// Where an agent leaves what others read; all absolute paths.
public struct InstanceFiles: Codable, Sendable, Hashable {
    /// The agent's `InstanceReport`, replaced by rename at each change.
    public var report: String
    /// Standard output and error of the program, lines as they were; rotated to `.1`, `.2` … at `logBytes`.
    public var log: String
    public var logBytes: ByteCount
    public var logFiles: Int
    /// The folder of the region proxy in which the agent keeps its `EndpointRecord`, as `INSTANCE-ID.json`.
    public var endpoints: String

    public init(
        report: String, log: String, logBytes: ByteCount = .mebibytes(8), logFiles: Int = 3, endpoints: String
    ) {
        (self.report, self.log, self.logBytes) = (report, log, logBytes)
        (self.logFiles, self.endpoints) = (logFiles, endpoints)
    }
}

/// Names a process beyond the reuse of its number: two processes with one pid differ in their start time.
public struct ProcessIdentity: Codable, Sendable, Hashable {
    public var pid: Int32
    /// Field 22 of `/proc/PID/stat`, in clock ticks since boot.
    public var startTicks: UInt64
    public init(pid: Int32, startTicks: UInt64) {
        self.pid = pid
        self.startTicks = startTicks
    }
}

/// What an agent says of its instance; the last one is what an ended agent leaves behind.
public struct InstanceReport: Codable, Sendable, Hashable {
    public var status: InstanceStatus
    public var agent: ProcessIdentity
    /// The running program, or nil between two starts and after the end.
    public var program: ProcessIdentity?
    /// The last end of the program.
    public var lastExit: StepResult?
    /// What does not work beside the program, and does not end it: its signals cannot be collected.
    public var notice: String?
    public init(
        status: InstanceStatus, agent: ProcessIdentity, program: ProcessIdentity? = nil,
        lastExit: StepResult? = nil, notice: String? = nil
    ) {
        (self.status, self.agent, self.program, self.lastExit) = (status, agent, program, lastExit)
        self.notice = notice
    }
}

/// One instance's entry in the folder of a region proxy: written by its agent, read by the proxy.
///
/// The folder is all that the two share, so that traffic follows readiness while the server is away.
public struct EndpointRecord: Codable, Sendable, Hashable {
    public enum State: String, Codable, Sendable {
        case ready
        /// Takes no new work; connections that wait for a next request are to be closed.
        case draining
    }
    public var instance: InstanceName
    public var ports: [PortBinding]
    public var state: State
    public var agent: ProcessIdentity
    public init(instance: InstanceName, ports: [PortBinding], state: State, agent: ProcessIdentity) {
        (self.instance, self.ports, self.state, self.agent) = (instance, ports, state, agent)
    }
}
