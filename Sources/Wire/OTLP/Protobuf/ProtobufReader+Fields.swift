import GantryBase

/// Fields in the types that OTLP gives them.
extension ProtobufReader {
    @inline(__always)
    mutating func traceID() throws(ProtobufFault) -> TraceID {
        let content = try message()
        switch content.end - content.at {
        case 16:
            return TraceID(
                high: UInt64(bigEndian: content.at.loadUnaligned(as: UInt64.self)),
                low: UInt64(bigEndian: content.at.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        case 0: return TraceID(high: 0, low: 0)
        default: throw ProtobufFault(.wrongIDLength, at: content.at)
        }
    }

    @inline(__always)
    mutating func spanID() throws(ProtobufFault) -> SpanID {
        let content = try message()
        switch content.end - content.at {
        case 8: return SpanID(UInt64(bigEndian: content.at.loadUnaligned(as: UInt64.self)))
        case 0: return SpanID(0)
        default: throw ProtobufFault(.wrongIDLength, at: content.at)
        }
    }

    /// Reads Unix nanoseconds; a time beyond the year 2262 becomes the last one that can be told.
    @inline(__always)
    mutating func time() throws(ProtobufFault) -> Timestamp {
        Timestamp(nanoseconds: Int64(clamping: try fixed64()))
    }

    @inline(__always)
    mutating func double() throws(ProtobufFault) -> Double { Double(bitPattern: try fixed64()) }

    @inline(__always)
    mutating func uint32() throws(ProtobufFault) -> UInt32 { UInt32(truncatingIfNeeded: try varint()) }

    @inline(__always)
    mutating func int32() throws(ProtobufFault) -> Int32 { Int32(truncatingIfNeeded: try varint()) }

    /// Reads a number in the zigzag form, where small negative ones are short.
    mutating func sint32() throws(ProtobufFault) -> Int32 {
        let value = try uint32()
        return Int32(bitPattern: value >> 1) ^ -Int32(bitPattern: value & 1)
    }

    mutating func bool() throws(ProtobufFault) -> Bool { try varint() != 0 }

    /// Reads numbers in either form, packed or one by one.
    mutating func fixed64s(
        _ tally: inout OTLPTally, _ each: (UInt64) -> Void
    ) throws(ProtobufFault) {
        guard isPacked else { return each(try fixed64()) }
        var content = try message()
        try tally.countElements((content.end - content.at) / 8, at: content.at)
        while !content.isAtEnd { each(try content.packedFixed64()) }
    }

    mutating func varints(_ tally: inout OTLPTally, _ each: (UInt64) -> Void) throws(ProtobufFault) {
        guard isPacked else { return each(try varint()) }
        var content = try message()
        try tally.countElements(content.end - content.at, at: content.at)
        while !content.isAtEnd { each(try content.packedVarint()) }
    }
}
