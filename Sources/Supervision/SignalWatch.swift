import Glibc

/// Turns signals to this process into values.
package enum SignalWatch {
    /// What asks a program of ours to stop in good order.
    package static let termination = [SIGTERM, SIGINT, SIGHUP]

    /// Blocks the signals in this thread and in all that come after it, so that `start` can take them.
    ///
    /// Belongs into the first line of `main`: an older thread would still take a signal and die of it, and after the
    /// first `await` the code may be on another thread than the main one.
    package static func block(_ signals: [Int32]) {
        var set = set(of: signals)
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    private static func set(of signals: [Int32]) -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        return set
    }

    /// Gives each arrival of the signals, which `block` was called with, to `body`; also what came before.
    package static func start(_ signals: [Int32], _ body: @escaping @Sendable (Int32) -> Void) {
        let watched = set(of: signals)
        startThread {
            var watched = watched
            while true {
                var number: Int32 = 0
                if sigwait(&watched, &number) == 0 { body(number) }
            }
        }
    }

    /// The same as a stream; values wait until somebody reads.
    package static func stream(_ signals: [Int32]) -> AsyncStream<Int32> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Int32.self, bufferingPolicy: .bufferingOldest(pendingLimit))
        start(signals) { continuation.yield($0) }
        return stream
    }

    /// Signals that wait for a reader: whoever sends more asks for the same again.
    static let pendingLimit = 16
}
