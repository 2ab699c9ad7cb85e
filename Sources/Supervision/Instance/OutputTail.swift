/// Keeps the last output of a program in memory, for the words that explain its end.
struct OutputTail {
    /// In bytes: five lines of 200 characters of four bytes, and as much again for what surrounds them.
    static let size = 8 << 10

    private var bytes: [UInt8] = []

    mutating func append(_ chunk: some RandomAccessCollection<UInt8>) {
        if chunk.count >= Self.size {
            bytes = Array(chunk.suffix(Self.size))
            return
        }
        bytes += chunk
        // Moved rarely, so that many small writes cost little.
        if bytes.count > 2 * Self.size { bytes.removeFirst(bytes.count - Self.size) }
    }

    /// The last lines that say anything, oldest first, without control characters.
    func lines(_ count: Int) -> [String] {
        let lines = bytes.suffix(Self.size).split(whereSeparator: { $0 == 10 || $0 == 13 })
        return lines.map { line in
            String(decoding: line.map { $0 < 32 || $0 == 127 ? 32 : $0 }, as: UTF8.self)
        }
        .filter { !$0.allSatisfy { $0 == " " } }
        .suffix(count)
        .map { $0 }
    }
}
