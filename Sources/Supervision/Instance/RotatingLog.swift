package import GantryBase
import Glibc
import Synchronization

/// A program's output on disk, in files of bounded size and number.
///
/// A slow or full disk never blocks the program: output goes through a queue of bounded size to a thread of its own,
/// which alone touches the disk. What finds no room is dropped and counted, and a line in the log says how much, at the
/// place where it is missing. Safe to use from any thread.
package final class RotatingLog: Sendable {
    /// In bytes. Rides out a burst of a disk's latency without mattering for the memory of an agent.
    package static let queueLimit = 1 << 20

    enum Item {
        case bytes([UInt8])
        case dropped(Int64)
        case flush(FlushMark)
        case close
    }

    final class FlushMark: Sendable {
        let reached = Atomic(false)
    }

    /// In bytes, beside the output itself: what keeping one piece of it costs.
    private static let itemCost = 64

    private struct Queue {
        var items: [Item] = []
        var bytes = 0
        /// Dropped since the last item, not yet said.
        var dropping: Int64 = 0
        var dropped: Int64 = 0
    }

    private let queue = Mutex(Queue())
    private let filled = Semaphore()

    package init(path: String, fileBytes: ByteCount, files: Int) {
        let writer = LogFileWriter(path: path, fileBytes: Int(fileBytes.bytes), files: files)
        // The thread keeps this object until `close`.
        startThread { self.write(to: writer) }
    }

    /// Bytes lost so far, for want of room in the queue or on the disk.
    package var droppedBytes: Int64 { queue.withLock { $0.dropped } }

    package var hasRoom: Bool { queue.withLock { $0.bytes < Self.queueLimit } }
    package var isIdle: Bool { queue.withLock { $0.bytes == 0 } }

    /// Takes output as it came; drops it when the queue is full.
    package func append(_ bytes: [UInt8]) {
        let isNew: Bool = queue.withLock { queue in
            guard queue.bytes < Self.queueLimit else {
                queue.dropping += Int64(bytes.count)
                queue.dropped += Int64(bytes.count)
                return false
            }
            if queue.dropping > 0 {
                queue.items.append(.dropped(queue.dropping))
                queue.dropping = 0
            }
            queue.items.append(.bytes(bytes))
            queue.bytes += bytes.count + Self.itemCost
            return true
        }
        if isNew { filled.post() }
    }

    /// Returns when all that was appended is written or dropped, or after `limit`.
    package func flush(within limit: Period) -> Bool {
        let mark = FlushMark()
        queue.withLock { queue in
            if queue.dropping > 0 { queue.items.append(.dropped(queue.dropping)) }
            queue.dropping = 0
            queue.items.append(.flush(mark))
        }
        filled.post()
        let pauseMilliseconds: Int64 = 2
        for _ in 0...limit.milliseconds / pauseMilliseconds {
            if mark.reached.load(ordering: .acquiring) { return true }
            usleep(UInt32(pauseMilliseconds) * 1000)
        }
        return false
    }

    /// Lets go of the file and the thread once all is written; what is appended later is lost.
    package func close() {
        queue.withLock { $0.items.append(.close) }
        filled.post()
    }

    private func write(to initial: LogFileWriter) {
        var writer = initial
        while true {
            filled.wait()
            let items: [Item] = queue.withLock { queue in
                defer { queue.items = [] }
                return queue.items
            }
            for item in items {
                switch item {
                case .bytes(let bytes):
                    let lost = writer.write(bytes)
                    queue.withLock { queue in
                        queue.bytes -= bytes.count + Self.itemCost
                        queue.dropped += lost
                    }
                case .dropped(let count): writer.noteLoss(count)
                case .flush(let mark):
                    writer.sayLoss()
                    mark.reached.store(true, ordering: .releasing)
                case .close:
                    writer.end()
                    return
                }
            }
        }
    }
}
