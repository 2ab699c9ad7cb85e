import GantryBase
import Glibc
import Synchronization
import Testing

@testable import Collecting

@Suite struct FileTailRaceTests {
    /// A file that is cut off while it is read gives out whole lines only, in order, and the last of them.
    @Test func cuttingAFileOffUnderTheReaderNeverMixesLines() throws {
        let folder = try SpoolFolder()
        let writer = CuttingWriter(path: folder.path + "/a.log")
        let tail = try FileTail(patterns: [folder.path + "/*.log"], positionsPath: folder.path + "/positions")
        let thread = try writer.start()
        var last = -1
        // Some polls after the writer ended there is nothing left to wait for.
        var pollsAfter = 0
        while last < CuttingWriter.count - 1, pollsAfter < 100 {
            if writer.ended.load(ordering: .acquiring) {
                pollsAfter += 1
                usleep(10_000)
            }
            for batch in tail.poll(now: TimeSource.wall.now()) {
                for index in batch.lines.indices {
                    let line = String(decoding: batch.line(index), as: UTF8.self)
                    let number = Int(line.split(separator: " ").first ?? "") ?? -1
                    if line != CuttingWriter.line(number) { Issue.record("never written: \(line)") }
                    if number <= last { Issue.record("\(number) came after \(last)") }
                    last = number
                }
                tail.acknowledge(batch.token)
            }
            writer.reached.store(last, ordering: .releasing)
            writer.polls.add(1, ordering: .acquiringAndReleasing)
        }
        pthread_join(thread, nil)
        #expect(last == CuttingWriter.count - 1)
        #expect(tail.statistics.truncations > 0)
    }
}

/// Appends lines on a thread of its own and cuts the file off now and then.
private final class CuttingWriter: Sendable {
    static let count = 60_000
    let path: String
    let ended = Atomic(false)
    /// How often the reader has looked.
    let polls = Atomic(0)
    /// The last line that it has read.
    let reached = Atomic(-1)

    init(path: String) { self.path = path }

    func start() throws -> pthread_t {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let failed = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<CuttingWriter>.fromOpaque(context).takeRetainedValue().write()
                return nil
            }, context)
        try #require(failed == 0)
        return thread
    }

    static func line(_ number: Int) -> String {
        "\(number) " + String(repeating: "abcdefghij", count: max(0, number) % 20) + " \(number)"
    }

    private func write() {
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        for number in 0..<Self.count {
            // The first cut is under a reader that has read something, on however busy a machine; the others race.
            if number == 1999 { wait { self.reached.load(ordering: .acquiring) > 1000 } }
            if number % 2000 == 1999 { ftruncate(file, 0) }
            if number == 1999 {
                let seen = polls.load(ordering: .acquiring)
                wait { self.polls.load(ordering: .acquiring) > seen + 1 }
            }
            if number % 500 == 0 { usleep(1000) }
            let text = Self.line(number) + "\n"
            _ = Glibc.write(file, text, text.utf8.count)
        }
        close(file)
        ended.store(true, ordering: .releasing)
    }

    private func wait(_ condition: () -> Bool) {
        for _ in 0..<5000 where !condition() { usleep(1000) }
    }
}
