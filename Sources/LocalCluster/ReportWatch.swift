import GantryBase
import Glibc
import Model
import Supervision
import Synchronization

/// Notices when an agent has replaced its report, and reads it.
///
/// One thread sleeps on the kernel's notice of renames in the watched folders. Since a notice can be lost (too many at
/// once, no watches left), it also looks at all reports every `rescan`.
final class ReportWatch: Sendable {
    struct Change: Sendable {
        var id: String
        var report: InstanceReport
    }
    static let rescanMilliseconds: Int32 = 5000
    /// Reports wait here for the cluster; beyond it the oldest is dropped, and the next look tells it again.
    static let pendingLimit = 10_000

    private struct Watched {
        var id: String
        var path: String
        var stamp: FileStamp?
    }
    private struct State {
        var watched: [String: Watched] = [:]
        var ids: [Int32: String] = [:]
        /// Those to look at without a notice.
        var added: Set<String> = []
        var isClosed = false
    }

    let changes: AsyncStream<Change>
    private let continuation: AsyncStream<Change>.Continuation
    private let state = Mutex(State())
    private let inotify: Int32
    private let wake: (read: Int32, write: Int32)

    init() throws(GantryError) {
        (changes, continuation) = AsyncStream.makeStream(
            of: Change.self, bufferingPolicy: .bufferingNewest(Self.pendingLimit))
        inotify = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw systemError("cannot watch the reports of instances") }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        wake = (ends[0], ends[1])
        startThread { [self] in run() }
    }

    /// Begins to watch; a report that is there already comes as a first change.
    func add(_ id: String, _ folder: InstanceFolder) {
        let number =
            inotify < 0 ? -1 : inotify_add_watch(inotify, folder.path, UInt32(IN_MOVED_TO | IN_ONLYDIR))
        state.withLock {
            $0.watched[id] = Watched(id: id, path: folder.report)
            if number >= 0 { $0.ids[number] = id }
            $0.added.insert(id)
        }
        poke()
    }

    func remove(_ id: String) {
        state.withLock { state in
            state.watched[id] = nil
            guard let number = state.ids.first(where: { $0.value == id })?.key else { return }
            state.ids[number] = nil
            inotify_rm_watch(inotify, number)
        }
    }

    func close() {
        state.withLock { $0.isClosed = true }
        poke()
    }

    private func poke() {
        var byte: UInt8 = 1
        _ = write(wake.write, &byte, 1)
    }

    private func run() {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while !state.withLock({ $0.isClosed }) {
            var polled = [
                pollfd(fd: wake.read, events: Int16(POLLIN), revents: 0),
                pollfd(fd: inotify, events: Int16(POLLIN), revents: 0),
            ]
            let count = poll(&polled, 2, inotify < 0 ? 500 : Self.rescanMilliseconds)
            if count < 0 { continue }
            _ = read(wake.read, &buffer, buffer.count)
            let named = polled[1].revents != 0 ? drainNotices(&buffer) : []
            let added = state.withLock { state in
                defer { state.added = [] }
                return state.added
            }
            look(at: count == 0 ? nil : named?.union(added))
        }
        continuation.finish()
        if inotify >= 0 { Glibc.close(inotify) }
        Glibc.close(wake.read)
        Glibc.close(wake.write)
    }

    /// - Returns: whose folders changed; nil when some notices were lost.
    private func drainNotices(_ buffer: inout [UInt8]) -> Set<String>? {
        var found: Set<String>? = []
        while true {
            let count = read(inotify, &buffer, buffer.count)
            if count <= 0 { return found }
            var at = 0
            let header = MemoryLayout<inotify_event>.size
            while at + header <= count {
                let event = buffer.withUnsafeBytes {
                    $0.loadUnaligned(fromByteOffset: at, as: inotify_event.self)
                }
                at += header + Int(event.len)
                if event.mask & UInt32(IN_Q_OVERFLOW) != 0 { found = nil }
                if let id = state.withLock({ $0.ids[event.wd] }) { found?.insert(id) }
            }
        }
    }

    /// Reads those reports that are others than at the last look; nil looks at all.
    private func look(at ids: Set<String>?) {
        let watched = state.withLock { state in
            state.watched.values.filter { ids?.contains($0.id) ?? true }
        }
        for item in watched {
            guard let stamp = FileStamp(item.path), stamp != item.stamp,
                let report = StoredFile.read(InstanceReport.self, item.path)
            else { continue }
            let isWatched = state.withLock { state in
                guard state.watched[item.id] != nil else { return false }
                state.watched[item.id]?.stamp = stamp
                return true
            }
            if isWatched { continuation.yield(Change(id: item.id, report: report)) }
        }
    }
}

/// Tells whether a file is another one: writers replace by rename, which makes a new inode.
struct FileStamp: Equatable, Sendable {
    var inode: UInt
    var size: Int
    var seconds: Int
    var nanoseconds: Int

    init?(_ path: String) {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        (inode, size) = (UInt(facts.st_ino), Int(facts.st_size))
        (seconds, nanoseconds) = (facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec)
    }
}
