package import Model

/// What the world tells an `InstanceMachine`.
package enum InstanceEvent: Sendable, Hashable {
    /// The agent has read its plan.
    case begin
    /// The answer to `.start`.
    case started(ProcessIdentity)
    /// The other answer to `.start`.
    case startFailed(String)
    case exited(ProgramEnd)
    /// The answer to `.clear`: nothing that the program started is left, or nothing more can be done about it.
    case cleared
    /// The answer to `.ask`; `life` is the one that the question came with.
    case answered(ProbeKind, ProbeAnswer, life: Int)
    case stopRequested
    /// HUP, USR1 or USR2, which belong to the program.
    case signalReceived(Int32)
    /// `nextDeadline` has come.
    case tick
}

/// How a program ended, with what helps a person to understand it.
package struct ProgramEnd: Sendable, Hashable {
    package var exitCode: Int?
    package var signal: Int?
    /// The kernel killed it for going over the memory limit of its control group.
    package var outOfMemory: Bool
    /// The last lines of output, oldest first.
    package var lastLines: [String]
    package var droppedOutputBytes: Int64

    package init(
        exitCode: Int? = nil, signal: Int? = nil, outOfMemory: Bool = false, lastLines: [String] = [],
        droppedOutputBytes: Int64 = 0
    ) {
        (self.exitCode, self.signal, self.outOfMemory) = (exitCode, signal, outOfMemory)
        (self.lastLines, self.droppedOutputBytes) = (lastLines, droppedOutputBytes)
    }

    /// The exit status that a shell would give.
    package var status: Int32 { Int32(clamping: exitCode ?? 128 + (signal ?? 0)) }
}

/// What an `InstanceMachine` wants done. Its report and endpoint are not among them: whoever runs the machine keeps
/// the files equal to `report` and `endpoint` after each event and before carrying out the actions.
package enum InstanceAction: Sendable, Hashable {
    /// Start the program; answer with `.started` or `.startFailed`.
    case start
    case signal(Int32, wholeGroup: Bool)
    /// Ask a probe's question; answer with `.answered`, within its timeout.
    case ask(ProbeKind, Probe, life: Int)
    /// Let go of questions under way; answers to them come too late.
    case cancelProbes
    /// Kill whatever the ended program left running, so that it holds no port when the next one starts; answer with
    /// `.cleared`.
    case clear
    /// The agent's work is done; end with this status.
    case finish(Int32)
}
