import GantryBase
import Glibc
import NIOCore
import Synchronization

/// One end of a pipe or a socket that tasks read and write without blocking a thread; closes itself when dropped.
///
/// One reader and one writer at a time.
final class Descriptor: Sendable {
    /// In bytes: what a pipe of the kernel holds.
    static let chunk = 64 << 10
    private let number: Atomic<Int32>

    init(_ number: Int32) {
        makeNonBlocking(number)
        self.number = Atomic(number)
    }

    deinit { close() }

    /// Lets the other side see the end. Not while a read or a write waits.
    func close() {
        let open = number.exchange(-1, ordering: .acquiringAndReleasing)
        if open >= 0 { _ = Glibc.close(open) }
    }

    /// Reads what is there, at least one byte and at most `limit`; nil at the end.
    func read(
        upTo limit: Int = Descriptor.chunk, until deadline: ContinuousClock.Instant? = nil
    ) async throws -> ByteBuffer? {
        let number = number.load(ordering: .acquiring)
        var buffer = ByteBufferAllocator().buffer(capacity: limit)
        while true {
            var failure: Int32 = 0
            let got = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: limit) { space in
                let got = Glibc.read(number, space.baseAddress, limit)
                if got < 0 { failure = errno }
                return max(0, got)
            }
            if got > 0 { return buffer }
            switch failure {
            case 0: return nil
            case EINTR: continue
            case EAGAIN: try await DescriptorWatch.shared.wait(number, for: .readable, until: deadline)
            default: throw Self.error("cannot read", failure)
            }
        }
    }

    /// Writes all of it.
    ///
    /// - Returns: Whether the other side still reads.
    func write(_ buffer: ByteBuffer, until deadline: ContinuousClock.Instant? = nil) async throws -> Bool {
        let number = number.load(ordering: .acquiring)
        var buffer = buffer
        while buffer.readableBytes > 0 {
            var failure: Int32 = 0
            _ = buffer.readWithUnsafeReadableBytes { bytes in
                let put = Glibc.write(number, bytes.baseAddress, bytes.count)
                if put < 0 { failure = errno }
                return max(0, put)
            }
            switch failure {
            case 0, EINTR: continue
            case EAGAIN: try await DescriptorWatch.shared.wait(number, for: .writable, until: deadline)
            case EPIPE, ECONNRESET: return false
            default: throw Self.error("cannot write", failure)
            }
        }
        return true
    }

    /// Gives the descriptor of a waiting connection, or -1 with `errno`.
    func acceptNow() -> Int32 {
        let connection = Glibc.accept(number.load(ordering: .acquiring), nil, nil)
        if connection >= 0 { _ = fcntl(connection, F_SETFD, FD_CLOEXEC) }
        return connection
    }

    func waitUntilReadable() async throws {
        try await DescriptorWatch.shared.wait(number.load(ordering: .acquiring), for: .readable)
    }

    static func error(_ what: String, _ number: Int32) -> GantryError {
        GantryError(.unavailable, "\(what): \(String(cString: strerror(number)))")
    }
}
