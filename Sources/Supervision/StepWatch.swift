import GantryBase
import Glibc
import Model

/// Looks whether a step goes beyond what it may take of the machine, where the kernel does not end it by itself.
///
/// Between two looks a step can write more than its limit, as much as the disk takes in that time: a bound by the
/// kernel would need a file system for each workspace, and a limit of single files would refuse sparse ones.
struct StepWatch: Sendable {
    static let interval = Period.milliseconds(500)
    /// After a look that took long, as at a million files, the next waits so many times longer: a tenth of a core at
    /// most goes into looking.
    static let restFactor = 10
    /// One look at a slow disk.
    static let lookTimeLimit = Period.minutes(2)

    private let disk: DiskLimit?
    private let processes: Int?
    private let group: ControlGroup?
    private let user: ProcessUser?

    init(_ plan: StepPlan, _ group: ControlGroup?) {
        (disk, processes, user) = (plan.diskLimit, plan.limits?.processes, plan.user)
        self.group = group
    }

    /// Returns what was taken beyond a limit, or nil once it is cancelled.
    func untilExceeded() async -> String? {
        let clock = ContinuousClock()
        var rest = Self.interval.duration
        while (try? await Task.sleep(for: rest)) != nil {
            let begun = clock.now
            if let words = processesExceeded() { return words }
            if let words = await diskExceeded() { return words }
            rest = max(Self.interval.duration, (clock.now - begun) * Self.restFactor)
        }
        return nil
    }

    func processesExceeded() -> String? {
        guard let processes else { return nil }
        let exceeded: Bool
        if let group, group.countsProcesses {
            exceeded = group.processesWereExceeded()
        } else {
            // The kernel counts all of the user, and tells nobody when it refuses one.
            exceeded = user.map { Self.processes(of: $0.uid) >= processes } ?? false
        }
        return exceeded ? "more than \(processes) processes and threads at once" : nil
    }

    func diskExceeded() async -> String? {
        guard let disk else { return nil }
        if await measure(disk.folder, ["--block-size=1"]) > disk.size.bytes {
            return "more than \(disk.size) of disk"
        }
        if await measure(disk.folder, ["--inodes"]) > disk.files { return "more than \(disk.files) files" }
        return nil
    }

    /// By `du`, which goes down any depth of folders; files that vanish meanwhile make it complain and go on. 0 when
    /// nothing can be measured: a step must not end for that.
    private func measure(_ folder: String, _ options: [String]) async -> Int64 {
        let command = ["du", "--summarize", "--one-file-system"] + options + ["--", folder]
        var run = CommandRun(command, timeLimit: Self.lookTimeLimit)
        run.isCancellable = true
        let output = try? await run.run()
        let digits = output?.bytes.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") } ?? []
        return Int64(String(decoding: digits, as: UTF8.self)) ?? 0
    }

    /// Processes and threads of a user on the whole machine.
    static func processes(of user: UInt32) -> Int {
        var count = 0
        for pid in ProcessIdentity.allNumbers() {
            var facts = stat()
            guard stat("/proc/\(pid)", &facts) == 0, facts.st_uid == user else { continue }
            count += ProcessIdentity.threads(of: pid)
        }
        return count
    }
}
