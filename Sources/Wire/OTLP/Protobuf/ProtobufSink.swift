import GantryBase

/// Where a message writes its fields. The same code runs twice: once to measure, once to write into one allocation
/// of exactly that size.
///
/// As proto3 wants it, a field that has its default value is not written, except where presence has a meaning.
protocol ProtobufSink {
    mutating func varint(_ value: UInt64)
    mutating func fixed64(_ value: UInt64)
    mutating func fixed32(_ value: UInt32)
    /// Writes the length, then the bytes.
    mutating func block(_ bytes: UnsafeRawBufferPointer)
    /// Writes the length, then what `body` writes.
    mutating func block(_ body: (inout Self) -> Void)
}

/// What can write itself.
protocol ProtobufMessage { func write(to sink: inout some ProtobufSink) }

extension ProtobufSink {
    @inline(__always)
    mutating func tag(_ number: UInt32, _ wire: ProtobufReader.Wire) {
        varint(UInt64(number << 3 | UInt32(wire.rawValue)))
    }

    @inline(__always)
    mutating func message(_ number: UInt32, _ body: (inout Self) -> Void) {
        tag(number, .bytes)
        block(body)
    }

    @inline(__always)
    mutating func message(_ number: UInt32, _ value: some ProtobufMessage) {
        message(number) { value.write(to: &$0) }
    }

    mutating func text(_ number: UInt32, _ value: String, always: Bool = false) {
        guard always || !value.isEmpty else { return }
        tag(number, .bytes)
        var value = value
        value.withUTF8 { block(UnsafeRawBufferPointer($0)) }
    }

    mutating func bytes(_ number: UInt32, _ value: [UInt8]) {
        tag(number, .bytes)
        value.withUnsafeBytes { block($0) }
    }

    mutating func id(_ number: UInt32, _ value: TraceID?) {
        guard let value, value.isValid else { return }
        tag(number, .bytes)
        withUnsafeBytes(of: (value.high.bigEndian, value.low.bigEndian)) { block($0) }
    }

    mutating func id(_ number: UInt32, _ value: SpanID?) {
        guard let value, value.isValid else { return }
        tag(number, .bytes)
        withUnsafeBytes(of: value.value.bigEndian) { block($0) }
    }

    mutating func time(_ number: UInt32, _ value: Timestamp) {
        fixed64(number, UInt64(clamping: value.nanoseconds))
    }

    mutating func fixed64(_ number: UInt32, _ value: UInt64, always: Bool = false) {
        guard always || value != 0 else { return }
        tag(number, .fixed64)
        fixed64(value)
    }

    mutating func fixed32(_ number: UInt32, _ value: UInt32) {
        guard value != 0 else { return }
        tag(number, .fixed32)
        fixed32(value)
    }

    /// Writes a number when it is there: zero, too, since its presence has a meaning.
    mutating func double(_ number: UInt32, _ value: Double?) {
        guard let value else { return }
        fixed64(number, value.bitPattern, always: true)
    }

    mutating func uint64(_ number: UInt32, _ value: UInt64, always: Bool = false) {
        guard always || value != 0 else { return }
        tag(number, .varint)
        varint(value)
    }

    mutating func uint32(_ number: UInt32, _ value: UInt32) { uint64(number, UInt64(value)) }

    /// Writes an `enum` or `int32`; negative ones take ten bytes, as protobuf has it.
    mutating func int32(_ number: UInt32, _ value: Int32) {
        uint64(number, UInt64(bitPattern: Int64(value)))
    }

    mutating func sint32(_ number: UInt32, _ value: Int32) {
        uint64(number, UInt64(UInt32(bitPattern: value << 1 ^ value >> 31)))
    }

    mutating func bool(_ number: UInt32, _ value: Bool) { uint64(number, value ? 1 : 0) }

    /// Writes numbers packed, since there may be many.
    mutating func fixed64s(_ number: UInt32, _ values: some Collection<UInt64>) {
        guard !values.isEmpty else { return }
        message(number) { sink in
            for value in values { sink.fixed64(value) }
        }
    }

    mutating func varints(_ number: UInt32, _ values: [UInt64]) {
        guard !values.isEmpty else { return }
        message(number) { sink in
            for value in values { sink.varint(value) }
        }
    }
}
