import GantryBase
import Glibc
import Model
import Supervision
import Testing

@Suite struct ProcessTableTests {
    @Test func `1,200 processes with orphans, started by eight tasks, each tell their own exit`() async throws
    {
        try await withThrowingTaskGroup(of: [String].self) { tasks in
            for task in 0..<8 {
                tasks.addTask {
                    var random = SeededGenerator(seed: UInt64(task))
                    var wrong: [String] = []
                    for _ in 0..<150 {
                        let code = Int.random(in: 0..<120, using: &random)
                        let bySignal = Int.random(in: 0..<4, using: &random) == 0
                        let orphan = Int.random(in: 0..<3, using: &random) == 0
                        let script =
                            (orphan ? "(exit 99) & (exec sleep 0.01) & " : "")
                            + (bySignal ? "kill -9 $$" : "exit \(code)")
                        let exit = try await ProcessTable.shared.spawn(shell(script)).wait()
                        let right =
                            bySignal ? exit.signal == 9 && exit.exitCode == nil : exit.exitCode == code
                        if !right { wrong.append("\(script): \(exit)") }
                    }
                    return wrong
                }
            }
            for try await wrong in tasks { #expect(wrong.isEmpty) }
        }
    }

    @Test func `several tasks may wait for one process, also after its end`() async throws {
        let process = try ProcessTable.shared.spawn(shell("sleep 0.05; exit 5"))
        let exits = await withTaskGroup(of: Int?.self) { tasks in
            for _ in 0..<5 { tasks.addTask { await process.wait().exitCode } }
            return await tasks.reduce(into: []) { $0.append($1) }
        }
        #expect(exits == [5, 5, 5, 5, 5])
        #expect(await process.wait().exitCode == 5)
        #expect(process.exit?.exitCode == 5)
    }

    @Test func `nothing stays open after a start, a failed start and an end`() async throws {
        // Other tests run beside this one, so a few descriptors more say nothing; one for each start would.
        let (starts, tolerated) = (150, 60)
        let before = try openDescriptors()
        for index in 0..<starts {
            var request = shell("exit 0")
            (request.input, request.output, request.error) = (.pipe, .pipe, .pipe)
            request.namespaces = index % 5 == 0 && getuid() == 0
            let process = try ProcessTable.shared.spawn(request)
            for end in [process.input, process.output, process.error] { close(try #require(end)) }
            _ = await process.wait()
            request.command = ["/no/such/program"]
            #expect(throws: GantryError.self) { try ProcessTable.shared.spawn(request) }
        }
        let after = try openDescriptors()
        #expect(after - before < tolerated)
    }

    private func openDescriptors() throws -> Int {
        let folder = try #require(opendir("/proc/self/fd"))
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        return count
    }

    @Test func `pipes carry the three streams`() async throws {
        var request = shell("cat; echo problem >&2")
        (request.input, request.output, request.error) = (.pipe, .pipe, .pipe)
        let process = try ProcessTable.shared.spawn(request)
        let (input, output, error) = (
            try #require(process.input), try #require(process.output), try #require(process.error)
        )
        write(input, "hello", 5)
        close(input)
        #expect(await process.wait().succeeded)
        var buffer = [UInt8](repeating: 0, count: 100)
        #expect(String(decoding: buffer[..<read(output, &buffer, 100)], as: UTF8.self) == "hello")
        #expect(String(decoding: buffer[..<read(error, &buffer, 100)], as: UTF8.self) == "problem\n")
        close(output)
        close(error)
    }

    @Test func `a crash leaves no memory in a file, whatever our own limit is`() async throws {
        try await Scratch.with { scratch in
            let kind = __rlimit_resource_t(RLIMIT_CORE.rawValue)
            var before = rlimit()
            getrlimit(kind, &before)
            var most = rlimit(rlim_cur: before.rlim_max, rlim_max: before.rlim_max)
            setrlimit(kind, &most)
            defer { setrlimit(kind, &before) }
            var request = shell("ulimit -c; kill -SEGV $$")
            request.directory = scratch.path
            let (exit, output) = try await scratch.run(request)
            #expect(exit.signal == 11 && output == "0\n")
            #expect(try await scratch.run(shell("ls \(scratch.path) | grep -c core")).output == "0\n")
        }
    }

    @Test func `a child has default signals, three descriptors, its own group and only its environment`()
        async throws
    {
        signal(SIGPIPE, SIG_IGN)
        try await Scratch.with { scratch in
            let script =
                "grep -E '^Sig(Blk|Ign)' /proc/self/status; ls /proc/$$/fd | tr '\\n' ' '; umask;"
                + " cut -d ' ' -f 5 /proc/$$/stat; echo $$; env | sort"
            let (exit, output) = try await scratch.run(shell(script, ["PATH": "/usr/bin:/bin", "A": "1"]))
            #expect(exit.succeeded)
            let lines = output.split(separator: "\n").map(String.init)
            for line in lines.prefix(2) { #expect(line.hasSuffix("\t0000000000000000"), "\(line)") }
            #expect(lines[2] == "0 1 2 0022")
            #expect(lines[3] == lines[4])
            #expect(
                lines.dropFirst(5).filter {
                    !$0.hasPrefix("PWD=") && !$0.hasPrefix("_=") && !$0.hasPrefix("SHLVL=")
                }
                    == ["A=1", "PATH=/usr/bin:/bin"])
        }
    }

    @Test(arguments: [false, true])
    func `signals reach the program, or its whole group, and never a later process`(namespaces: Bool)
        async throws
    {
        if namespaces { try requireRoot() }
        try await Scratch.with { scratch in
            var request = shell("trap 'echo usr1' USR1; touch ready; while :; do sleep 0.02; done")
            request.directory = scratch.path
            request.namespaces = namespaces
            let process = try ProcessTable.shared.spawn(request)
            #expect(await becomesTrue { access(scratch.file("ready"), F_OK) == 0 })
            process.signal(SIGUSR1)
            process.signalGroup(SIGTERM)
            let exit = await process.wait()
            #expect(exit.signal == Int(SIGTERM))
            process.signal(SIGKILL)
            process.signalGroup(SIGKILL)
        }
    }

    @Test func `what is left of the group is killed at the end where that was asked for`() async throws {
        try await Scratch.with { scratch in
            var request = shell("sleep 300 & echo $! > left; exit 0")
            request.directory = scratch.path
            request.killsGroupAtEnd = true
            let process = try ProcessTable.shared.spawn(request)
            #expect(await process.wait().succeeded)
            let left = try #require(Int32(scratch.text("left").dropLast()))
            #expect(await becomesTrue { ProcessIdentity.of(pid: left)?.isAlive != true })
        }
    }

    @Test func `a group can be ended after its leader has`() async throws {
        try await Scratch.with { scratch in
            var request = shell("sleep 300 & echo $! > left; exit 0")
            request.directory = scratch.path
            let process = try ProcessTable.shared.spawn(request)
            #expect(await process.wait().succeeded)
            let left = try #require(Int32(scratch.text("left").dropLast()))
            #expect(ProcessIdentity.of(pid: left)?.isAlive == true)
            process.signalGroup(SIGKILL)
            #expect(await becomesTrue { ProcessIdentity.of(pid: left)?.isAlive != true })
        }
    }
}
