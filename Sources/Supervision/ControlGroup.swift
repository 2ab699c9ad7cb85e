package import GantryBase
import Glibc
package import Model

/// A group of processes that the kernel holds to limits, counts, and lets us end as a whole.
///
/// Made below the root of each controller under one name. A limit that the machine cannot keep is left out
/// and named in `missing`: the service runs, and whoever made the group says so once.
package struct ControlGroup: Sendable {
    /// What the machine allows, and why not the rest.
    package struct Support: Sendable, Hashable {
        package var cpu: Bool
        package var memory: Bool
        package var processes: Bool
        /// One sentence for each controller that cannot be used.
        package var missing: [String]
    }

    struct Folder: Sendable, Hashable {
        var path: String
        var version: ControlGroupMounts.Version
        var controllers: Set<String>
    }

    package let name: String
    /// One sentence for each limit that is not kept.
    package let missing: [String]
    let folders: [Folder]

    /// The `cgroup.procs` files that a process must be written to.
    package var processFiles: [String] { folders.map { $0.path + "/cgroup.procs" } }

    package static func available() -> Support { available(in: .ofThisMachine()) }

    static func available(in mounts: ControlGroupMounts) -> Support {
        var missing: [String] = []
        func usable(_ controller: String) -> Bool {
            let reason: String
            if let place = mounts.places[controller] {
                if access(place.path, W_OK) == 0 { return true }
                reason = "\(place.path) is not writable: \(systemMessage(errno))"
            } else {
                reason = "no hierarchy of control groups has it"
            }
            missing.append("the \(controller) controller cannot be used: \(reason)")
            return false
        }
        return Support(
            cpu: usable("cpu"), memory: usable("memory"), processes: usable("pids"), missing: missing)
    }

    /// Makes the group with its limits. A group that an earlier owner left under this name is ended and
    /// replaced.
    package static func create(_ limits: ProcessLimits) async throws(GantryError) -> ControlGroup {
        let group = try find(limits.group, limits)
        await group.killAll()
        await group.remove()
        do {
            for folder in group.folders { try group.make(folder, limits) }
        } catch {
            await group.remove()
            throw error
        }
        return group
    }

    /// Says where the group of this name is, or would be, on this machine.
    static func find(_ name: String, _ limits: ProcessLimits? = nil) throws(GantryError) -> ControlGroup {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else {
            throw GantryError(.invalid, "\"\(name)\" cannot be the name of a control group")
        }
        let mounts = ControlGroupMounts.ofThisMachine()
        let support = available(in: mounts)
        var folders: [Folder] = []
        for controller in ControlGroupMounts.controllers {
            guard let place = mounts.places[controller], access(place.path, W_OK) == 0 else { continue }
            let path = place.path + "/" + name
            if let at = folders.firstIndex(where: { $0.path == path }) {
                folders[at].controllers.insert(controller)
            } else {
                folders.append(Folder(path: path, version: place.version, controllers: [controller]))
            }
        }
        let kept =
            (limits?.cpu == nil || support.cpu) && (limits?.memory == nil || support.memory)
            && (limits?.processes == nil || support.processes)
        return ControlGroup(name: name, missing: kept ? [] : support.missing, folders: folders)
    }

    /// Processor time and memory used so far by all processes of the group.
    package struct Usage: Sendable, Hashable {
        package var processorTime: Duration = .zero
        package var memory = ByteCount(bytes: 0)
        package var memoryPeak = ByteCount(bytes: 0)
        package var processes = 0
    }

    package func usage() -> Usage {
        var usage = Usage()
        for folder in folders {
            let two = folder.version == .two
            if folder.controllers.contains("memory") {
                usage.memory.bytes = folder.number(two ? "memory.current" : "memory.usage_in_bytes") ?? 0
                usage.memoryPeak.bytes = folder.number(two ? "memory.peak" : "memory.max_usage_in_bytes") ?? 0
            }
            if two, folder.controllers.contains("cpu") {
                usage.processorTime = .microseconds(folder.field("usage_usec", of: "cpu.stat") ?? 0)
            } else if folder.controllers.contains("cpuacct") {
                usage.processorTime = .nanoseconds(folder.number("cpuacct.usage") ?? 0)
            }
            usage.processes = max(usage.processes, folder.processes().count)
        }
        return usage
    }

    /// Whether the kernel holds this group to a number of processes.
    package var countsProcesses: Bool { folders.contains { $0.controllers.contains("pids") } }

    /// Whether the kernel refused the group another process. To be asked before `killAll`, which makes it do so.
    package func processesWereExceeded() -> Bool {
        folders.contains { $0.controllers.contains("pids") && $0.field("max", of: "pids.events") ?? 0 > 0 }
    }

    /// Whether the kernel killed a process of the group because the memory limit was reached.
    package func memoryWasExceeded() -> Bool {
        for folder in folders where folder.controllers.contains("memory") {
            let file = folder.version == .two ? "memory.events" : "memory.oom_control"
            if let kills = folder.field("oom_kill", of: file) { return kills > 0 }
            // Kernels before 4.13 do not count kills; a limit that was hit is the best they tell.
            return (folder.number("memory.failcnt") ?? 0) > 0
        }
        return false
    }
}

extension ControlGroup.Folder {
    func text(_ file: String) -> String? {
        readWhole(path + "/" + file, limit: 1 << 20).map { String(decoding: $0, as: UTF8.self) }
    }

    func number(_ file: String) -> Int64? {
        text(file).flatMap { Int64($0.prefix { $0 != "\n" }) }
    }

    /// The value after a name, in a file with one `name value` a line.
    func field(_ name: String, of file: String) -> Int64? {
        for line in text(file)?.split(separator: "\n") ?? [] where line.hasPrefix(name + " ") {
            return Int64(line.dropFirst(name.utf8.count + 1))
        }
        return nil
    }

    func processes() -> Set<Int32> {
        Set(text("cgroup.procs")?.split(separator: "\n").compactMap { Int32($0) } ?? [])
    }

    func set(_ file: String, _ value: String) -> Bool {
        let descriptor = open(path + "/" + file, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        var value = value
        let written = value.withUTF8 { writeAll(descriptor, UnsafeRawBufferPointer($0)) }
        let number = errno
        close(descriptor)
        errno = number
        return written
    }
}
