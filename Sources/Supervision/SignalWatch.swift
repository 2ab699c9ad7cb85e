import CGantry
import Glibc

/// Turns signals to this process into values.
package enum SignalWatch {
    /// Blocks the signals in this thread and all that come after it, and gives each arrival to `body`.
    ///
    /// Must be called before any other thread starts: an older thread would still take the signal and die of it.
    package static func start(_ signals: [Int32], _ body: @escaping @Sendable (Int32) -> Void) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        let watched = set
        startThread {
            var watched = watched
            while true {
                var number: Int32 = 0
                if sigwait(&watched, &number) == 0 { body(number) }
            }
        }
    }

    /// The same as a stream; its first values wait until somebody reads.
    package static func stream(_ signals: [Int32]) -> AsyncStream<Int32> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Int32.self, bufferingPolicy: .bufferingOldest(pendingLimit))
        start(signals) { continuation.yield($0) }
        return stream
    }

    /// Signals that wait for a reader: whoever sends more asks for the same again.
    static let pendingLimit = 16
}
