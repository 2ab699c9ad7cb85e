import GantryBase
import Glibc
import Model
import Supervision
import Testing

@Suite struct ProcessWatchTests {
    /// Starts a process that is no child of ours: its parent has ended.
    private func stranger(_ scratch: Scratch) async throws -> ProcessIdentity {
        let script = "setsid sleep 300 </dev/null >/dev/null 2>&1 & echo $!"
        let output = try await scratch.run(shell(script)).output
        let pid = try #require(Int32(output.dropLast()))
        return try #require(ProcessIdentity.of(pid: pid))
    }

    @Test func `the end of a process that is no child is told`() async throws {
        try await Scratch.with { scratch in
            let stranger = try await stranger(scratch)
            #expect(stranger.isAlive)
            async let exited: Void = ProcessWatch.shared.exited(stranger)
            #expect(ProcessWatch.shared.signal(stranger, SIGKILL))
            await exited
            #expect(await becomesTrue { !stranger.isAlive })
            await ProcessWatch.shared.exited(stranger)
            #expect(!ProcessWatch.shared.signal(stranger, SIGKILL))
        }
    }

    @Test func `a later process with the same number is neither waited for nor hit`() async throws {
        try await Scratch.with { scratch in
            let stranger = try await stranger(scratch)
            let earlier = ProcessIdentity(pid: stranger.pid, startTicks: stranger.startTicks - 1)
            #expect(!earlier.isAlive)
            await ProcessWatch.shared.exited(earlier)
            #expect(!ProcessWatch.shared.signal(earlier, SIGKILL))
            #expect(stranger.isAlive)
            ProcessWatch.shared.signal(stranger, SIGKILL)
        }
    }

    @Test func `a cancelled wait returns while the process runs on`() async throws {
        try await Scratch.with { scratch in
            let stranger = try await stranger(scratch)
            await withTaskGroup { tasks in
                for _ in 0..<20 { tasks.addTask { await ProcessWatch.shared.exited(stranger) } }
                try? await Task.sleep(for: .milliseconds(20))
                tasks.cancelAll()
            }
            #expect(stranger.isAlive)
            ProcessWatch.shared.signal(stranger, SIGKILL)
        }
    }

    @Test func `an ended process that nobody has reaped is not alive`() async throws {
        try await Scratch.with { scratch in
            var request = shell("sleep 0.3 & echo $! > child; exec sleep 300")
            request.directory = scratch.path
            let process = try ProcessTable.shared.spawn(request)
            #expect(await becomesTrue { !scratch.text("child").isEmpty })
            let child = try #require(Int32(scratch.text("child").dropLast()))
            #expect(await becomesTrue { ProcessIdentity.of(pid: child)?.isAlive == false })
            process.signal(SIGKILL)
            #expect(await process.wait().signal == 9)
        }
    }
}
