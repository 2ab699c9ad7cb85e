import CGantry
package import GantryBase
import Glibc
import Model

extension ControlGroup {
    /// The kernel's own default: a shorter period throttles more evenly and costs more switches.
    static let cpuPeriodMicroseconds: Int64 = 100_000
    /// The kernel takes no smaller quota.
    static let leastCPUQuotaMicroseconds: Int64 = 1000
    /// A killed process is gone in milliseconds; one that hangs in the kernel is not waited for longer than
    /// this.
    static let killPatience: Duration = .seconds(5)

    /// Ends every process of the group and waits for their end, at most `killPatience`.
    /// - Returns: whether the group is empty.
    @discardableResult
    package func killAll() async -> Bool {
        let deadline = ContinuousClock.now + Self.killPatience
        // No new process may start while the old ones are counted out.
        for folder in folders where folder.controllers.contains("pids") { _ = folder.set("pids.max", "0") }
        while true {
            let left = folders.contains { !$0.processes().isEmpty }
            if !left { return true }
            if ContinuousClock.now >= deadline { return false }
            for folder in folders where !folder.set("cgroup.kill", "1") { folder.killEach() }
            do {
                try await Task.sleep(for: .milliseconds(2))
            } catch {
                // A cancelled task must end the group all the same.
                usleep(2000)
            }
        }
    }

    /// Removes the group; it must be empty.
    /// - Returns: whether it is gone.
    @discardableResult
    package func remove() async -> Bool {
        var gone = true
        for folder in folders {
            var tries = 0
            // The last process leaves the group a moment after its parent has read its exit.
            while rmdir(folder.path) != 0, errno == EBUSY, tries < 100 {
                tries += 1
                usleep(2000)
            }
            gone = gone && access(folder.path, F_OK) != 0
        }
        return gone
    }

    /// Ends and removes the group that an owner who died left under this name; does nothing where there is
    /// none.
    package static func discard(_ name: String) async throws(GantryError) {
        let group = try find(name)
        await group.killAll()
        await group.remove()
    }

    func make(_ folder: Folder, _ limits: ProcessLimits) throws(GantryError) {
        try makeFolders(folder)
        let two = folder.version == .two
        if folder.controllers.contains("cpu"), let cpu = limits.cpu {
            let quota = max(
                Self.leastCPUQuotaMicroseconds, cpu.millicores * Self.cpuPeriodMicroseconds / 1000)
            if two {
                try folder.require("cpu.max", "\(quota) \(Self.cpuPeriodMicroseconds)")
            } else {
                try folder.require("cpu.cfs_period_us", "\(Self.cpuPeriodMicroseconds)")
                try folder.require("cpu.cfs_quota_us", "\(quota)")
            }
        }
        if folder.controllers.contains("pids") {
            // Also without a limit: a folder that could not be removed still has the 0 of `killAll`.
            try folder.require("pids.max", limits.processes.map { "\($0)" } ?? "max")
        }
        if folder.controllers.contains("memory"), let memory = limits.memory {
            try folder.require(two ? "memory.max" : "memory.limit_in_bytes", "\(memory.bytes)")
            // Without these, memory over the limit would go to swap; machines without swap accounting lack
            // the file.
            _ =
                two
                ? folder.set("memory.swap.max", "0")
                : folder.set("memory.memsw.limit_in_bytes", "\(memory.bytes)")
        }
    }

    private func makeFolders(_ folder: Folder) throws(GantryError) {
        let root = String(folder.path.dropLast(name.utf8.count + 1))
        var path = root
        for part in name.split(separator: "/") {
            if folder.version == .two {
                let parent = Folder(path: path, version: .two, controllers: [])
                for controller in folder.controllers.sorted() where controller != "cpuacct" {
                    try parent.require("cgroup.subtree_control", "+\(controller)")
                }
            }
            path += "/" + part
            guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
                throw systemError("cannot make the control group \(path)")
            }
        }
    }
}

extension ControlGroup.Folder {
    func require(_ file: String, _ value: String) throws(GantryError) {
        guard set(file, value) else {
            throw systemError("cannot write \"\(value)\" to \(path)/\(file)")
        }
    }

    /// Kills by pidfd what is in the group before and after the pidfd was opened, so that a number that went
    /// to another process in between is never hit.
    func killEach() {
        let handles = processes().map { (pid: $0, pidfd: gantry_pidfd_open($0)) }
        let still = processes()
        for handle in handles where handle.pidfd >= 0 {
            if still.contains(handle.pid) { _ = gantry_pidfd_signal(handle.pidfd, SIGKILL) }
            close(handle.pidfd)
        }
    }
}
