import GantryBase
import Glibc

/// Moves a program's output from its pipe to the log, without letting the disk hold up the program.
///
/// While the log's queue is full the pipe is left alone for a moment, which slows a program that writes faster than any
/// disk; when the moment is used up, output is read and dropped until the queue has been empty once. Secrets and what
/// identifies people are masked first of all, so that a piece that is dropped later cannot hide the rest from a mask.
struct ProgramOutput {
    /// How long in all the disk may hold the program up before output is dropped instead.
    static let patience = Period.milliseconds(250)
    /// How soon a full queue is looked at again.
    static let recheck = Period.milliseconds(5)
    /// In bytes; what a pipe holds.
    static let readSize = 64 << 10
    /// In bytes: how much is read after the program's end, from a pipe that something else may still fill.
    static let remainderLimit = 1 << 20

    private let log: RotatingLog
    private let freshMask: SecretMask
    private var mask: SecretMask
    private var people = PersonMask()
    private var tail = OutputTail()
    private var pipe: Int32?
    private var droppedBefore: Int64 = 0
    private var patienceLeft = Self.patience.duration
    private var stalledSince: Duration?

    /// - Parameter secrets: what the program was given, by name.
    init(log: RotatingLog, secrets: [String: String]) {
        self.log = log
        freshMask = SecretMask(secrets)
        mask = freshMask
    }

    mutating func open(_ pipe: Int32?) {
        finish()
        (self.pipe, tail, droppedBefore) = (pipe, OutputTail(), log.droppedBytes)
        (mask, people) = (freshMask, PersonMask())
        if let pipe { _ = fcntl(pipe, F_SETFL, O_NONBLOCK) }
    }

    /// The pipe, or -1 when there is nothing to wait for on it.
    mutating func pollable(now: Duration) -> Int32 {
        guard let pipe else { return -1 }
        if log.isIdle { patienceLeft = Self.patience.duration }
        if let since = stalledSince { patienceLeft -= now - since }
        stalledSince = nil
        if log.hasRoom || patienceLeft <= .zero { return pipe }
        stalledSince = now
        return -1
    }

    func retryAt(_ now: Duration) -> Duration? {
        let retry = stalledSince == nil ? nil : now + Self.recheck.duration
        guard let retry, let held = people.deadline else { return retry ?? people.deadline }
        return min(retry, held)
    }

    /// Lets go of the begin of a line that waited long enough for its end.
    mutating func releaseHeld(now: Duration) { keep(people.expire(now: now)) }

    /// Reads once; closes the pipe at its end.
    @discardableResult mutating func read() -> Int {
        guard let pipe else { return 0 }
        var got = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.readSize) { buffer, count in
            got = Glibc.read(pipe, buffer.baseAddress, Self.readSize)
            count = max(0, got)
        }
        if got <= 0 {
            if got == 0 || (errno != EAGAIN && errno != EINTR) { closePipe() }
            return 0
        }
        // Small pieces are most; they need not keep a large block each.
        let open = mask.apply(bytes.count < Self.readSize / 2 ? Array(bytes[...]) : bytes)
        keep(people.apply(open, now: Moment.now().uptime))
        return bytes.count
    }

    private mutating func keep(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        tail.append(bytes)
        log.append(bytes)
    }

    /// Reads what a program that has ended left in the pipe.
    mutating func readRemainder() {
        var total = 0
        while total < Self.remainderLimit {
            let count = read()
            if count == 0 { return }
            total += count
        }
    }

    mutating func finish() {
        readRemainder()
        closePipe()
    }

    private mutating func closePipe() {
        if let pipe {
            close(pipe)
            keep(people.apply(mask.end(), now: .zero) + people.end())
        }
        (pipe, stalledSince) = (nil, nil)
    }

    var droppedBytes: Int64 { log.droppedBytes - droppedBefore }
    /// As they stand in the log once the pipe has ended.
    var lastLines: [String] {
        var (mask, people, tail) = (mask, people, tail)
        tail.append(people.apply(mask.end(), now: .zero) + people.end())
        return tail.lines(ExitReason.lines)
    }
}
