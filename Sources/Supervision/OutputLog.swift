import CGantry
import GantryBase
import Glibc
import Synchronization

/// Copies what a step prints into its log, up to a limit; beyond it reads on, counts and throws away, so that
/// the step is never blocked by its own output.
///
/// A thread of its own, since its reads and writes block. Memory stays at `bufferSize` however much is
/// printed.
final class OutputLog: Sendable {
    /// The size of a pipe of the kernel: one read empties it.
    static let bufferSize = 64 << 10

    private let source: Int32
    private let log: Int32
    private let limit: Int64
    private let mask: SecretMask
    private let stopping: (read: Int32, write: Int32)
    private let state = Mutex(Counts())
    private let ending = ProcessEnding()

    struct Counts: Sendable {
        var written: Int64 = 0
        var dropped: Int64 = 0
        var lastByte: UInt8 = UInt8(ascii: "\n")
    }

    /// Takes over both descriptors.
    init(source: Int32, log: Int32, limit: ByteCount, mask: SecretMask) throws(GantryError) {
        var ends: [Int32] = [-1, -1]
        guard gantry_pipe(&ends) == 0 else { throw systemError("cannot make a pipe") }
        stopping = (ends[0], ends[1])
        (self.source, self.log, self.limit, self.mask) = (source, log, limit.bytes, mask)
        startThread { [self] in copyAll() }
    }

    /// Waits until every writer has closed its end, at most `patience`: a process that escaped every kill
    /// must not hold the step. Then ends the log with a line about what was dropped.
    func finish(patience: Duration) async -> Counts {
        // Safe: cancelled right after the wait below, which is to end the moment the copy does.
        let timer = Task {
            try await Task.sleep(for: patience)
            var byte: UInt8 = 0
            write(stopping.write, &byte, 1)
        }
        _ = await ending.wait()
        timer.cancel()
        // The timer may be about to write: it must be over before its pipe is closed.
        _ = await timer.result
        for descriptor in [stopping.read, stopping.write, source] { close(descriptor) }
        let counts = state.withLock { $0 }
        if counts.dropped > 0 {
            append(
                (counts.lastByte == UInt8(ascii: "\n") ? "" : "\n")
                    + "[gantry] the output limit of \(ByteCount(bytes: limit)) was reached: "
                    + "\(counts.dropped) more bytes were dropped\n")
        }
        fsync(log)
        close(log)
        return counts
    }

    private func append(_ text: String) {
        var text = text
        _ = text.withUTF8 { writeAll(log, UnsafeRawBufferPointer($0)) }
    }

    private func copyAll() {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.bufferSize, alignment: 16)
        defer { buffer.deallocate() }
        var mask = mask
        while waitForOutput() {
            let count = read(source, buffer.baseAddress, buffer.count)
            if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
            if count <= 0 { break }
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            if mask.isEmpty { keep(bytes) } else { mask.apply(Array(bytes)).withUnsafeBytes(keep) }
        }
        mask.end().withUnsafeBytes(keep)
        ending.finish(ProcessExit(exitCode: 0, signal: nil, finishedAt: .epoch))
    }

    /// False when it is told to stop, even while output still comes.
    private func waitForOutput() -> Bool {
        var polled = [
            pollfd(fd: source, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stopping.read, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&polled, 2, -1) < 0 {}
        return polled[1].revents == 0
    }

    private func keep(_ bytes: UnsafeRawBufferPointer) {
        let room = state.withLock { max(0, limit - $0.written) }
        var kept = UnsafeRawBufferPointer(rebasing: bytes[..<min(bytes.count, Int(room))])
        // A full disk costs output, not the step.
        if !kept.isEmpty, !writeAll(log, kept) { kept = UnsafeRawBufferPointer(rebasing: bytes[..<0]) }
        state.withLock {
            $0.written += Int64(kept.count)
            $0.dropped += Int64(bytes.count - kept.count)
            if let last = kept.last { $0.lastByte = last }
        }
    }
}
