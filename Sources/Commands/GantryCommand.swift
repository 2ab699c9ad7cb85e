package import ArgumentParser

/// The command line of Gantry: one file per verb, in the folder of what it is about.
package struct GantryCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "gantry",
        abstract: "Takes a company's services to their workloads and keeps them well there.",
        discussion: """
            Verbs that talk to a server find it by --server or GANTRY_SERVER, and sign in by GANTRY_TOKEN or what \
            `gantry login` has kept.

            Exit status: 0 done; 1 it was done and the answer is no (mistakes found, a run failed, a claim of the demo \
            does not hold); 64 wrong use; 65 invalid input; 66 not found; 69 unavailable or not supported here; 70 a \
            fault of Gantry; 73 exists already; 75 try again later (conflict, limit, timeout); 77 not allowed.
            """,
        version: gantryVersion,
        groupedSubcommands: [
            CommandGroup(
                name: "Server",
                subcommands: [
                    UpCommand.self, DemoCommand.self, StatusCommand.self, ApplyCommand.self, APICommand.self,
                    MetricsCommand.self, HookCommand.self,
                ]),
            CommandGroup(
                name: "Access",
                subcommands: [
                    LoginCommand.self, LogoutCommand.self, ContextCommand.self, DeviceCommand.self,
                    SessionCommand.self,
                    UserCommand.self, ServiceAccountCommand.self, TokenCommand.self, OIDCCommand.self,
                ]),
            CommandGroup(
                name: "Services",
                subcommands: [
                    ServiceCommand.self, ValidateCommand.self, PlanCommand.self, RenderCommand.self,
                    SecretCommand.self,
                ]),
            CommandGroup(
                name: "Look",
                subcommands: [
                    GetCommand.self, DescribeCommand.self, WatchCommand.self, OutputCommand.self,
                    AuditCommand.self,
                ]),
            CommandGroup(
                name: "Observe",
                subcommands: [
                    LogsCommand.self, CallsCommand.self, TraceCommand.self, TracesCommand.self,
                    TopCommand.self,
                ]),
            CommandGroup(
                name: "Act",
                subcommands: [RunCommand.self, RollbackCommand.self, ScaleCommand.self]),
        ])

    package init() {}
}

/// Set by hand at a release, together with the agent's.
let gantryVersion = "0.1.0"
