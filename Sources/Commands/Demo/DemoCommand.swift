import ArgumentParser
import Foundation
import GantryBase
import Supervision

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Show the whole way from git push to services in four regions, on this machine.",
        discussion: """
            Starts a server of its own on a data directory of its own, pushes the services of Examples/clinic, rolls \
            them out to four regions, and sends traffic through a rolling update and a rollback while it counts every \
            answer. It stays up until Ctrl-C, or with --once checks each claim, stops everything, and exits with \
            status 1 when a claim does not hold.
            """)
    @Flag(help: "Check every claim, print them, stop everything and end.") var once = false
    @Option(help: "The data directory; it is emptied first.") var data: String?
    @Option(help: "Folder of the clinic.") var examples = "Examples/clinic"
    @Option(help: "Port of the server; 0 takes a free one.") var port = 0
    @Flag(help: "Run everything as this user, for machines where one is not root.") var withoutIsolation =
        false

    private static let marker = "/this-is-a-gantry-demo"

    func run() async throws {
        let path = data ?? DataDirectory.standard + "-demo"
        try prepare(path)
        let (events, feed) = AsyncStream<Event>.makeStream()
        SignalWatch.start([SIGINT, SIGTERM]) { _ in feed.yield(.interrupted) }
        let server = try await DemoServer.start(data: path, port: port)
        let demo = Demo(
            server: server, examples: examples, workspace: path + "/pushed",
            withoutIsolation: withoutIsolation)
        // Safe: waited for, or cancelled and waited for, right below.
        let story = Task {
            do { feed.yield(.done(try await demo.run())) } catch { feed.yield(.failed(error)) }
        }
        // One reader for all events: a stream ends for everybody when one of its readers is cancelled.
        var coming = events.makeAsyncIterator()
        let first = await coming.next() ?? .interrupted
        story.cancel()
        await story.value
        guard case .done(let report) = first else {
            await server.stop()
            if case .failed(let error) = first { throw error }
            throw ExitCode(130)
        }
        print(report.text(), terminator: "")
        if !once {
            Self.invite(to: server)
            _ = await coming.next()
        }
        print("stopping: instances leave by their stop policy …")
        await server.stop()
        if once, !report.holds { throw ExitCode(1) }
    }

    private enum Event {
        case done(DemoReport)
        case failed(any Error)
        case interrupted
    }

    private static func invite(to server: DemoServer) {
        print("\nThe clinic stays up at \(server.address). Ctrl-C stops it.")
        print("Look around in another terminal:\n")
        print("  export GANTRY_SERVER=\(server.address) GANTRY_TOKEN=\(server.token)")
        print("  \(server.program) get workloads\n")
        fflush(nil)
    }

    /// Only a folder that an earlier demo made is emptied.
    private func prepare(_ path: String) throws {
        let files = FileManager.default
        guard files.fileExists(atPath: examples + "/platform.yaml") else {
            throw GantryError(
                .notFound, "there is no \(examples)/platform.yaml",
                hint: "run the demo at the root of Gantry's repository, or name the folder with --examples")
        }
        if files.fileExists(atPath: path) {
            guard files.fileExists(atPath: path + Self.marker) else {
                throw GantryError(
                    .exists, "\(path) exists and is no demo's", hint: "choose an empty folder with --data")
            }
            try files.removeItem(atPath: path)
        }
        try files.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
        try Data().write(to: URL(filePath: path + Self.marker))
    }
}
