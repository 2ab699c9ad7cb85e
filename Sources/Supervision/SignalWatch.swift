import CGantry
import Glibc
import Synchronization

/// Turns signals to this process into values.
///
/// By handlers and a pipe, not by blocked signals: the runtime's main thread unblocks all of them while it
/// waits.
package enum SignalWatch {
    /// What asks a program of ours to stop in good order.
    package static let termination = [SIGTERM, SIGINT, SIGHUP]
    /// Signals that wait for a reader: whoever sends more asks for the same again.
    static let pendingLimit = 16
    /// Where the handler writes; set before the first handler is installed. -1 until then.
    private static let pipeEnd = Atomic<Int32>(-1)

    /// Gives each arrival of the signals to `body`, on a thread of its own. Once in a process.
    package static func start(_ signals: [Int32], _ body: @escaping @Sendable (Int32) -> Void) {
        var ends: [Int32] = [-1, -1]
        let made = gantry_pipe(&ends)
        precondition(made == 0, "the system gives no pipe")
        let (set, _) = pipeEnd.compareExchange(
            expected: -1, desired: ends[1], ordering: .sequentiallyConsistent)
        precondition(set, "signals are watched once in a process")
        let source = ends[0]
        startThread {
            var number: UInt8 = 0
            while true {
                if read(source, &number, 1) == 1 { body(Int32(number)) }
            }
        }
        for number in signals { signal(number, handler) }
    }

    /// The same as a stream; values wait until somebody reads.
    package static func stream(_ signals: [Int32]) -> AsyncStream<Int32> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Int32.self, bufferingPolicy: .bufferingOldest(pendingLimit))
        start(signals) { continuation.yield($0) }
        return stream
    }

    /// Only a load and a write, which are safe in a handler; what it interrupts must find its `errno` again.
    private static let handler: @convention(c) (Int32) -> Void = { number in
        let before = errno
        var byte = UInt8(truncatingIfNeeded: number)
        write(SignalWatch.pipeEnd.load(ordering: .relaxed), &byte, 1)
        errno = before
    }
}
