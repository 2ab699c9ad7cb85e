import ArgumentParser
import GantryBase
import Model

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Look at and steer pipeline runs.",
        subcommands: [
            Show.self, Logs.self, Cancel.self, Retry.self, Approve.self, Reject.self,
        ])

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the stages and steps of a run.")
        @Argument(help: "The run, such as yidian/article/12.") var run: RunName
        @Flag(help: "Wait until the run has ended or waits for an approval; exit status 1 when it failed.")
        var wait = false
        @OptionGroup var client: ClientOptions

        func run() async throws {
            let client = try client.client()
            var object = try await client.run(run)
            while wait, object.status.progress == .pending || object.status.progress == .running {
                try await Task.sleep(for: .milliseconds(500))
                object = try await client.run(run)
            }
            print(RunText.text(object), terminator: "")
            if wait, object.status.progress == .failed || object.status.progress == .cancelled {
                throw ExitCode(1)
            }
        }
    }

    struct Logs: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the output of a run's steps.")
        @Argument(help: "The run, such as yidian/article/12.") var run: RunName
        @Flag(name: .shortAndLong, help: "Go on as the steps print, until the run has ended.") var follow =
            false
        @Option(help: "Only of the stage with this number, counted from 0.") var stage: Int?
        @Option(help: "Only of the step with this number in the stage, counted from 0.") var step: Int?
        @OptionGroup var client: ClientOptions

        func run() async throws {
            var query: [(String, String)] = follow ? [("follow", "true")] : []
            if let stage { query.append(("stage", "\(stage)")) }
            if let step { query.append(("step", "\(step)")) }
            try await LinePrinter.print(try client.client().stream("/v1/runs/\(run)/log", query))
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a run: its step is stopped, nothing further is rolled out.")
        @Argument(help: "The run, such as yidian/article/12.") var run: RunName
        @OptionGroup var client: ClientOptions
        func run() async throws {
            try await client.client().send("POST", "/v1/runs/\(run)/cancel")
            print("run \(run) is being cancelled")
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run a failed or cancelled run again from the first stage that did not succeed.")
        @Argument(help: "The run, such as yidian/article/12.") var run: RunName
        @Flag(help: "Though it takes an environment back behind a newer run.") var force = false
        @OptionGroup var client: ClientOptions
        func run() async throws {
            try await client.client().send(
                "POST", "/v1/runs/\(run)/retry", force ? [("force", "true")] : [])
            print("run \(run) starts again; follow it with: gantry run logs -f \(run)")
        }
    }

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Approve what a run waits for.")
        @Argument(help: "The run, such as yidian/article/12.") var run: RunName
        @Option(help: "Kept with the decision.") var comment: String?
        @Flag(help: "Though it takes an environment back behind a newer run.") var force = false
        @OptionGroup var client: ClientOptions
        func run() async throws {
            try await client.client().decide(run, approved: true, comment: comment, force: force)
            print("run \(run) is approved")
        }
    }

    struct Reject: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reject what a run waits for; the run ends as failed.")
        @Argument(help: "The run, such as yidian/article/12.") var run: RunName
        @Option(help: "Kept with the decision.") var comment: String?
        @OptionGroup var client: ClientOptions
        func run() async throws {
            try await client.client().decide(run, approved: false, comment: comment)
            print("run \(run) is rejected")
        }
    }
}

extension APIClient {
    private struct DecideBody: Encodable {
        var approved: Bool
        var comment: String?
        var force: Bool?
    }

    func decide(_ run: RunName, approved: Bool, comment: String?, force: Bool = false) async throws {
        let _: ObjectView<StoredRun> = try await post(
            "/v1/runs/\(run)/decide",
            DecideBody(approved: approved, comment: comment, force: force ? true : nil))
    }
}
