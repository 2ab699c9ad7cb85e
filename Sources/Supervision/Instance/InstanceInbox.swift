import CGantry
import GantryBase
import Glibc
import Synchronization

/// The signals of an agent, read from a descriptor instead of interrupting it.
struct SignalInbox {
    static let stopping: [Int32] = [SIGTERM, SIGINT, SIGQUIT]
    static let forwarded: [Int32] = [SIGHUP, SIGUSR1, SIGUSR2]

    let descriptor: Int32

    /// Must be made before any other thread is: a thread that does not block a signal would get it and die.
    init() throws(GantryError) {
        let numbers = Self.stopping + Self.forwarded
        descriptor = gantry_signal_inbox(numbers, Int32(numbers.count))
        guard descriptor >= 0 else {
            throw GantryError(.internal, "no signal descriptor: \(String(cString: strerror(errno)))")
        }
        // A log reader or a probe's peer that goes away is an error to handle, not a reason to die.
        signal(SIGPIPE, SIG_IGN)
    }

    func next() -> Int32? {
        let number = gantry_next_signal(descriptor)
        return number > 0 ? number : nil
    }
}

/// Carries messages from tasks to the one thread of an agent, which sleeps in `poll`.
final class Mailbox<Message: Sendable>: Sendable {
    private let messages = Mutex<[Message]>([])
    /// Readable while there may be messages.
    let descriptor: Int32
    private let bell: Int32

    init() throws(GantryError) {
        var ends: [Int32] = [-1, -1]
        guard gantry_pipe(&ends) == 0 else {
            throw GantryError(.limit, "no pipe: \(String(cString: strerror(errno)))")
        }
        for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        (descriptor, bell) = (ends[0], ends[1])
    }

    deinit {
        close(descriptor)
        close(bell)
    }

    func post(_ message: Message) {
        messages.withLock { $0.append(message) }
        // A full pipe is one that rings already.
        var byte: UInt8 = 1
        write(bell, &byte, 1)
    }

    func take() -> [Message] {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(descriptor, &bytes, bytes.count) == bytes.count {}
        return messages.withLock { messages in
            defer { messages = [] }
            return messages
        }
    }
}
