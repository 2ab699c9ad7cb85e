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
    @Suite struct SignalTests {
        private func variables(_ instance: InstanceStatus) async throws -> [String: String] {
            let address = try #require(instance.addresses["http"])
            let text = try #require(await get(address, "/env")).body
            return try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        }

        private func grep(_ pattern: String, _ path: String) async throws -> String {
            let found = try await CommandRun(["grep", "-rlE", pattern, path]).run()
            return found.exit.exitCode == 1 ? "" : String(decoding: found.bytes, as: UTF8.self) + "?"
        }

        @Test func planAndEnvironmentAreAsDocumented() async throws {
            try await Ground.withSignals { ground, cluster in
                var target = try await ground.target(release: 7)
                target.spec.calls = [ServiceName("yisheng", "doctor")]
                target.spec.env = ["OTEL_SERVICE_NAME": "mine", "OTEL_BSP_SCHEDULE_DELAY": "100"]
                target.spec.logs = LogsSpec(
                    files: ["/data/log/*.log", "$HOME/log/*.log"], format: .json, mask: ["phone"])
                try await cluster.apply(target)
                let instance = try await cluster.ready(target.name, 1)[0]
                let found = try await variables(instance)
                let plan = try Stored.plan(ground, instance.name)
                let signals = try #require(plan.signals)
                #expect(found["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://127.0.0.1:\(signals.receiverPort)")
                #expect(found["OTEL_EXPORTER_OTLP_PROTOCOL"] == "http/protobuf")
                #expect(found["OTEL_SERVICE_NAME"] == "article", "Gantry's own win")
                #expect(found["OTEL_BSP_SCHEDULE_DELAY"] == "100")
                #expect(found["OTEL_TRACES_SAMPLER"] == "always_on")
                #expect(
                    found["OTEL_RESOURCE_ATTRIBUTES"]
                        == "service.namespace=yidian,service.version=7,service.instance.id=\(instance.name.id),"
                        + "deployment.environment.name=testing,cloud.region=guangzhou")
                #expect(Set(SignalPlan.serviceVariables).isSubset(of: found.keys))
                #expect(signals.receiverPort != plan.ports[0].port)
                #expect(signals.folder == ground.instance(instance.name, "signals"))
                #expect(signals.gatewayFile == ground.data + "/gateway")
                #expect(signals.logFiles == ["/data/log/*.log", try #require(found["HOME"]) + "/log/*.log"])
                #expect(signals.logOwner == nil, "agent and program are one user")
                #expect(signals.logFormat == .json && signals.mask == ["phone"])
                let callee = "127.0.0.1:\(found["YISHENG_DOCTOR_PORT"] ?? "")"
                #expect(signals.peers == [callee: ServiceName("yisheng", "doctor")])
            }
        }

        @Test func theTokenIsTheAgentsAloneAndOnNoDisk() async throws {
            try await Ground.withSignals { ground, cluster in
                let target = try await ground.target()
                try await cluster.apply(target)
                let instance = try await cluster.ready(target.name, 1)[0]
                let token = "tok-\(instance.name.id)-yidian/article/1"
                #expect(try await !variables(instance).values.contains { $0.contains("tok-") })
                let report = try Stored.report(ground, instance.name)
                func environment(_ pid: Int32) throws -> String {
                    String(decoding: try readFile("/proc/\(pid)/environ", limit: 1 << 20), as: UTF8.self)
                }
                #expect(try environment(report.agent.pid).contains("GANTRY_AGENT_TOKEN=\(token)\0"))
                #expect(try !environment(try #require(report.program).pid).contains("tok-"))
                #expect(try await grep("tok-", ground.path) == "")
            }
        }

        @Test func phoneNumbersThatAProgramPrintsAreNowhereInItsFolder() async throws {
            let program = """
                import sys, time
                for n in range(2000): print(n, "call 13812345678", flush=n % 50 == 0)
                print('{"tel": 13912345678, "name": "\\\\u53f713712345678"}', flush=True)
                print("failed for 13612345678", file=sys.stderr, flush=True)
                time.sleep(1)
                sys.exit(3)

                """
            try await Ground.withSignals { ground, cluster in
                var target = try await ground.target(program: program)
                target.spec.health = HealthSpec()
                try await cluster.apply(target)
                let status = try await eventually("its end is told") {
                    try await cluster.observe(target.name)?.instances.first {
                        $0.reason?.contains("failed for [phone]") == true
                    }
                }
                let folder = ground.instance(status.name, "")
                #expect(try await grep("1[36789][679]?12345678|13812345678", folder) == "")
                let output = try readFile(folder + "output.log", limit: 1 << 20)
                let text = String(decoding: output, as: UTF8.self)
                #expect(text.contains("1999 call [phone]\n"))
                #expect(text.contains(#"{"tel": "[phone]", "name": "\u53f7[phone]"}"#))
            }
        }

        @Test func anInstanceOfATimeWithoutSignalsIsAdoptedAndReplacedByOneWith() async throws {
            try await Ground.with(isolation: .none) { ground in
                let first = try await ground.open()
                var target = try await ground.target()
                try await first.apply(target)
                let before = try await first.ready(target.name, 1)[0]
                #expect(try Stored.plan(ground, before.name).signals == nil)
                #expect(try await variables(before)["OTEL_EXPORTER_OTLP_ENDPOINT"] == nil)
                await first.shutdown(stoppingInstances: false)

                let second = try await ground.open(signals: ground.home)
                try await second.apply(target)
                #expect(try await second.ready(target.name, 1)[0].name == before.name)
                target.generation = "another"
                try await second.apply(target)
                let after = try await eventually("it is replaced") {
                    try await second.ready(target.name, 1).first { $0.name != before.name }
                }
                let port = try #require(Stored.plan(ground, after.name).signals).receiverPort
                await second.shutdown(stoppingInstances: false)

                // The port of an adopted agent's receiver is nobody else's.
                let third = try await ground.open(signals: ground.home)
                target.replicas = 3
                try await third.apply(target)
                let all = try await third.ready(target.name, 3)
                let plans = try all.map { try Stored.plan(ground, $0.name) }
                let numbers = plans.flatMap { $0.ports.map(\.port) + [$0.signals?.receiverPort ?? 0] }
                #expect(Set(numbers).count == 6 && numbers.contains(port))
                await third.shutdown(stoppingInstances: true)
                #expect(ground.processes().isEmpty)
            }
        }
    }
}
