import GantryBase
import Glibc
import Model
import Supervision
import Testing

/// Steps that print too much, leave processes behind or look where they must not.
@Suite struct StepHarmTests {
    @Test func `200 MB of output are read and counted; the log ends at its limit and says so`() async throws {
        try await Scratch.with { scratch in
            let step = try StepFixture(scratch, "exec head -c 200000000 /dev/zero")
            let agent = try step.start()
            var peak = 0
            while agent.exit == nil {
                peak = max(peak, Self.residentKilobytes(agent.identity.pid))
                try await Task.sleep(for: .milliseconds(10))
            }
            let result = try step.result()
            let dropped = Int64(200_000_000 - (1 << 20))
            #expect(result.succeeded && result.droppedOutputBytes == dropped)
            let notice =
                "\n[gantry] the output limit of 1Mi was reached: \(dropped) more bytes were dropped\n"
            #expect(step.log.utf8.count == (1 << 20) + notice.utf8.count)
            #expect(step.log.hasSuffix(notice))
            #expect(peak < 64 << 10, "the agent took \(peak) KiB")
        }
    }

    private static func residentKilobytes(_ pid: Int32) -> Int {
        guard let bytes = try? readFile("/proc/\(pid)/statm", limit: 4096) else { return 0 }
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4 : 0
    }

    @Test(arguments: [true, false])
    func `daemons that outlive the step neither hold it nor live on`(namespaces: Bool) async throws {
        try await Scratch.with { scratch in
            let word = "daemon-\(RandomName.make(length: 12))"
            var step = try StepFixture(
                scratch, "for i in 1 2 3; do setsid sh -c 'sleep 300; : \(word)' & done; sleep 0.1; echo done"
            )
            step.plan.namespaces = namespaces
            let result = try await step.run()
            #expect(result.succeeded)
            #expect(result.finishedAt - result.startedAt < .seconds(20))
            #expect(step.log == "done\n")
            #expect(StepFixture.processes(with: word).isEmpty)
        }
    }

    @Test func `files of root and hidden folders are out of reach`() async throws {
        try await Scratch.with { scratch in
            mkdir(scratch.file("server"), 0o755)
            try scratch.write("server/open", "secret", mode: 0o644)
            try scratch.write("key", "secret", mode: 0o600)
            var step = try StepFixture(
                scratch,
                "cat ../key 2>&1 || true; ls -A ../server; cat ../server/open 2>&1 || true; "
                    + "cat /proc/1/environ 2>&1 || true; kill -9 1 2>&1 || true; umount ../server 2>&1 || true; echo end"
            )
            step.plan.hiddenPaths = [scratch.file("server")]
            step.agentEnvironment = ["GANTRY_SECRET_X": "y", "SERVER": "secret"]
            let result = try await step.run()
            #expect(result.succeeded)
            #expect(!step.log.contains("secret"))
            #expect(step.log.contains("cat: ../key: Permission denied\n"))
            #expect(step.log.hasSuffix("end\n"))
        }
    }

    @Test func `a fork bomb within its group ends with the step`() async throws {
        try await Scratch.with { scratch in
            let word = "bomb-\(RandomName.make(length: 12))"
            var step = try StepFixture(
                scratch,
                "for i in $(seq 1 100); do setsid sh -c 'while :; do sleep 0.01; : \(word); done' & done; exit 0"
            )
            step.plan.namespaces = false
            step.plan.limits = ProcessLimits(
                cpu: nil, memory: .mebibytes(256), group: "gantry-test-\(RandomName.make(length: 10))")
            let result = try await step.run()
            #expect(result.succeeded)
            #expect(StepFixture.processes(with: word).isEmpty)
        }
    }

    @Test func `a log that cannot be opened is a failure to start, and the result says so`() async throws {
        try await Scratch.with { scratch in
            var step = try StepFixture(scratch, "true")
            step.plan.logFile = scratch.file("no/such/folder/log")
            let result = try await step.run()
            #expect(result.startFailure?.contains("cannot open the log") == true)
        }
    }
}
