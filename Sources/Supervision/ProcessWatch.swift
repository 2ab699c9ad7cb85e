import CGantry
import Glibc
package import Model
import Synchronization

/// Waits for the end of processes that are not our children, and signals them without ever hitting a later
/// process with the same number.
///
/// One thread polls the pidfds of all watched processes. Where the kernel gives no pidfd, `/proc` is looked
/// at every `pollInterval` instead.
package final class ProcessWatch: Sendable {
    package static let shared = ProcessWatch()
    /// Long enough to cost nothing, short beside every wait that follows the end of an instance.
    static let pollInterval: Duration = .milliseconds(250)

    private struct Waiter {
        var pidfd: Int32
        var continuation: CheckedContinuation<Void, Never>
    }
    private struct State {
        var lastID: UInt64 = 0
        var waiters: [UInt64: Waiter] = [:]
        var cancelled: Set<UInt64> = []
    }
    private let state = Mutex(State())
    /// Wakes the thread from its poll when the set of watched processes has changed.
    private let wake: (read: Int32, write: Int32)

    private init() {
        var ends: [Int32] = [-1, -1]
        let failed = gantry_pipe(&ends)
        precondition(failed == 0, "the system gives no pipe")
        wake = (ends[0], ends[1])
        startThread { [unowned self] in pollForever() }
    }

    /// Returns when the process has ended (or its task is cancelled); at once when it has already.
    package func exited(_ identity: ProcessIdentity) async {
        guard let pidfd = Self.open(identity) else {
            while identity.isAlive, !Task.isCancelled { try? await Task.sleep(for: Self.pollInterval) }
            return
        }
        let id = state.withLock {
            $0.lastID += 1
            return $0.lastID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return false }
                    state.waiters[id] = Waiter(pidfd: pidfd, continuation: continuation)
                    return true
                }
                if waits {
                    wakeThread()
                } else {
                    close(pidfd)
                    continuation.resume()
                }
            }
        } onCancel: {
            state.withLock { _ = $0.cancelled.insert(id) }
            wakeThread()
        }
        state.withLock { _ = $0.cancelled.remove(id) }
    }

    /// Sends a signal to exactly this process.
    /// - Returns: false when it has ended, or may not be signalled by us.
    @discardableResult
    package func signal(_ identity: ProcessIdentity, _ number: Int32) -> Bool {
        guard let pidfd = Self.open(identity) else {
            return identity.isAlive && kill(identity.pid, number) == 0
        }
        defer { close(pidfd) }
        return identity.isAlive && gantry_pidfd_signal(pidfd, number) == 0
    }

    /// The start time is compared after the pidfd is open: from then on it cannot come to mean another
    /// process.
    private static func open(_ identity: ProcessIdentity) -> Int32? {
        let pidfd = gantry_pidfd_open(identity.pid)
        guard pidfd >= 0 else { return nil }
        if ProcessIdentity.of(pid: identity.pid) == identity { return pidfd }
        close(pidfd)
        return nil
    }

    private func wakeThread() {
        var byte: UInt8 = 0
        while write(wake.write, &byte, 1) < 0 && errno == EINTR {}
    }

    private func pollForever() {
        var scratch = [UInt8](repeating: 0, count: 256)
        while true {
            let ids = state.withLock { $0.waiters.map { (id: $0.key, pidfd: $0.value.pidfd) } }
            var polled = [pollfd(fd: wake.read, events: Int16(POLLIN), revents: 0)]
            polled += ids.map { pollfd(fd: $0.pidfd, events: Int16(POLLIN), revents: 0) }
            guard poll(&polled, nfds_t(polled.count), -1) > 0 else { continue }
            if polled[0].revents != 0 { _ = read(wake.read, &scratch, scratch.count) }
            let ended = zip(ids, polled.dropFirst()).filter { $1.revents != 0 }.map(\.0.id)
            finish(ended)
        }
    }

    private func finish(_ ended: [UInt64]) {
        let waiters: [Waiter] = state.withLock { state in
            let over = ended + state.cancelled.filter { state.waiters[$0] != nil }
            return over.compactMap { state.waiters.removeValue(forKey: $0) }
        }
        for waiter in waiters {
            close(waiter.pidfd)
            waiter.continuation.resume()
        }
    }
}
