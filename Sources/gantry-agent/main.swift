import Glibc

let arguments = Array(CommandLine.arguments.dropFirst())
if let status = AgentCommand.onFirstThread(arguments) { exit(status) }
exit(await AgentCommand.main(arguments))
