import Glibc
import Synchronization

/// `gantry-agent proxy PLAN.json --report FILE [--threads N]`
package enum ProxyCommand {
    package static let usage = "usage: gantry-agent proxy PLAN.json --report FILE [--threads N]"

    struct Arguments: Equatable {
        var plan = ""
        var report = ""
        var threads = 1

        /// Nil when they do not fit `usage`.
        init?(_ words: [String]) {
            var rest = words[...]
            while let word = rest.popFirst() {
                switch word {
                case "--report":
                    guard let value = rest.popFirst() else { return nil }
                    report = value
                case "--threads":
                    guard let value = rest.popFirst().flatMap({ Int($0) }), (1...64).contains(value) else {
                        return nil
                    }
                    threads = value
                default:
                    guard plan.isEmpty, !word.hasPrefix("-") else { return nil }
                    plan = word
                }
            }
            guard !plan.isEmpty, !report.isEmpty else { return nil }
        }
    }

    /// Serves until SIGTERM or SIGINT, then drains. Blocks the calling thread, which should be the process's first.
    ///
    /// - Parameter words: what follows `proxy`.
    /// - Returns: the exit status: 0 after a drain, 64 for wrong arguments.
    package static func run(_ words: [String]) -> Int32 {
        guard let arguments = Arguments(words) else {
            say(usage)
            return 64
        }
        raiseFileLimit()
        let server = ProxyServer(
            plan: arguments.plan, report: arguments.report, threads: arguments.threads,
            isStopping: { StopSignal.came.load(ordering: .acquiring) })
        StopSignal.install(waking: server.stopper.wakeDescriptor)
        server.run(log: say)
        return 0
    }

    private static func say(_ line: String) {
        let bytes = Array("gantry proxy: \(line)\n".utf8)
        _ = write(2, bytes, bytes.count)
    }

    /// Each request may hold two sockets; the default of 1,024 files would be the first limit met.
    private static func raiseFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

/// Remembers that the process was asked to end. Global, since a signal handler can reach nothing else; atomics only,
/// as anything more is not safe in one.
enum StopSignal {
    static let came = Atomic(false)
    private static let wakeDescriptor = Atomic<Int32>(-1)

    static func install(waking descriptor: Int32) {
        wakeDescriptor.store(descriptor, ordering: .releasing)
        for number in [SIGTERM, SIGINT] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { _ in
                StopSignal.came.store(true, ordering: .releasing)
                var byte: UInt8 = 1
                _ = write(StopSignal.wakeDescriptor.load(ordering: .acquiring), &byte, 1)
            }
            action.sa_flags = SA_RESTART
            sigaction(number, &action, nil)
        }
        // Whoever started the process may have left these blocked.
        var numbers = sigset_t()
        sigemptyset(&numbers)
        sigaddset(&numbers, SIGTERM)
        sigaddset(&numbers, SIGINT)
        pthread_sigmask(SIG_UNBLOCK, &numbers, nil)
        signal(SIGPIPE, SIG_IGN)
    }
}
