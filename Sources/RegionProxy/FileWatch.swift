import Glibc
import Synchronization

/// Waits for changes in folders, for a wake-up from elsewhere, or for a time, whichever comes first.
///
/// Belongs to one thread, but for `Waker`. Without inotify (a limit of the machine) it waits for the time alone, and
/// who uses it sees changes with its next regular look.
struct FileWatch: ~Copyable {
    /// Wakes the waiting thread; safe from any thread and from a signal handler.
    struct Waker: Sendable {
        fileprivate let descriptor: Int32
        func wake() {
            var byte: UInt8 = 1
            _ = write(descriptor, &byte, 1)
        }
        var rawDescriptor: Int32 { descriptor }
    }

    private let inotify: Int32
    private let wakeRead: Int32
    let waker: Waker

    init() {
        inotify = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        var ends: [Int32] = [-1, -1]
        let kind = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        _ = socketpair(AF_UNIX, Int32(kind), 0, &ends)
        wakeRead = ends[0]
        waker = Waker(descriptor: ends[1])
    }

    deinit {
        for descriptor in [inotify, wakeRead, waker.descriptor] where descriptor >= 0 { close(descriptor) }
    }

    /// Watches a folder for files that come by rename, are closed after writing, or go. Asking again is harmless, and
    /// needed when the folder was made anew.
    func watch(folder: String) {
        let events = IN_MOVED_TO | IN_MOVED_FROM | IN_CLOSE_WRITE | IN_DELETE | IN_ONLYDIR
        _ = inotify_add_watch(inotify, folder, UInt32(events))
    }

    /// - Returns: whether something happened before the time was over.
    func wait(milliseconds: Int) -> Bool {
        var polled = [
            pollfd(fd: wakeRead, events: Int16(POLLIN), revents: 0),
            pollfd(fd: inotify, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&polled, 2, Int32(clamping: max(0, milliseconds))) > 0 else { return false }
        var scrap = [UInt8](repeating: 0, count: 16 << 10)
        for entry in polled where entry.revents != 0 {
            while read(entry.fd, &scrap, scrap.count) > 0 {}
        }
        return true
    }
}
