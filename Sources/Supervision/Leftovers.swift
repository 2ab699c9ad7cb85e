import Glibc
package import Model

/// Ends what an agent that was killed left running.
///
/// A program dies with its agent by the kernel's hand; what the program itself had started does not. Such processes are
/// known by a variable that each got in its environment, or by the session of the program, or by its control group.
package struct Leftovers: Sendable {
    /// `NAME=VALUE` as it stands in the environment of every process of the instance and of no other.
    package var mark: String
    /// The program that led the session, as its agent last reported it.
    package var program: ProcessIdentity?
    /// Its control group, if it had one.
    package var group: String?

    package init(mark: String, program: ProcessIdentity?, group: String?) {
        (self.mark, self.program, self.group) = (mark, program, group)
    }

    /// What survives KILL this long hangs in the kernel.
    static let patience: Duration = .seconds(5)
    static let largestEnvironment = 4 << 20

    /// Blocks until nothing is left, at most for `patience`; call it through `blocking`, then `endGroup`.
    /// - Returns: whether nothing is left.
    @discardableResult
    package func kill() -> Bool {
        let deadline = ContinuousClock.now + Self.patience
        // Twice nothing: what was just being started has a place to hide in one look.
        var empty = 0
        while empty < 2 {
            let found = find()
            for process in found { ProcessWatch.shared.signal(process, SIGKILL) }
            empty = found.isEmpty ? empty + 1 : 0
            if ContinuousClock.now > deadline { return false }
            usleep(found.isEmpty ? 1000 : 5000)
        }
        return true
    }

    /// Kills the control group as a whole and removes it.
    package func endGroup() async {
        guard let group else { return }
        try? await ControlGroup.discard(group)
    }

    private func find() -> [ProcessIdentity] {
        let own = getpid()
        var found: [ProcessIdentity] = []
        for pid in Self.allProcesses() where pid != own {
            guard let facts = SessionFacts(pid), facts.isRunning else { continue }
            if belongs(facts) || isMarked(pid) {
                found.append(ProcessIdentity(pid: pid, startTicks: facts.startTicks))
            }
        }
        return found
    }

    /// While a session has members, its number goes to no new process; so a leader that runs and is not the program
    /// means that this is another session which came later.
    private func belongs(_ facts: SessionFacts) -> Bool {
        guard let program, program.pid > 1, facts.session == program.pid else { return false }
        if facts.pid == program.pid { return facts.startTicks == program.startTicks }
        guard facts.startTicks >= program.startTicks else { return false }
        guard let leader = ProcessIdentity.of(pid: program.pid) else {
            // Without its leader a session cannot be told from a later one with the same number, but by its mark.
            return isMarked(facts.pid)
        }
        return leader == program
    }

    private func isMarked(_ pid: Int32) -> Bool {
        guard let bytes = readWhole("/proc/\(pid)/environ", limit: Self.largestEnvironment) else {
            return false
        }
        return bytes.split(separator: 0).contains { $0.elementsEqual(mark.utf8) }
    }

    private static func allProcesses() -> [Int32] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var numbers: [Int32] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let number = Int32(name) { numbers.append(number) }
        }
        return numbers
    }
}

/// The fields of `/proc/PID/stat` that tell whose a process is.
private struct SessionFacts {
    var pid: Int32
    var isRunning: Bool
    var session: Int32
    var startTicks: UInt64

    init?(_ pid: Int32) {
        guard let bytes = readWhole("/proc/\(pid)/stat", limit: 4096),
            let end = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
        func text(_ index: Int) -> String { String(decoding: fields[index], as: UTF8.self) }
        guard fields.count > 19, let session = Int32(text(3)), let start = UInt64(text(19)) else {
            return nil
        }
        self.pid = pid
        self.session = session
        startTicks = start
        isRunning = text(0) != "Z" && text(0) != "X"
    }
}
