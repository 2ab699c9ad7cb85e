import GantryBase
import Glibc
package import Model
import Synchronization

/// A process of ours, from its start to the reading of its exit; a handle that may be copied and shared.
package struct RunningProcess: Sendable {
    package let identity: ProcessIdentity
    /// Our ends of the pipes that were asked for; whoever asked closes them.
    package let input: Int32?
    package let output: Int32?
    package let error: Int32?
    let ending: ProcessEnding
    unowned let table: ProcessTable

    /// Returns when the process has ended; at once when it has already. Any number of tasks may wait. Not
    /// cancelled with its task: end the process instead.
    package func wait() async -> ProcessExit { await ending.wait() }

    /// How it ended, or nil while it runs.
    package var exit: ProcessExit? { ending.exit }

    /// Sends a signal to the program alone; does nothing once it has ended.
    package func signal(_ signal: Int32) { table.send(signal, to: identity.pid, group: false) }

    /// Sends a signal to the program's whole group. Also reaches what outlived the program in that group.
    package func signalGroup(_ signal: Int32) { table.send(signal, to: identity.pid, group: true) }
}

/// The end of one process, told once and read by any number of tasks.
final class ProcessEnding: Sendable {
    private enum State {
        case running([CheckedContinuation<ProcessExit, Never>])
        case ended(ProcessExit)
    }
    private let state = Mutex(State.running([]))

    var exit: ProcessExit? {
        state.withLock {
            if case .ended(let exit) = $0 { exit } else { nil }
        }
    }

    func wait() async -> ProcessExit {
        await withCheckedContinuation { continuation in
            let exit: ProcessExit? = state.withLock {
                switch $0 {
                case .ended(let exit): return exit
                case .running(let waiting):
                    $0 = .running(waiting + [continuation])
                    return nil
                }
            }
            if let exit { continuation.resume(returning: exit) }
        }
    }

    func finish(_ exit: ProcessExit) {
        let waiting: [CheckedContinuation<ProcessExit, Never>] = state.withLock {
            guard case .running(let waiting) = $0 else { return [] }
            $0 = .ended(exit)
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: exit) }
    }
}
