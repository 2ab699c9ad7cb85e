package import GantryBase
package import Model

/// Says what to start and what it may see; nothing is inherited that is not named here.
///
/// Signal mask and dispositions are always the defaults, the umask is 022, no memory is dumped to a file at a crash,
/// and no descriptor but the three streams is open.
package struct ProcessRequest: Sendable {
    package enum Stream: Sendable, Hashable {
        case null
        /// A pipe whose other end is in `RunningProcess`, to be closed by whoever asked.
        case pipe
        /// A descriptor of ours; it stays open here.
        case descriptor(Int32)
        /// Of standard error only.
        case sameAsOutput
    }

    /// The program and its arguments. A name without a slash is looked for in the `PATH` of `environment`.
    package var command: [String]
    /// Where the program starts; nil keeps ours.
    package var directory: String?
    /// The whole environment.
    package var environment: [String: String]
    package var user: ProcessUser?
    package var input: Stream = .null
    package var output: Stream = .null
    package var error: Stream = .null
    /// A session of its own, without a terminal; else a process group of its own.
    package var newSession = false
    /// KILL when this process ends, however it ends.
    package var dieWithParent = false
    /// A pid namespace and a mount namespace of its own, with `/proc` of the new namespace and private
    /// mounts. All processes in it end with the program.
    package var namespaces = false
    /// Existing absolute paths over which an empty read-only folder is laid; needs `namespaces`. `directory`
    /// stays visible when it lies below one of them.
    package var hiddenPaths: [String] = []
    /// Existing folders by the absolute path of the folder that each is laid over, for this program alone; needs
    /// `namespaces`. `directory` stays visible when it lies below one of the paths; a path that is not there is left out.
    package var privateFolders: [String: String] = [:]
    /// The size of a `/dev/shm` of its own, in memory; nil keeps the machine's. Needs `namespaces`.
    package var sharedMemory: ByteCount?
    /// `cgroup.procs` files that the program puts itself into before it runs.
    package var groupFiles: [String] = []
    /// Most open descriptors; nil keeps ours.
    package var openFileLimit: UInt64?
    /// Most processes and threads that `user` may have on the whole machine, counted by the kernel, which never counts
    /// root's; nil keeps ours.
    package var processLimit: UInt64?
    package var noNewPrivileges = false
    /// KILL to what is left of the process group at the moment the program has ended.
    package var killsGroupAtEnd = false

    package init(command: [String], directory: String? = nil, environment: [String: String]) {
        (self.command, self.directory, self.environment) = (command, directory, environment)
    }
}

/// How a process ended; exactly one of `exitCode` and `signal` is set.
package struct ProcessExit: Sendable, Hashable {
    package var exitCode: Int?
    package var signal: Int?
    package var finishedAt: Timestamp

    package init(exitCode: Int?, signal: Int?, finishedAt: Timestamp) {
        (self.exitCode, self.signal, self.finishedAt) = (exitCode, signal, finishedAt)
    }

    /// Reads a status as `waitpid` gives it.
    init(waitStatus: Int32, finishedAt: Timestamp) {
        let signal = waitStatus & 0x7F
        self.finishedAt = finishedAt
        if signal == 0 {
            exitCode = Int((waitStatus >> 8) & 0xFF)
        } else {
            self.signal = Int(signal)
        }
    }

    package var succeeded: Bool { exitCode == 0 }
}
