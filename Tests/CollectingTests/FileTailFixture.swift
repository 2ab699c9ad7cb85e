import GantryBase
import Glibc
import Testing

@testable import Collecting

/// A folder of log files, a tail over it, and a clock that only the test moves.
final class FileTailFixture {
    let folder: SpoolFolder
    var options: FileTailOptions
    var now = Timestamp(seconds: 1000)
    private(set) var tail: FileTail
    private var tokens: [FileTailToken] = []

    init(options: FileTailOptions = FileTailOptions(), pattern: String = "*.log") throws {
        folder = try SpoolFolder()
        self.options = options
        tail = try Self.make(folder, options, pattern)
    }

    private static func make(
        _ folder: SpoolFolder, _ options: FileTailOptions, _ pattern: String
    ) throws -> FileTail {
        try FileTail(
            patterns: [folder.path + "/" + pattern], positionsPath: folder.path + "/state/positions",
            options: options)
    }

    func path(_ name: String) -> String { folder.path + "/" + name }

    func append(_ name: String, _ text: String) throws {
        let file = open(path(name), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        try #require(file >= 0)
        defer { close(file) }
        try #require(write(file, text, text.utf8.count) == text.utf8.count)
    }

    func rename(_ old: String, _ new: String) throws {
        try #require(Glibc.rename(path(old), path(new)) == 0)
    }

    func truncate(_ name: String) throws { try #require(Glibc.truncate(path(name), 0) == 0) }
    func delete(_ name: String) throws { try #require(unlink(path(name)) == 0) }

    func pollOnce() -> [TailedLines] {
        let batches = tail.poll(now: now)
        tokens += batches.map(\.token)
        now = now + .milliseconds(100)
        return batches
    }

    /// All lines that come within so many polls of 0.1 s each; more than a rescan apart.
    func lines(polls: Int = 8) -> [String] {
        var all: [String] = []
        for _ in 0..<polls {
            for batch in pollOnce() {
                all += batch.lines.indices.map { String(decoding: batch.line($0), as: UTF8.self) }
            }
        }
        return all
    }

    func acknowledge() {
        for token in tokens { tail.acknowledge(token) }
        tokens = []
    }

    /// Ends the tail and starts another; what was not acknowledged and saved is forgotten.
    func restart(saving: Bool = true, pattern: String = "*.log") throws {
        if saving {
            acknowledge()
            try tail.savePositions()
        }
        tokens = []
        tail = try Self.make(folder, options, pattern)
    }
}
