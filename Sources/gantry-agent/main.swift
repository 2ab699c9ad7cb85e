import Glibc
import Supervision

// Before the first await, while this is the only thread: the verbs take these signals as values.
SignalWatch.block(SignalWatch.termination)

exit(await AgentCommand.main(Array(CommandLine.arguments.dropFirst())))
