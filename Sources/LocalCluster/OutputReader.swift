import GantryBase
import Glibc
import Model
import Supervision

/// Reads the output of one instance from its files, and follows it across their rotation.
///
/// Used by one task at a time, as the state of one stream. Memory is bounded: a line is read on from the file when the
/// one before it was taken.
actor OutputReader {
    /// How long a new line may take to be seen.
    static let look: Duration = .milliseconds(100)
    /// Read at once.
    static let chunk = 64 << 10
    /// A line without an end is given out in parts of this many bytes; agents cut at 64 KiB.
    static let longestLine = 256 << 10
    /// Lines of the past at most; more is a matter for files, not for a stream.
    static let mostLines = 10_000

    private let folder: InstanceFolder
    private let files: Int
    private let lines: Int
    private let follows: Bool
    /// Whether nothing more can be written.
    private let isOver: @Sendable () async -> Bool
    private var file: Int32 = -1
    private var ready: ArraySlice<String> = []
    private var partial: [UInt8] = []
    private var hasBegun = false

    init(
        folder: InstanceFolder, files: Int, lines: Int, follows: Bool,
        isOver: @escaping @Sendable () async -> Bool
    ) {
        (self.folder, self.files, self.follows, self.isOver) = (folder, files, follows, isOver)
        self.lines = max(0, min(lines, Self.mostLines))
    }

    deinit { if file >= 0 { close(file) } }

    /// The next line, or nil at the end.
    func next() async throws -> String? {
        if !hasBegun {
            hasBegun = true
            try await begin()
        }
        while true {
            if let line = ready.popFirst() { return line }
            guard follows, !Task.isCancelled else { return nil }
            // Asked before reading: what came before the end is then read after it.
            let over = await isOver()
            if try await readOn() { continue }
            if over {
                guard !partial.isEmpty else { return nil }
                defer { partial = [] }
                return String(decoding: partial, as: UTF8.self)
            }
            do { try await Task.sleep(for: Self.look) } catch { return nil }
        }
    }

    private func begin() async throws(GantryError) {
        let (path, files, lines, follows) = (folder.output, files, lines, follows)
        let past = try await blocking { () throws(GantryError) in
            OutputPast.read(path: path, files: files, lines: lines)
        }
        (file, ready, partial) = (past.file, past.lines[...], past.partial)
        if !follows, !partial.isEmpty {
            ready.append(String(decoding: partial, as: UTF8.self))
            ready = ready.suffix(lines)
        }
    }

    /// - Returns: whether there was anything new.
    private func readOn() async throws(GantryError) -> Bool {
        let (path, files, current) = (folder.output, files, file)
        let (next, bytes) = try await blocking { () throws(GantryError) in
            Self.read(path, files: files, current)
        }
        file = next
        guard !bytes.isEmpty else { return next != current && next >= 0 }
        partial += bytes
        var start = 0
        while let end = partial[start...].firstIndex(of: 10) {
            ready.append(String(decoding: partial[start..<end], as: UTF8.self))
            start = end + 1
        }
        partial.removeFirst(start)
        if partial.count > Self.longestLine {
            ready.append(String(decoding: partial, as: UTF8.self))
            partial = []
        }
        return true
    }

    /// Reads on; at the end of a file that was moved away, opens the one that took its place.
    private static func read(_ path: String, files: Int, _ current: Int32) -> (file: Int32, bytes: [UInt8]) {
        var buffer = [UInt8](repeating: 0, count: chunk)
        if current >= 0 {
            let named = FileStamp(path)
            let count = Glibc.read(current, &buffer, buffer.count)
            if count > 0 { return (current, Array(buffer[..<count])) }
            var facts = stat()
            guard fstat(current, &facts) == 0, let named, named.inode != UInt(facts.st_ino) else {
                return (current, [])
            }
            // It may have been moved on more than once since.
            let place =
                (1..<max(2, files)).first { FileStamp("\(path).\($0)")?.inode == UInt(facts.st_ino) } ?? 1
            let next = place == 1 ? path : "\(path).\(place - 1)"
            close(current)
            return (open(next, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), [])
        }
        return (open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), [])
    }
}

/// What was written so far: the last lines, and the open file to go on from.
struct OutputPast: Sendable {
    var lines: [String] = []
    /// The begin of a line that has no end yet.
    var partial: [UInt8] = []
    var file: Int32 = -1

    /// Opens all files from the youngest on before reading, so that a rotation in between repeats none and loses none.
    static func read(path: String, files: Int, lines: Int) -> OutputPast {
        var past = OutputPast()
        var opened: [(file: Int32, inode: UInt)] = []
        for number in 0..<max(1, files) {
            let name = number == 0 ? path : "\(path).\(number)"
            let file = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
            guard file >= 0 else { continue }
            var facts = stat()
            fstat(file, &facts)
            if opened.contains(where: { $0.inode == UInt(facts.st_ino) }) {
                close(file)
            } else {
                opened.append((file, UInt(facts.st_ino)))
            }
        }
        past.file = opened.first?.file ?? -1
        var bytes: [UInt8] = []
        for (index, entry) in opened.enumerated() {
            bytes = tail(of: entry.file, lines: lines) + bytes
            if index > 0 { close(entry.file) }
        }
        let end = bytes.lastIndex(of: 10).map { $0 + 1 } ?? 0
        past.partial = Array(bytes[end...])
        if lines > 0, end > 0 {
            past.lines = bytes[..<(end - 1)].split(separator: 10, omittingEmptySubsequences: false)
                .suffix(lines).map { String(decoding: $0, as: UTF8.self) }
        }
        return past
    }

    /// The end of a file with at least so many lines, where it has them; leaves the file at its end.
    private static func tail(of file: Int32, lines: Int) -> [UInt8] {
        var end = lseek(file, 0, SEEK_END)
        var bytes: [UInt8] = []
        var found = 0
        while end > 0, found <= lines {
            let start = max(0, end - off_t(OutputReader.chunk))
            var buffer = [UInt8](repeating: 0, count: Int(end - start))
            let count = pread(file, &buffer, buffer.count, start)
            guard count == buffer.count else { break }
            found += buffer.count { $0 == 10 }
            bytes = buffer + bytes
            end = start
        }
        return bytes
    }
}
