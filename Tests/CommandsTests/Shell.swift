import Foundation
import GantryBase
import Glibc
import Model
import Supervision
import Wire

/// The built programs, run as a person's shell would.
enum Shell {
    static let program: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        var source = URL(filePath: #filePath)
        for _ in 0..<3 { source.deleteLastPathComponent() }
        let folders =
            [(own as NSString).deletingLastPathComponent]
            + [".build/debug", ".build/release"].map { source.appending(path: $0).path }
        return folders.map { $0 + "/gantry" }.first { access($0, X_OK) == 0 } ?? "gantry"
    }()

    /// Without what says which server and who, so that no test reaches another one.
    static var environment: [String: String] {
        ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "LANG", "USER"].contains($0.key) }
    }

    struct Outcome: Sendable {
        var status: Int
        var output: String
        var complaint: String
        var all: String { output + complaint }
    }

    /// - Parameters:
    ///   - home: where it finds nothing that a person kept.
    static func gantry(
        _ words: [String], server: String? = nil, token: String? = nil, home: String = "/nonexistent",
        directory: String? = nil
    ) async throws -> Outcome {
        var environment = Self.environment
        environment["HOME"] = home
        environment["XDG_CONFIG_HOME"] = home + "/.config"
        environment["GANTRY_SERVER"] = server
        environment["GANTRY_TOKEN"] = token
        return try await run([program] + words, directory: directory, environment: environment)
    }

    static func run(
        _ command: [String], directory: String? = nil, environment: [String: String] = [:]
    ) async throws -> Outcome {
        let end = try await CommandRun(
            command, directory: directory, environment: environment, timeLimit: .minutes(2)
        ).run()
        return Outcome(
            status: end.exit.exitCode ?? -(end.exit.signal ?? 0),
            output: String(decoding: end.bytes, as: UTF8.self), complaint: end.complaint)
    }

    static func read<T: Decodable>(_ path: String) throws -> T {
        try JSON.decode(T.self, from: readFile(path, limit: 1 << 20))
    }

    /// All processes but ours of whose arguments or environment something holds.
    static func all(_ holds: ([UInt8]) -> Bool) -> [ProcessIdentity] {
        let own = getpid()
        return ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { name in
            guard let pid = Int32(name), pid != own, let identity = ProcessIdentity.of(pid: pid),
                identity.isAlive
            else { return nil }
            for file in ["cmdline", "environ"] where holds(bytes("/proc/\(pid)/\(file)")) { return identity }
            return nil
        }
    }

    private static func bytes(_ path: String) -> [UInt8] { (try? readFile(path, limit: 1 << 20)) ?? [] }
}
