#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Makes lines of chunks as they are read. A line within one chunk is lent without a copy.
///
/// A line longer than the limit is cut there; how much is missing is told with it. Safe to use from one place at a time.
public struct LineSplitter: Sendable {
    /// In bytes. Stack traces and dumped requests stay whole; a line without end costs no more memory than this.
    public static let longestLine = 256 << 10

    /// A line without its end, valid only while it is lent.
    public struct Line {
        public let bytes: UnsafeRawBufferPointer
        /// Bytes of it that were over the limit and are gone.
        public let cut: Int
    }

    private let longest: Int
    private var held: [UInt8] = []
    private var cut = 0
    /// Lines that were cut so far.
    public private(set) var cutLines = 0

    public init(longestLine: Int = Self.longestLine) { longest = max(1, longestLine) }

    /// Bytes that wait for the end of their line.
    public var heldBytes: Int { held.count }

    public mutating func push(_ chunk: UnsafeRawBufferPointer, _ line: (Line) -> Void) {
        guard var at = chunk.baseAddress else { return }
        let end = at + chunk.count
        while at < end {
            guard let newline = memchr(at, 0x0A, end - at).map({ UnsafeRawPointer($0) }) else {
                hold(UnsafeRawBufferPointer(start: at, count: end - at))
                return
            }
            let part = UnsafeRawBufferPointer(start: at, count: newline - at)
            if held.isEmpty, cut == 0 {
                deliver(part, line)
            } else {
                hold(part)
                finish(line)
            }
            at = newline + 1
        }
    }

    /// Delivers what waits as the last line, if anything does.
    public mutating func finish(_ line: (Line) -> Void) {
        guard !held.isEmpty || cut > 0 else { return }
        let last = held
        held.removeAll(keepingCapacity: held.count <= 16 << 10)
        last.withUnsafeBytes { deliver($0, line) }
    }

    private mutating func hold(_ part: UnsafeRawBufferPointer) {
        let room = longest - held.count
        held.append(contentsOf: part.prefix(room))
        cut += max(0, part.count - room)
    }

    private mutating func deliver(_ bytes: UnsafeRawBufferPointer, _ line: (Line) -> Void) {
        var part = bytes[...]
        let over = max(0, part.count - longest)
        part = part.dropLast(over)
        let missing = cut + over
        cut = 0
        if missing > 0 { cutLines += 1 } else if part.last == 0x0D { part = part.dropLast() }
        line(Line(bytes: UnsafeRawBufferPointer(rebasing: part), cut: missing))
    }
}
