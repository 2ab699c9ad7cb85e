import GantryBase
import Glibc
import Model
import Testing

@testable import Supervision

@Suite struct ControlGroupTests {
    private func withGroup(
        cpu: CPUAmount? = nil, memory: ByteCount? = nil, _ body: (ControlGroup) async throws -> Void
    ) async throws {
        try requireRoot()
        let limits = ProcessLimits(
            cpu: cpu, memory: memory, group: "gantry-test-\(RandomName.make(length: 10))")
        let group = try await ControlGroup.create(limits)
        do {
            try await body(group)
        } catch {
            await group.killAll()
            await group.remove()
            throw error
        }
        #expect(await group.killAll())
        #expect(await group.remove())
        for folder in group.folders { #expect(access(folder.path, F_OK) != 0) }
    }

    private func python(_ script: String, in group: ControlGroup) -> ProcessRequest {
        var request = ProcessRequest(
            command: ["python3", "-c", script], environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"])
        request.groupFiles = group.processFiles
        return request
    }

    @Test func `this machine allows processor and memory limits`() {
        let support = ControlGroup.available()
        #expect(support.cpu && support.memory && support.processes, "\(support.missing)")
    }

    @Test func `a program beyond its memory is killed and told as such`() async throws {
        try await withGroup(memory: .mebibytes(48)) { group in
            #expect(group.missing.isEmpty)
            let hungry = python(
                "b = bytearray(300 << 20)\nfor i in range(0, len(b), 4096): b[i] = 1", in: group)
            let exit = try await ProcessTable.shared.spawn(hungry).wait()
            #expect(exit.signal == Int(SIGKILL))
            #expect(group.memoryWasExceeded())
            #expect(group.usage().memoryPeak >= .mebibytes(40))
        }
    }

    @Test func `a program within its memory is not told as out of it, even when killed`() async throws {
        try await withGroup(memory: .mebibytes(64)) { group in
            let modest = python("import os; b = bytearray(4 << 20); os.kill(os.getpid(), 9)", in: group)
            let exit = try await ProcessTable.shared.spawn(modest).wait()
            #expect(exit.signal == Int(SIGKILL))
            #expect(!group.memoryWasExceeded())
        }
    }

    @Test func `a busy program gets no more processor than its limit`() async throws {
        try await withGroup(cpu: CPUAmount(millicores: 200)) { group in
            var request = shell("while :; do :; done")
            request.groupFiles = group.processFiles
            let start = ContinuousClock.now
            let process = try ProcessTable.shared.spawn(request)
            try await Task.sleep(for: .seconds(2))
            let used = group.usage().processorTime
            let elapsed = ContinuousClock.now - start
            process.signal(SIGKILL)
            _ = await process.wait()
            // 0.2 of a core; on a loaded machine less.
            #expect(used / elapsed < 0.35, "\(used) of \(elapsed)")
            #expect(used > .milliseconds(20))
        }
    }

    @Test func `ending a group ends all that ever was started in it, also what made a session of its own`()
        async throws
    {
        try await withGroup(memory: .mebibytes(64)) { group in
            var request = shell(
                "for i in 1 2 3 4 5; do setsid sh -c 'while :; do sleep 0.01 & sleep 0.01; done' & done; wait"
            )
            request.groupFiles = group.processFiles
            let process = try ProcessTable.shared.spawn(request)
            #expect(await becomesTrue { group.usage().processes > 5 })
            #expect(await group.killAll())
            _ = await process.wait()
            #expect(group.usage().processes == 0)
        }
    }

    @Test func `a group that an earlier owner left is replaced`() async throws {
        try await withGroup(memory: .mebibytes(64)) { earlier in
            var request = shell("exec sleep 300")
            request.groupFiles = earlier.processFiles
            let process = try ProcessTable.shared.spawn(request)
            let limits = ProcessLimits(cpu: nil, memory: .mebibytes(32), group: earlier.name)
            let later = try await ControlGroup.create(limits)
            #expect(await process.wait().signal == Int(SIGKILL))
            #expect(later.usage().processes == 0)
        }
    }

    @Test func `a group that could not be removed lets the next owner start processes`() async throws {
        try await withGroup(memory: .mebibytes(64)) { earlier in
            let children = earlier.folders.map { $0.path + "/child" }
            for child in children { mkdir(child, 0o755) }
            defer { for child in children { rmdir(child) } }
            await earlier.killAll()
            let limits = ProcessLimits(cpu: nil, memory: .mebibytes(32), group: earlier.name)
            let later = try await ControlGroup.create(limits)
            var request = shell("sleep 0.01 & wait; exit 7")
            request.groupFiles = later.processFiles
            #expect(try await ProcessTable.shared.spawn(request).wait().exitCode == 7)
        }
    }

    @Test func `what a dead owner left can be discarded by its name`() async throws {
        try await withGroup(memory: .mebibytes(64)) { group in
            var request = shell("exec sleep 300")
            request.groupFiles = group.processFiles
            let process = try ProcessTable.shared.spawn(request)
            try await ControlGroup.discard(group.name)
            #expect(await process.wait().signal == Int(SIGKILL))
            for folder in group.folders { #expect(access(folder.path, F_OK) != 0) }
            try await ControlGroup.discard(group.name)
        }
    }

    @Test(arguments: ["", "/abs", "../up", "a/../b", "a//b", "."])
    func `a name that leads elsewhere is refused`(name: String) async {
        await #expect(throws: GantryError.self) {
            try await ControlGroup.create(ProcessLimits(cpu: nil, memory: nil, group: name))
        }
    }

    @Test func `mounts of both versions and of a hybrid machine are read`() {
        let two = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n"
        let unified = ControlGroupMounts(mountinfo: two) { _ in "cpuset cpu io memory pids\n" }
        #expect(unified.places["memory"] == .init(path: "/sys/fs/cgroup", version: .two))
        #expect(unified.places["cpuacct"] == nil)

        let one = """
            31 30 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
            32 30 0:28 / /sys/fs/cgroup/memory rw shared:9 - cgroup none rw,memory
            33 30 0:29 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd
            34 30 0:30 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
            """
        let hybrid = ControlGroupMounts(mountinfo: one) { _ in "pids\n" }
        #expect(hybrid.places["cpu"] == .init(path: "/sys/fs/cgroup/cpu,cpuacct", version: .one))
        #expect(hybrid.places["cpuacct"] == hybrid.places["cpu"])
        #expect(hybrid.places["memory"] == .init(path: "/sys/fs/cgroup/memory", version: .one))
        #expect(hybrid.places["pids"] == .init(path: "/sys/fs/cgroup/unified", version: .two))

        let none = ControlGroupMounts(mountinfo: "") { _ in "" }
        let support = ControlGroup.available(in: none)
        #expect(!support.cpu && !support.memory)
        #expect(
            support.missing.first
                == "the cpu controller cannot be used: no hierarchy of control groups has it")
    }
}
