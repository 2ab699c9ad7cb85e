import Foundation
import GantryBase
import Glibc
import Synchronization

/// Waits for descriptors on one thread, so that no task blocks a thread that all tasks share.
///
/// Built on poll: pipes and Unix sockets of at most some hundred exchanges need nothing faster.
final class DescriptorWatch: Sendable {
    static let shared = DescriptorWatch()

    enum Event: Sendable { case readable, writable }

    private struct Waiter {
        var descriptor: Int32
        var events: Int16
        var deadline: ContinuousClock.Instant?
        var continuation: CheckedContinuation<Void, any Error>
    }
    private struct State {
        var next: UInt64 = 0
        var waiters: [UInt64: Waiter] = [:]
    }
    private let state = Mutex(State())
    private let wakeRead: Int32
    private let wakeWrite: Int32

    private init() {
        // A write to a pipe whose reader has ended must be an error of that write, not the end of the server.
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "the system gives no pipe")
        (wakeRead, wakeWrite) = (ends[0], ends[1])
        for end in ends {
            makeNonBlocking(end)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        Thread.detachNewThread { [unowned self] in watchForever() }
    }

    /// Returns when the descriptor is ready, or at its end or error: the next read or write then says so.
    ///
    /// - Throws: `CancellationError`, or a timeout when the deadline passes first.
    func wait(
        _ descriptor: Int32, for event: Event, until deadline: ContinuousClock.Instant? = nil
    ) async throws {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let waiter = Waiter(
                    descriptor: descriptor, events: Int16(event == .readable ? POLLIN : POLLOUT),
                    deadline: deadline, continuation: continuation)
                state.withLock { $0.waiters[id] = waiter }
                // A cancellation that came before the entry found nothing to remove.
                if Task.isCancelled { finish(id, CancellationError()) }
                wake()
            }
        } onCancel: {
            finish(id, CancellationError())
        }
    }

    private func finish(_ id: UInt64, _ error: (any Error)?) {
        guard let waiter = state.withLock({ $0.waiters.removeValue(forKey: id) }) else { return }
        if let error {
            waiter.continuation.resume(throwing: error)
        } else {
            waiter.continuation.resume()
        }
    }

    private func wake() {
        var byte: UInt8 = 1
        // A full pipe wakes as well as one byte more.
        _ = write(wakeWrite, &byte, 1)
    }

    private func watchForever() {
        var drain = [UInt8](repeating: 0, count: 256)
        while true {
            let waiting = state.withLock { Array($0.waiters) }
            var polled = [pollfd(fd: wakeRead, events: Int16(POLLIN), revents: 0)]
            polled += waiting.map { pollfd(fd: $0.value.descriptor, events: $0.value.events, revents: 0) }
            _ = poll(
                &polled, nfds_t(polled.count), Self.milliseconds(to: waiting.compactMap(\.value.deadline)))
            if polled[0].revents != 0 { while read(wakeRead, &drain, drain.count) > 0 {} }
            let now = ContinuousClock.now
            for (index, (id, waiter)) in waiting.enumerated() {
                if polled[index + 1].revents != 0 {
                    finish(id, nil)
                } else if let deadline = waiter.deadline, deadline <= now {
                    finish(id, GantryError(.timeout, "the other side did not go on in time"))
                }
            }
        }
    }

    private static func milliseconds(to deadlines: [ContinuousClock.Instant]) -> Int32 {
        guard let first = deadlines.min() else { return -1 }
        let left = ContinuousClock.now.duration(to: first)
        // Rounded up, so that a deadline that is near is not polled for in a tight loop.
        let milliseconds =
            left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
        return Int32(clamping: max(0, milliseconds))
    }
}

func makeNonBlocking(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
}
