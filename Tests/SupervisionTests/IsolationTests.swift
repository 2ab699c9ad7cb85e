import GantryBase
import Glibc
import Model
import Testing

@testable import Supervision

@Suite struct IsolationTests {
    init() throws { try requireRoot() }

    private func isolated(_ script: String, hidden: [String] = []) -> ProcessRequest {
        var request = shell(script)
        request.namespaces = true
        request.hiddenPaths = hidden
        return request
    }

    @Test func `a program in namespaces tells its exit code and its signal apart`() async throws {
        #expect(try await ProcessTable.shared.spawn(isolated("exit 137")).wait().exitCode == 137)
        let killed = try await ProcessTable.shared.spawn(isolated("kill -9 $$")).wait()
        #expect(killed.signal == 9 && killed.exitCode == nil)
        let process = try ProcessTable.shared.spawn(isolated("sleep 300"))
        process.signal(SIGKILL)
        #expect(await process.wait().signal == 9)
    }

    @Test func `it sees its own processes only, and all of them end with it`() async throws {
        try await Scratch.with { scratch in
            var request = isolated(
                "setsid sleep 271 & ls /proc | grep -c '^[0-9]'; ls -l /proc/self/ns/pid >/dev/null && exit 4"
            )
            request.directory = scratch.path
            let (exit, output) = try await scratch.run(request)
            #expect(exit.exitCode == 4)
            let seen = try #require(Int(output.dropLast()))
            #expect(seen <= 6)
            let left = try await scratch.run(shell("grep -lz '^271$' /proc/[0-9]*/cmdline 2>/dev/null; true"))
            #expect(left.output.isEmpty)
        }
    }

    @Test func `a hidden folder is empty and read-only, also by another name, and nobody else notices`()
        async throws
    {
        try await Scratch.with { scratch in
            mkdir(scratch.file("data"), 0o755)
            mkdir(scratch.file("data/work"), 0o755)
            mkdir(scratch.file("data/work/mine"), 0o755)
            try scratch.write("data/key", "secret", mode: 0o644)
            try scratch.write("file", "secret", mode: 0o644)
            symlink(scratch.file("data"), scratch.file("alias"))
            var request = isolated(
                "ls -A ../..; touch ../../x 2>&1; cat '\(scratch.file("alias/key"))' 2>&1; cat '\(scratch.file("file"))';"
                    + " echo made > here; pwd",
                hidden: [scratch.file("alias"), scratch.file("file"), scratch.file("data/work")])
            request.directory = scratch.file("data/work/mine")
            let (_, output) = try await scratch.run(request)
            #expect(!output.contains("secret"))
            let lines = output.split(separator: "\n")
            #expect(lines.first == "work")
            #expect(output.contains("Read-only file system"))
            #expect(lines.last.map(String.init) == scratch.file("data/work/mine"))
            #expect(scratch.text("data/work/mine/here") == "made\n")
            #expect(scratch.text("data/key") == "secret")
        }
    }

    @Test func `a user cannot read what is root's, has no other groups and gains no rights`() async throws {
        try await Scratch.with { scratch in
            try scratch.write("key", "secret", mode: 0o600)
            var request = shell("cat key; id -u; id -G; grep NoNewPrivs /proc/self/status; ulimit -n")
            request.directory = scratch.path
            request.user = ProcessUser(uid: 61001, gid: 61001)
            request.noNewPrivileges = true
            request.openFileLimit = 64
            let (_, output) = try await scratch.run(request)
            #expect(output == "cat: key: Permission denied\n61001\n61001\nNoNewPrivs:\t1\n64\n")
        }
    }

    @Test func `a session of its own has no other processes`() async throws {
        try await Scratch.with { scratch in
            var request = shell("cut -d ' ' -f 6 /proc/$$/stat; echo $$")
            request.newSession = true
            let lines = try await scratch.run(request).output.split(separator: "\n")
            #expect(lines[0] == lines[1])
        }
    }

    @Test func `the kernel's own limit of processes, where there is no control group for it`() async throws {
        try await Scratch.with { scratch in
            var request = shell("for i in 1 2 3 4 5 6 7 8; do sleep 5 & done; echo all")
            request.user = ProcessUser(uid: 61_077, gid: 61_077)
            request.processLimit = 5
            request.killsGroupAtEnd = true
            let (exit, output) = try await scratch.run(request)
            #expect(exit.exitCode == 2 && output.contains("Cannot fork"))
            request = shell("sleep 300 & sleep 300 & wait")
            request.user = ProcessUser(uid: 61_078, gid: 61_078)
            request.killsGroupAtEnd = true
            let process = try ProcessTable.shared.spawn(request)
            #expect(await becomesTrue { StepWatch.processes(of: 61_078) == 3 })
            process.signal(SIGKILL)
            _ = await process.wait()
        }
    }

    @Test(arguments: ["/tmp", "/var"])
    func `a private folder is laid over, wherever it and the working directory lie`(place: String)
        async throws
    {
        var template = Array("\(place)/gantry-test-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let data = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        for folder in ["", "/work", "/own"] { mkdir(data + folder, 0o755) }
        try replaceFile(data + "/key", with: Array("secret".utf8))
        var request = isolated(
            "ls -A /tmp; ls -A \(data); echo x > /tmp/mine; cat here 2>&1; pwd; df /dev/shm")
        request.hiddenPaths = [data]
        request.directory = data + "/work"
        request.privateFolders = ["/tmp": data + "/own", "/no/such/folder": data + "/own"]
        request.sharedMemory = .mebibytes(3)
        try await Scratch.with { scratch in
            let (exit, output) = try await scratch.run(request)
            #expect(exit.exitCode == 0 || exit.exitCode == 1)
            let top = place == "/tmp" ? data.dropFirst(5) + "\n" : ""
            #expect(output.hasPrefix("\(top)work\ncat: here: No such file or directory\n\(data)/work\n"))
            #expect(output.contains(" 3072 "))
            #expect(
                (try? readFile(data + "/own/mine", limit: 99)) == Array("x\n".utf8)
                    && access("/tmp/mine", F_OK) != 0)
            _ = try await scratch.run(shell("rm -rf \(data)"))
        }
    }
}
