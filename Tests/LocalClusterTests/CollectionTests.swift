import Clusters
import Foundation
import GantryBase
import Glibc
import LocalCluster
import Model
import Supervision
import Testing
import Wire

extension LocalClusterTests {
    /// The real agents send to a gateway of the test's own.
    @Suite struct CollectionTests {
        private let span = """
            {"resourceSpans": [{"scopeSpans": [{"spans": [{
                "traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331", "kind": 2,
                "name": "GET /articles/{id}", "startTimeUnixNano": "1790000000000000000",
                "endTimeUnixNano": "1790000000250000000",
                "attributes": [{"key": "note", "value": {"stringValue": "call 13812345678"}}]}]}]}]}
            """

        /// As an SDK does; returns the status.
        private func send(_ body: String, to port: Int) async throws -> String {
            try await CommandRun([
                "curl", "-s", "-m", "5", "-o", "/dev/null", "-w", "%{http_code}", "-H",
                "Content-Type: application/json", "-d", body, "http://127.0.0.1:\(port)/v1/traces",
            ]).text()
        }

        private func calls(_ taken: String) -> UInt64 {
            let bodies = taken.split(separator: "\n").filter { $0.hasPrefix("[{") }
            let windows = bodies.compactMap { try? JSON.decode([CallWindow].self, from: Array($0.utf8)) }
            return windows.joined().flatMap(\.calls).reduce(0) { $0 + $1.counts.count }
        }

        @Test func whatAKilledAgentTookArrivesOnceThereIsAGateway() async throws {
            try await Ground.withSignals { ground, cluster in
                let target = try await ground.target()
                try await cluster.apply(target)
                let instance = try await cluster.ready(target.name, 1)[0].name
                let port = try #require(Stored.plan(ground, instance).signals).receiverPort
                for _ in 0..<3 { #expect(try await send(span, to: port) == "200") }
                kill(try Stored.report(ground, instance).agent.pid, SIGKILL)
                _ = try await eventually("it is replaced") {
                    try await cluster.ready(target.name, 1).first { $0.name != instance }
                }
                let output = try readFile(ground.instance(instance, "output.log"), limit: 1 << 20)
                #expect(access(ground.instance(instance, "shipped"), F_OK) != 0)
                let gateway = try GatewayProgram(ground)
                do {
                    _ = try await eventually("it is sent", within: .seconds(60)) {
                        access(ground.instance(instance, "shipped"), F_OK) == 0 ? true : nil
                    }
                    let taken = gateway.taken
                    #expect(taken.contains("/v1/traces Bearer tok-\(instance.id)-yidian/article/1\n"))
                    #expect(taken.contains("/v1/logs Bearer tok-\(instance.id)-yidian/article/1\n"))
                    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
                    #expect(!lines.isEmpty)
                    for line in lines { #expect(taken.contains(line), "\(line)") }
                    #expect(calls(taken) == 3, "counted exactly")
                    #expect(taken.contains("call [phone]") && !taken.contains("13812345678"))
                } catch {
                    await gateway.end()
                    throw error
                }
                await gateway.end()
            }
        }

        @Test func filesOfTheBusinessAreReadAndNoOthers() async throws {
            try #require(geteuid() == 0, "this test needs root, to run programs as other users")
            let program = """
                import os, time
                with open(os.environ["HOME"] + "/app.log", "w") as file: file.write("own 4711 for 13812345678\\n")
                os.symlink(os.environ["STOLEN"], os.environ["HOME"] + "/link.log")
                print("begun", flush=True)
                time.sleep(600)

                """
            try await Ground.withSignals(isolation: .business) { ground, cluster in
                try replaceFile(ground.path + "/key", with: Array("of root alone\n".utf8), mode: 0o600)
                let gateway = try GatewayProgram(ground)
                do {
                    var target = try await ground.target(program: program)
                    target.spec.health = HealthSpec()
                    target.spec.env = ["STOLEN": ground.path + "/key"]
                    target.spec.logs = LogsSpec(files: ["$HOME/*.log", ground.path + "/key"])
                    try await cluster.apply(target)
                    _ = try await eventually("both are sent") {
                        gateway.taken.contains("own 4711 for [phone]") && gateway.taken.contains("begun")
                            ? true : nil
                    }
                    _ = try await eventually("it is said") {
                        gateway.taken.contains("key is not read: it belongs to another user") ? true : nil
                    }
                    #expect(!gateway.taken.contains("of root alone"))
                } catch {
                    await gateway.end()
                    throw error
                }
                await gateway.end()
            }
        }
    }
}
