/// Names one body of spans, logs or metrics, so that a body that is sent again is kept once.
///
/// Scoped by the sender that its token names: nobody can use up the ids of another. The same id always stands for the
/// same body; order and gaps mean nothing.
public struct BatchID: Codable, Sendable, Hashable {
    /// Of an HTTP request that carries a body.
    public static let headerName = "Gantry-Batch"
    /// In bytes of `a-z`, `0-9`, `.` and `-`.
    public static let longestStream = 64

    /// Which of the sender's queues, such as `spans`.
    public var stream: String
    /// Tells this queue from an earlier one of the same name.
    public var epoch: Int64
    public var sequence: UInt64

    public init(stream: String, epoch: Int64, sequence: UInt64) {
        (self.stream, self.epoch, self.sequence) = (stream, epoch, sequence)
    }

    /// Reads `STREAM/EPOCH/SEQUENCE`; nil for anything else.
    public init?(header: String) {
        // 64 bytes, two numbers of at most 20, two slashes.
        guard header.utf8.count <= Self.longestStream + 42 else { return nil }
        let parts = header.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, (1...Self.longestStream).contains(parts[0].utf8.count),
            parts[0].utf8.allSatisfy(Self.isAllowed), let epoch = Int64(parts[1]),
            let sequence = UInt64(parts[2])
        else { return nil }
        self.init(stream: String(parts[0]), epoch: epoch, sequence: sequence)
    }

    public var header: String { "\(stream)/\(epoch)/\(sequence)" }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
