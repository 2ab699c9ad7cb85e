import CGantry
package import GantryBase
import Glibc
import Model
import Synchronization

/// The only place of a process that starts others and reads how they ended.
///
/// A second reaper beside it would steal exits, so there is one table, and nothing else in a process of ours
/// spawns. The lock is held from the start of a process to its entry in the table, and from the reading of an
/// exit to the removal of the entry: no exit can come before its entry, and no number can be reused while it
/// is in the table.
package final class ProcessTable: Sendable {
    package static let shared = ProcessTable()

    struct Entry {
        var ending: ProcessEnding
        /// With namespaces: where init wrote the status of the program.
        var status: Int32?
        var killsGroupAtEnd: Bool
    }

    private let entries = Mutex<[pid_t: Entry]>([:])
    /// Spawns everything: the kernel ties "die with the parent" to the thread that spawned, so it must never
    /// end.
    private let spawner = WorkerThread()
    private let children = Semaphore()

    private init() {
        // An ignored SIGCHLD, which may be inherited, makes the kernel throw exits away.
        signal(SIGCHLD, SIG_DFL)
        startThread { [unowned self] in reapForever() }
    }

    /// Starts a process and returns once its program runs; an error says why it could not, and nothing is
    /// left.
    ///
    /// Blocks for the few milliseconds of a start.
    package func spawn(_ request: ProcessRequest) throws(GantryError) -> RunningProcess {
        let launch = try Launch(request)
        defer { launch.closeAll() }
        let outcome = spawner.run { [self] in
            entries.withLock { entries -> Result<RunningProcess, GantryError> in
                launch.start().map { started in
                    let ending = ProcessEnding()
                    entries[started.pid] = Entry(
                        ending: ending, status: started.status < 0 ? nil : started.status,
                        killsGroupAtEnd: request.killsGroupAtEnd && !request.namespaces)
                    let ours = launch.keepOurEnds()
                    return RunningProcess(
                        identity: .of(pid: started.pid) ?? ProcessIdentity(pid: started.pid, startTicks: 0),
                        input: ours.input, output: ours.output, error: ours.error,
                        ending: ending, table: self)
                }
            }
        }
        children.post()
        return try outcome.get()
    }

    func send(_ number: Int32, to pid: pid_t, group: Bool) {
        entries.withLock { entries in
            if let entry = entries[pid] {
                // Not reaped, so the number is still this process's own.
                if entry.status != nil && group && number != SIGKILL {
                    gantry_signal_group_of_init(pid, number)
                } else {
                    kill(group ? -pid : pid, number)
                }
            } else if group && kill(pid, 0) != 0 && errno == ESRCH {
                // While members are left, the kernel gives the group's number to no new process.
                kill(-pid, number)
            }
        }
    }

    /// Runs `body` with the processes that the table started and has not reaped, while none can be reaped.
    func withStarted<T: Sendable>(_ body: (Set<pid_t>) -> T) -> T {
        entries.withLock { body(Set($0.keys)) }
    }

    private func reapForever() {
        while true {
            var info = siginfo_t()
            if waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) == 0 {
                let pid = gantry_pid_of(&info)
                if pid > 0 { reap(pid) }
            } else if errno == ECHILD {
                children.wait()
            }
        }
    }

    private func reap(_ pid: pid_t) {
        let ended: (ProcessEnding, ProcessExit)? = entries.withLock { entries in
            let entry = entries[pid]
            if entry?.killsGroupAtEnd == true { kill(-pid, SIGKILL) }
            var status: Int32 = 0
            guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
            guard let entry else { return nil }
            entries[pid] = nil
            if let pipe = entry.status {
                var told: Int32 = 0
                if read(pipe, &told, 4) == 4 { status = told }
                close(pipe)
            }
            return (entry.ending, ProcessExit(waitStatus: status, finishedAt: TimeSource.wall.now()))
        }
        if let (ending, exit) = ended { ending.finish(exit) }
    }
}
