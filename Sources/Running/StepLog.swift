import GantryBase
import Glibc
import Supervision

/// Reads a step's log from its first byte on, and goes on while the step writes.
struct StepLog: Sendable {
    let file: String
    /// Whether nothing more will be written.
    let isOver: @Sendable () async -> Bool

    static let chunk = 64 << 10
    /// How soon a follower sees a new line.
    static let poll = Period.milliseconds(200)

    func bytes(follow: Bool) -> AsyncThrowingStream<[UInt8], any Error> {
        let reader = Reader(file: file, isOver: isOver, follow: follow)
        return AsyncThrowingStream { try await reader.next() }
    }

    private actor Reader {
        let file: String
        let isOver: @Sendable () async -> Bool
        let follow: Bool
        var offset: Int64 = 0

        init(file: String, isOver: @escaping @Sendable () async -> Bool, follow: Bool) {
            (self.file, self.isOver, self.follow) = (file, isOver, follow)
        }

        func next() async throws -> [UInt8]? {
            while !Task.isCancelled {
                // Asked before reading: what was written before the end is then read before the end is told.
                let over = await isOver()
                let piece = try read()
                if !piece.isEmpty { return piece }
                if over || !follow { return nil }
                try await Task.sleep(for: StepLog.poll.duration)
            }
            return nil
        }

        private func read() throws(GantryError) -> [UInt8] {
            let descriptor = open(file, O_RDONLY | O_CLOEXEC)
            if descriptor < 0 {
                if errno == ENOENT { return [] }
                throw GantryError(.unavailable, "cannot read \(file): \(String(cString: strerror(errno)))")
            }
            defer { close(descriptor) }
            var buffer = [UInt8](repeating: 0, count: StepLog.chunk)
            let count = pread(descriptor, &buffer, buffer.count, off_t(offset))
            guard count > 0 else { return [] }
            offset += Int64(count)
            return Array(buffer[..<count])
        }
    }
}
