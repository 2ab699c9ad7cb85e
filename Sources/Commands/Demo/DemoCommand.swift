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

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port takes 0 to 65535") }
    }

    private static let marker = "/this-is-a-gantry-demo"

    func run() async throws {
        let path = data ?? DataDirectory.standard + "-demo"
        try prepare(path)
        let signals = SignalWatch.stream([SIGINT, SIGTERM])
        let server = try await DemoServer.start(data: path, port: port)
        let demo = Demo(
            server: server, examples: examples, workspace: path + "/pushed",
            withoutIsolation: withoutIsolation)
        let outcome = await Self.untilFirst(of: signals) { [once] in
            let report = try await demo.run()
            print(report.text(), terminator: "")
            guard !once else { return report }
            print("\nThe clinic stays up at \(server.address). Ctrl-C stops it.")
            print("Look around in another terminal:\n")
            print("  export GANTRY_SERVER=\(server.address) GANTRY_TOKEN=\(server.token)")
            print("  \(server.program) get workloads\n")
            fflush(nil)
            while !Task.isCancelled { try await Task.sleep(for: .seconds(3600)) }
            return report
        }
        print("stopping: instances leave by their stop policy …")
        await server.stop()
        switch outcome {
        case .interrupted: break
        case .ended(.failure(let error)): throw error
        case .ended(.success(let report)): if !report.holds { throw ExitCode(1) }
        }
    }

    private enum Outcome: Sendable {
        case ended(Result<DemoReport, any Error>)
        case interrupted
    }

    private static func untilFirst(
        of signals: AsyncStream<Int32>, _ body: @escaping @Sendable () async throws -> DemoReport
    ) async -> Outcome {
        await withTaskGroup(of: Outcome.self) { group in
            group.addTask {
                do { return .ended(.success(try await body())) } catch { return .ended(.failure(error)) }
            }
            group.addTask {
                for await _ in signals { break }
                return .interrupted
            }
            let first = await group.next() ?? .interrupted
            group.cancelAll()
            return first
        }
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
