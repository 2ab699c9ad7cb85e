import Foundation
import GantryBase
import Supervision

/// The demo's own `gantry up`: a process like that of any user, known by what it prints.
struct DemoServer: Sendable {
    let program: String
    let process: RunningProcess
    let address: String
    let token: String

    static let startLimit = Period.seconds(30)
    /// Instances leave by their stop policy first.
    static let stopLimit = Period.minutes(2)

    static func start(data: String, port: Int) async throws -> DemoServer {
        let program = try Programs.find().gantry
        let log = data + "/server.log"
        let file = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw GantryError(.unavailable, "cannot write \(log)") }
        defer { close(file) }
        var request = ProcessRequest(
            command: [program, "up", "--data", data, "--port", "\(port)"], directory: "/",
            environment: ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GANTRY_") })
        request.output = .descriptor(file)
        request.error = .sameAsOutput
        request.dieWithParent = true
        let process = try ProcessTable.shared.spawn(request)
        let deadline = ContinuousClock.now + startLimit.duration
        while ContinuousClock.now < deadline, process.exit == nil {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            if let address = text.firstMatch(of: /listens at (http\S+)\n/)?.1,
                let token = text.firstMatch(of: /(gantry_[A-Za-z0-9_]+)/)?.1
            {
                // The token is the demo's alone; it does not stay in the log.
                try? text.replacing(token, with: "…").write(toFile: log, atomically: false, encoding: .utf8)
                return DemoServer(
                    program: program, process: process, address: String(address), token: String(token))
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        process.signal(SIGKILL)
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        throw GantryError(.unavailable, "the server did not start:\n\(text.suffix(2000))", hint: "see \(log)")
    }

    func stop() async {
        process.signal(SIGTERM)
        let deadline = ContinuousClock.now + Self.stopLimit.duration
        while process.exit == nil, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(100))
        }
        process.signal(SIGKILL)
        _ = await process.wait()
    }
}
