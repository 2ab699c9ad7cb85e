import Glibc

/// Writes the files of one log: `PATH`, then `PATH.1` (the youngest before it), `PATH.2` … after rotation.
///
/// Belongs to one thread. Trouble with the disk loses output and nothing else: every write is tried anew.
struct LogFileWriter: Sendable {
    private let path: String
    private let fileBytes: Int
    /// Files in all, the current one included.
    private let files: Int
    private var file: Int32 = -1
    private var size = 0
    private var atLineStart = true
    private var cutter = LineCutter()
    /// Lost bytes that no line has told of yet.
    private var unsaid: Int64 = 0

    init(path: String, fileBytes: Int, files: Int) {
        (self.path, self.files) = (path, max(1, files))
        self.fileBytes = max(1, fileBytes)
    }

    /// Returns the number of bytes that could not be written.
    mutating func write(_ bytes: [UInt8]) -> Int64 {
        guard openFile(), sayLoss() else {
            unsaid += Int64(bytes.count)
            return Int64(bytes.count)
        }
        let lines = cutter.cut(bytes)
        var at = 0
        while at < lines.count {
            if atLineStart, size > 0, size >= fileBytes { rotate() }
            let end = endOfPart(lines, from: at)
            if end == at {
                rotate()
                continue
            }
            let written = put(lines[at..<end])
            if written < end - at {
                let lost = Int64(lines.count - at - written)
                unsaid += lost
                return lost
            }
            at = end
        }
        return 0
    }

    /// How much of the lines goes into the current file: whole lines while they fit; a line that was begun is finished
    /// beyond the bound, by one line's length at most. Returns `at` when a line would fit into a fresh file only.
    private func endOfPart(_ lines: [UInt8], from at: Int) -> Int {
        let room = max(0, fileBytes - size)
        guard lines.count - at > room else { return lines.count }
        if let newline = lines[at..<at + room].lastIndex(of: 10) { return newline + 1 }
        if atLineStart, size > 0 { return at }
        return lines[at...].firstIndex(of: 10).map { $0 + 1 } ?? lines.count
    }

    mutating func noteLoss(_ bytes: Int64) { unsaid += bytes }

    /// Writes a line about what is missing; false when not even that can be written.
    @discardableResult mutating func sayLoss() -> Bool {
        guard unsaid > 0 else { return true }
        guard openFile() else { return false }
        let line = "gantry: \(unsaid) bytes of output are missing here: the disk was full or too slow\n"
        let text = (atLineStart ? "" : "\n") + line
        guard put(Array(text.utf8)[...]) == text.utf8.count else { return false }
        unsaid = 0
        return true
    }

    /// Opens or makes the file and goes on where an earlier agent ended.
    private mutating func openFile() -> Bool {
        if file >= 0 { return true }
        file = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard file >= 0 else { return false }
        size = Int(lseek(file, 0, SEEK_END))
        var last: UInt8 = 10
        if size > 0 { pread(file, &last, 1, off_t(size - 1)) }
        atLineStart = last == 10
        if !atLineStart { _ = put([10]) }
        return true
    }

    /// Returns the number of bytes written.
    private mutating func put(_ bytes: ArraySlice<UInt8>) -> Int {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(file, $0.baseAddress?.advanced(by: done), bytes.count - done)
            }
            if count > 0 { done += count } else if errno != EINTR { break }
        }
        size += done
        if done > 0 { atLineStart = bytes[bytes.startIndex + done - 1] == 10 }
        return done
    }

    /// Makes room by moving the files on. Where that fails the current file is emptied: the bound comes first.
    private mutating func rotate() {
        for number in stride(from: files - 1, to: 1, by: -1) {
            rename("\(path).\(number - 1)", "\(path).\(number)")
        }
        if files > 1, rename(path, "\(path).1") == 0 {
            close(file)
            file = -1
            if openFile() { return }
        }
        if file >= 0 { ftruncate(file, 0) }
        (size, atLineStart) = (0, true)
    }

    mutating func end() {
        sayLoss()
        if file >= 0 { close(file) }
        file = -1
    }
}
