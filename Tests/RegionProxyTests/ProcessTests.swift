import Foundation
import Model
import Synchronization
import Testing

@testable import RegionProxy

/// The proxy as the process that it is in a region.
@Suite struct ProcessTests {
    private static func start(_ folder: String) throws -> Process {
        let process = Process()
        // The agent lies beside the bundle of the tests.
        let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        process.executableURL = URL(filePath: bundle).deletingLastPathComponent().appending(
            path: "gantry-agent")
        process.arguments = ["proxy", folder + "/plan.json", "--report", folder + "/report.json"]
        try process.run()
        return process
    }

    private static func awaitReport(_ proxy: ProxyHarness, _ process: Process) throws {
        _ = try proxy.poll {
            guard let report = proxy.report(), report.proxy.pid == process.processIdentifier,
                report.failures.isEmpty, report.readyEndpoints == 1
            else { return nil as Bool? }
            return true
        }
    }

    @Test func isKilledReplacedAndDrained() throws {
        // The harness gives files and addresses; its own proxy ends before the process starts.
        let proxy = try ProxyHarness()
        defer { proxy.end() }
        let upstream = try Upstream.named("a", delay: 0.05)
        defer { upstream.stop() }
        try proxy.put("a", upstream.port)
        proxy.stop()
        _ = try proxy.poll { proxy.hasEnded ? true : nil }

        let first = try Self.start(proxy.folder)
        try Self.awaitReport(proxy, first)
        #expect(try proxy.get()?.text == "a")
        kill(first.processIdentifier, SIGKILL)
        first.waitUntilExit()

        let second = try Self.start(proxy.folder)
        try Self.awaitReport(proxy, second)
        let statuses = Mutex<[Int]>([])
        let started = Atomic(0)
        let clients = DispatchGroup()
        for _ in 0..<8 {
            clients.enter()
            Thread {
                defer { clients.leave() }
                guard let socket = try? TestSocket.connect(proxy.servicePort) else { return }
                let reader = MessageReader(socket)
                while socket.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi") {
                    started.add(1, ordering: .relaxed)
                    let answer = reader.next(isResponseTo: "POST")
                    statuses.withLock { $0.append(answer?.status ?? 0) }
                    if answer?["Connection"] == "close" || answer == nil { break }
                }
                socket.close()
            }.start()
        }
        _ = try proxy.poll { started.load(ordering: .relaxed) > 40 ? true : nil }
        kill(second.processIdentifier, SIGTERM)
        second.waitUntilExit()
        clients.wait()
        #expect(second.terminationStatus == 0 && second.terminationReason == .exit)
        let answers = statuses.withLock { $0 }
        #expect(answers.count == started.load(ordering: .relaxed))
        #expect(answers.allSatisfy { $0 == 200 }, "every request under way is answered")
    }
}
