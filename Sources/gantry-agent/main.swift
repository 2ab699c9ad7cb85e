import Glibc
import Supervision

// Before the first await, while this is the only thread: the verbs take these signals as values.
SignalWatch.block(SignalWatch.termination)

let arguments = Array(CommandLine.arguments.dropFirst())
if let status = AgentCommand.onFirstThread(arguments) { exit(status) }
exit(await AgentCommand.main(arguments))
