import GantryBase
import Glibc
import Model
import Supervision
import Testing

/// Each reason for which a program cannot start has its own code and words.
@Suite struct StartFailureTests {
    private func failure(_ request: ProcessRequest) throws -> GantryError {
        try #require(throws: GantryError.self) { try ProcessTable.shared.spawn(request) }
    }

    @Test func `a program that is nowhere in PATH`() throws {
        let error = try failure(
            ProcessRequest(command: ["no-such-program"], environment: ["PATH": "/bin:/usr/bin"]))
        #expect(error.code == .notFound)
        #expect(error.message == "program no-such-program is in no folder of PATH (/bin:/usr/bin)")
    }

    @Test func `PATH of the request is searched, not ours`() async throws {
        try await Scratch.with { scratch in
            try scratch.write("mine", "#!/bin/sh\nexit 9\n", mode: 0o755)
            let path = ["PATH": "/nowhere:\(scratch.path)"]
            let exit = try await ProcessTable.shared.spawn(
                ProcessRequest(command: ["mine"], environment: path)
            ).wait()
            #expect(exit.exitCode == 9)
        }
    }

    @Test func `a path that does not exist`() throws {
        let error = try failure(ProcessRequest(command: ["./main"], directory: "/tmp", environment: [:]))
        #expect(error.code == .notFound)
        #expect(error.message == "program ./main does not exist (started in /tmp)")
    }

    @Test func `files that cannot be executed`() async throws {
        try await Scratch.with { scratch in
            try scratch.write("plain", "echo", mode: 0o644)
            try scratch.write("text", "echo", mode: 0o755)
            try scratch.write("lost", "#!/no/such/interpreter\n", mode: 0o755)
            let plain = try failure(ProcessRequest(command: [scratch.file("plain")], environment: [:]))
            #expect(plain.code == .invalid)
            #expect(plain.message.hasSuffix("plain cannot be executed: Permission denied"))
            let text = try failure(ProcessRequest(command: [scratch.file("text")], environment: [:]))
            #expect(text.message.hasSuffix("is no executable of this machine"))
            let lost = try failure(ProcessRequest(command: [scratch.file("lost")], environment: [:]))
            #expect(lost.message.hasSuffix("the interpreter that it names is missing"))
        }
    }

    @Test func `a working directory that is missing or closed to its user`() async throws {
        let missing = try failure(ProcessRequest(command: ["true"], directory: "/no/where", environment: [:]))
        #expect(missing.code == .notFound)
        #expect(missing.message == "cannot start true in /no/where: No such file or directory")
        try requireRoot()
        try await Scratch.with { scratch in
            chmod(scratch.path, 0o700)
            var request = ProcessRequest(command: ["true"], directory: scratch.path, environment: [:])
            request.user = ProcessUser(uid: 61001, gid: 61001)
            let closed = try failure(request)
            #expect(closed.code == .forbidden)
        }
    }

    @Test func `requests that make no sense`() throws {
        #expect(try failure(ProcessRequest(command: [], environment: [:])).code == .invalid)
        #expect(try failure(ProcessRequest(command: ["true", "a\0b"], environment: [:])).code == .invalid)
        #expect(try failure(ProcessRequest(command: ["true"], environment: ["A=B": ""])).code == .invalid)
        var hidden = shell("true")
        hidden.hiddenPaths = ["/root"]
        #expect(
            try failure(hidden).message
                == "/bin/sh: paths can only be hidden or made private in namespaces of its own")
    }

    @Test
    func `a start that fails inside namespaces, in a group that is missing, at a path that cannot be hidden`()
        throws
    {
        try requireRoot()
        var request = ProcessRequest(command: ["/no/such"], environment: [:])
        request.namespaces = true
        #expect(try failure(request).code == .notFound)
        request.hiddenPaths = ["/no/such/folder"]
        #expect(try failure(request).message.contains("cannot hide /no/such/folder"))
        request = shell("true")
        request.groupFiles = ["/sys/fs/cgroup/no/such/cgroup.procs"]
        #expect(try failure(request).message.contains("/sys/fs/cgroup/no/such/cgroup.procs: No such file"))
    }
}
