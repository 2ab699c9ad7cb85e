import GantryBase
import Glibc
import Model
import Supervision
import Testing

@Suite("An instance under its agent", .serialized) struct InstanceAgentTests {
    @Test("becomes ready, leaves at once when told to stop, serves during the wait, and ends")
    func wholeLife() async throws {
        try await Scratch.with { scratch in
            let fixture = try InstanceFixture(scratch)
            try await fixture.run { agent in
                #expect(await fixture.becomes(.ready))
                let record = try #require(fixture.endpoint)
                #expect(record.state == .ready && record.ports == fixture.plan.ports)
                #expect(record.agent == agent.identity)
                let program = try #require(fixture.report?.program)
                agent.signal(SIGTERM)
                #expect(await becomesTrue(within: .seconds(1)) { fixture.endpoint?.state == .draining })
                #expect(fixture.report?.status.phase == .stopping)
                agent.signal(SIGTERM)
                #expect(fixture.answers(), "clients that kept the address are served")
                #expect(await agent.wait().exitCode == 0)
                #expect(fixture.endpoint == nil)
                #expect(!program.isAlive)
                let report = try #require(fixture.report)
                #expect(report.status.phase == .stopped && report.program == nil)
                #expect(report.lastExit?.signal == 15)
                let stop = report.status.changedAt - report.status.startedAt
                #expect(stop >= .milliseconds(1500), "the wait was kept")
            }
        }
    }

    @Test("a program that ignores TERM is killed, and what it started with it")
    func ignoresTerm() async throws {
        try await Scratch.with { scratch in
            let word = "71\(getpid())"
            let script = "setsid sleep \(word) & exec /usr/bin/python3 server.py $0"
            var fixture = try InstanceFixture(scratch)
            fixture.plan.command = ["/bin/sh", "-c", script, "\(fixture.port)"]
            fixture.plan.environment["IGNORE_TERM"] = "1"
            fixture.plan.stop = StopSpec(discovery: "none", wait: .zero, drain: .milliseconds(300))
            try await fixture.run { agent in
                #expect(await fixture.becomes(.ready))
                #expect(StepFixture.processes(with: word).count == 1)
                agent.signal(SIGINT)
                #expect(await agent.wait().exitCode == 137)
                #expect(StepFixture.processes(with: word) == [])
                #expect(fixture.report?.status.reason == "killed: it went on for 0.3 s after TERM")
            }
        }
    }

    @Test("a crash loop shows its restarts, its waits and the last output")
    func crashLoop() async throws {
        try await Scratch.with { scratch in
            let fixture = try InstanceFixture(
                scratch, command: ["/bin/sh", "-c", "echo no database; echo at line 7 >&2; exit 3"])
            try await fixture.run { agent in
                #expect(await fixture.becomes(.crashing, reason: "next start in 2s"))
                let report = try #require(fixture.report)
                #expect(report.status.restarts == 2)
                #expect(report.lastExit?.exitCode == 3)
                let reason = report.status.reason ?? ""
                #expect(
                    reason.hasPrefix("exited with status 3 after 0.")
                        && reason.contains("no database | at line 7"))
                agent.signal(SIGTERM)
                #expect(await agent.wait().exitCode == 0)
                #expect(fixture.report?.status.phase == .stopped)
            }
        }
    }

    @Test("a port already taken and a missing program are told in words")
    func cannotServe() async throws {
        try await Scratch.with { scratch in
            let taken = try Listener()
            defer { taken.close() }
            let fixture = try InstanceFixture(
                scratch, command: ["/usr/bin/python3", "server.py", "\(taken.port)"])
            try await fixture.run { _ in
                #expect(await fixture.becomes(.crashing, reason: "Address already in use"))
            }
        }
        try await Scratch.with { scratch in
            let fixture = try InstanceFixture(scratch, command: ["/no/such/program"])
            try await fixture.run { _ in
                #expect(await fixture.becomes(.crashing, reason: "/no/such/program"))
                #expect(fixture.report?.lastExit?.startFailure != nil)
            }
        }
    }

    @Test("a program that never becomes ready gets no endpoint and says what its probe saw")
    func neverReady() async throws {
        try await Scratch.with { scratch in
            let fixture = try InstanceFixture(scratch)
            try scratch.write("work/unready", "")
            try await fixture.run { _ in
                #expect(await fixture.becomes(.unready, reason: "readiness: HTTP 503 from GET /readyz"))
                #expect(fixture.endpoint == nil)
                unlink(scratch.file("work/unready"))
                #expect(await fixture.becomes(.ready))
                try scratch.write("work/unready", "")
                #expect(await fixture.becomes(.unready))
                #expect(fixture.endpoint == nil)
            }
        }
        try await Scratch.with { scratch in
            let fixture = try InstanceFixture(scratch, command: ["/bin/sleep", "600"])
            try await fixture.run { _ in
                let words = "readiness: connection refused on 127.0.0.1:\(fixture.port)"
                #expect(await fixture.becomes(.unready, reason: words))
            }
        }
    }

    @Test("a failing liveness probe restarts the program")
    func liveness() async throws {
        try await Scratch.with { scratch in
            var fixture = try InstanceFixture(scratch)
            fixture.plan.health.liveness = Probe(
                .http(path: "/livez", port: "http"), period: .milliseconds(200), failures: 2)
            try await fixture.run { _ in
                #expect(await fixture.becomes(.ready))
                let first = fixture.report?.program
                try scratch.write("work/dead", "")
                #expect(await becomesTrue { (fixture.report?.status.restarts ?? 0) >= 1 })
                unlink(scratch.file("work/dead"))
                #expect(await fixture.becomes(.ready))
                #expect(fixture.report?.program != first)
            }
        }
    }

    @Test("exec probes pass by their status, and one that hangs is killed")
    func execProbe() async throws {
        try await Scratch.with { scratch in
            let word = "72\(getpid())"
            var fixture = try InstanceFixture(scratch, command: ["/bin/sleep", "600"])
            let script = "test -f ok || exec sleep \(word)"
            fixture.plan.health.readiness = Probe(
                .exec(command: ["/bin/sh", "-c", script]), period: .milliseconds(200),
                timeout: .milliseconds(300))
            try await fixture.run { _ in
                #expect(
                    await fixture.becomes(.unready, reason: "readiness: /bin/sh did not end within 300ms"))
                try scratch.write("work/ok", "")
                #expect(await fixture.becomes(.ready))
                #expect(await becomesTrue { StepFixture.processes(with: word).isEmpty })
            }
        }
    }

    @Test("secrets reach the program and no file")
    func secrets() async throws {
        try await Scratch.with { scratch in
            var fixture = try InstanceFixture(
                scratch,
                command: ["/bin/sh", "-c", "echo length ${#DB_PASSWORD} ${HOME-none}; exec sleep 600"])
            fixture.agentEnvironment = ["GANTRY_SECRET_DB_PASSWORD": "geheim-4711", "HOME": "/root"]
            fixture.plan.health.readiness = nil
            try await fixture.run { agent in
                #expect(await becomesTrue { scratch.text("log") == "length 11 none\n" })
                #expect(await fixture.becomes(.ready))
                agent.signal(SIGTERM)
                _ = await agent.wait()
                let found = try await scratch.run(shell("grep -rl geheim \(scratch.path) && exit 1; exit 0"))
                #expect(found.exit.exitCode == 0, "a file holds the secret: \(found.output)")
            }
        }
    }

    @Test("a secret that a program prints as it dies is not in the reason")
    func printedSecret() async throws {
        try await Scratch.with { scratch in
            var fixture = try InstanceFixture(
                scratch, command: ["/bin/sh", "-c", "echo login with $DB_PASSWORD failed; exit 1"])
            fixture.agentEnvironment = ["GANTRY_SECRET_DB_PASSWORD": "geheim-4711"]
            try await fixture.run { _ in
                #expect(await fixture.becomes(.crashing, reason: "last output: login with *** failed"))
                #expect(!scratch.text("report").contains("geheim"))
            }
        }
    }

    @Test("a program that closes its output costs its agent nothing")
    func closedOutput() async throws {
        try await Scratch.with { scratch in
            var fixture = try InstanceFixture(
                scratch, command: ["/bin/sh", "-c", "exec sleep 600 >&- 2>&-"])
            fixture.plan.health.readiness = nil
            try await fixture.run { agent in
                #expect(await fixture.becomes(.ready))
                let before = try processorTicks(agent.identity.pid)
                try await Task.sleep(for: .seconds(1))
                let after = try processorTicks(agent.identity.pid)
                #expect(after - before <= 5, "in hundredths of a second")
            }
        }
    }

    private func processorTicks(_ pid: Int32) throws -> Int {
        let text = String(decoding: try readFile("/proc/\(pid)/stat", limit: 4096), as: UTF8.self)
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        try #require(fields.count > 12)
        return try #require(Int(fields[11])) + #require(Int(fields[12]))
    }

    @Test("kill -9 of the agent ends its program")
    func agentKilled() async throws {
        try await Scratch.with { scratch in
            let fixture = try InstanceFixture(scratch)
            try await fixture.run { agent in
                #expect(await fixture.becomes(.ready))
                let program = try #require(fixture.report?.program)
                agent.signal(SIGKILL)
                _ = await agent.wait()
                #expect(await becomesTrue { !program.isAlive })
                #expect(
                    fixture.report?.status.phase == .ready, "whoever adopts it learns of the end otherwise")
            }
        }
    }

    @Test("a second agent of the same instance is refused")
    func twice() async throws {
        try await Scratch.with { scratch in
            let fixture = try InstanceFixture(scratch)
            try await fixture.run { _ in
                #expect(await fixture.becomes(.ready))
                let report = fixture.report
                let second = try fixture.start()
                #expect(await second.wait().exitCode == 73)
                #expect(fixture.report == report && fixture.endpoint?.state == .ready)
                #expect(scratch.text("errors").contains("running already"))
            }
        }
    }

    @Test("a plan that cannot be right is refused before anything starts")
    func badPlan() async throws {
        try await Scratch.with { scratch in
            var fixture = try InstanceFixture(scratch)
            fixture.plan.ports = []
            let refused = try fixture.start()
            #expect(await refused.wait().exitCode == Int(EX_DATAERR))
            #expect(fixture.report == nil)
        }
    }

    @Test("a program over its memory limit is named as such")
    func outOfMemory() async throws {
        try requireRoot()
        try #require(ControlGroup.available().memory, "this test needs the memory controller")
        try await Scratch.with { scratch in
            var fixture = try InstanceFixture(
                scratch, command: ["/usr/bin/python3", "-c", "x = bytearray(256 << 20); print(len(x))"])
            fixture.plan.limits = ProcessLimits(
                cpu: nil, memory: .mebibytes(64), group: "gantry-test-\(getpid())/instance")
            try await fixture.run { _ in
                #expect(await fixture.becomes(.crashing, reason: "killed: out of memory (limit 64Mi)"))
                #expect(fixture.report?.lastExit?.outOfMemory == true)
            }
        }
    }

    @Test("a program that starts processes without end is refused more, and goes on")
    func processLimit() async throws {
        try requireRoot()
        try #require(ControlGroup.available().processes, "this test needs the pids controller")
        try await Scratch.with { scratch in
            let script = """
                import os, time
                count = 0
                try:
                    while True:
                        if os.fork() == 0: time.sleep(600)
                        count += 1
                except OSError as error: print(count, error.strerror, flush=True)
                time.sleep(600)
                """
            var fixture = try InstanceFixture(scratch, command: ["/usr/bin/python3", "-c", script])
            fixture.plan.health.readiness = nil
            fixture.plan.limits = ProcessLimits(
                cpu: nil, memory: nil, processes: 20, group: "gantry-test-\(getpid())/processes")
            try await fixture.run { _ in
                #expect(
                    await becomesTrue { scratch.text("log") == "19 Resource temporarily unavailable\n" })
                #expect(await fixture.becomes(.ready))
            }
        }
    }
}
