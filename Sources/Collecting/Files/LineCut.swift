import Glibc

/// Finds the lines in what was read of a file: a pure step from bytes to ranges.
struct LineCut {
    var lines: [Range<Int>] = []
    /// Where the first line begins that has no end yet.
    var end: Int
    var cutLines = 0
    var cutBytes = 0
    /// The rest of a long line follows and is to be dropped.
    var cutting: Bool

    /// - Parameters:
    ///   - start: of the first line in `bytes`.
    ///   - limit: bytes of a line that are kept.
    ///   - takesRest: also takes bytes at the end that have no newline.
    init(_ bytes: UnsafeRawBufferPointer, from start: Int, limit: Int, cutting: Bool, takesRest: Bool) {
        end = start
        self.cutting = cutting
        guard let base = bytes.baseAddress else { return }
        lines.reserveCapacity((bytes.count - start) / 160)
        while end < bytes.count, let found = memchr(base + end, 10, bytes.count - end) {
            let stop = UnsafeRawPointer(found) - base
            if self.cutting {
                cutBytes += stop - end
                self.cutting = false
            } else {
                take(end..<stop, limit)
            }
            end = stop + 1
        }
        guard end < bytes.count else { return }
        if self.cutting {
            cutBytes += bytes.count - end
            end = bytes.count
        } else if bytes.count - end > limit {
            take(end..<bytes.count, limit)
            self.cutting = true
            end = bytes.count
        } else if takesRest {
            lines.append(end..<bytes.count)
            end = bytes.count
        }
    }

    private mutating func take(_ line: Range<Int>, _ limit: Int) {
        lines.append(line.lowerBound..<min(line.upperBound, line.lowerBound + limit))
        guard line.count > limit else { return }
        cutLines += 1
        cutBytes += line.count - limit
    }
}
