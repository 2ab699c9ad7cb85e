import Glibc

/// Wakes a thread that waits. Ringing is remembered until the next `wait`, and ringing twice is ringing once.
final class Bell: Sendable {
    private let reader: Int32
    private let writer: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        let kind = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        // Only a process that has no descriptors left gets none; its waits then last their whole time.
        _ = socketpair(AF_UNIX, Int32(kind), 0, &ends)
        (reader, writer) = (ends[0], ends[1])
    }

    deinit {
        close(reader)
        close(writer)
    }

    func ring() {
        var byte: UInt8 = 1
        _ = write(writer, &byte, 1)
    }

    /// - Parameter milliseconds: nil waits until it is rung.
    /// - Returns: whether it was rung.
    @discardableResult func wait(milliseconds: Int64?) -> Bool {
        var polled = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
        let time = milliseconds.map { Int32(clamping: max(0, $0)) } ?? -1
        guard poll(&polled, 1, time) > 0 else { return false }
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { scrap in
            while read(reader, scrap.baseAddress, scrap.count) == scrap.count {}
        }
        return true
    }
}
