/// Writes single records as the protobuf messages that OTLP has for them, one after the other in the same memory.
///
/// For stores that keep records by themselves: a request around each costs as much again as the record.
public struct RecordEncoder {
    private var sizer = ProtobufSizer()
    private var bytes: [UInt8] = []

    public init() {}

    /// Writes a record; one in which nothing is set has no bytes.
    public mutating func encode(_ record: LogRecord) { write(record) }
    public mutating func encode(_ record: SpanRecord) { write(record) }

    /// Lends the message that was written last.
    public func withMessage(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<sizer.size])) }
    }

    private mutating func write(_ message: some ProtobufMessage) {
        sizer.reset()
        message.write(to: &sizer)
        if bytes.count < sizer.size { bytes = [UInt8](repeating: 0, count: sizer.size * 2) }
        let sizer = sizer
        bytes.withUnsafeMutableBytes { buffer in
            ProtobufWriter.write(
                message, measuredBy: sizer, to: UnsafeMutableRawBufferPointer(rebasing: buffer[..<sizer.size])
            )
        }
    }
}

extension LogRecord {
    /// Reads a message that `RecordEncoder` wrote.
    public init(protobuf bytes: UnsafeRawBufferPointer) throws(OTLPError) {
        self = try message(bytes, .log) ?? LogRecord()
    }
}

extension SpanRecord {
    /// Reads a message that `RecordEncoder` wrote; a span without ids is an error.
    public init(protobuf bytes: UnsafeRawBufferPointer) throws(OTLPError) {
        guard let span: SpanRecord = try message(bytes, .span) else { throw OTLPError(.missingID) }
        self = span
    }
}

private func message<Record: OTLPRecord>(
    _ bytes: UnsafeRawBufferPointer, _ schema: OTLPMessage
) throws(OTLPError) -> Record? {
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return nil }
    var tally = OTLPTally()
    do throws(ProtobufFault) {
        return try Record.read(ProtobufReader(start, start + bytes.count), &tally)
    } catch {
        throw schema.error(error, in: bytes)
    }
}
