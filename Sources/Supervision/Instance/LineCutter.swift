import Glibc

/// Ends lines that never end: after `longest` bytes without a newline one is put in.
///
/// Whoever reads the log can rely on the bound; no byte of the program's is lost.
struct LineCutter {
    /// In bytes; four times what container runtimes cut at, so that long JSON records stay whole.
    static let longest = 64 << 10

    /// Bytes of the current line so far.
    private(set) var column = 0

    mutating func cut(_ bytes: [UInt8]) -> [UInt8] {
        var cuts: [Int] = []
        bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return }
            var at = 0
            while at < raw.count {
                let found = memchr(base + at, 10, raw.count - at).map { UnsafeRawPointer($0) - base }
                let end = found ?? raw.count
                while column + end - at > Self.longest {
                    at += Self.longest - column
                    column = 0
                    cuts.append(at)
                }
                column = found == nil ? column + end - at : 0
                at = end + (found == nil ? 0 : 1)
            }
        }
        guard !cuts.isEmpty else { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + cuts.count)
        var from = 0
        for cut in cuts {
            result += bytes[from..<cut]
            result.append(10)
            from = cut
        }
        return result + bytes[from...]
    }

    /// Closes a line that was left open.
    mutating func endLine() -> [UInt8] {
        defer { column = 0 }
        return column > 0 ? [10] : []
    }
}
