#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Measures what a message will take: the whole, and the length of every message within, in the order of writing.
struct ProtobufSizer: ProtobufSink {
    private(set) var size = 0
    private(set) var blocks: [Int] = []

    /// Begins again, in the memory that it has.
    mutating func reset() {
        size = 0
        blocks.removeAll(keepingCapacity: true)
    }

    @inline(__always)
    static func length(_ value: UInt64) -> Int { (70 - (value | 1).leadingZeroBitCount) / 7 }

    @inline(__always)
    mutating func varint(_ value: UInt64) { size += Self.length(value) }
    mutating func fixed64(_ value: UInt64) { size += 8 }
    mutating func fixed32(_ value: UInt32) { size += 4 }

    @inline(__always)
    mutating func block(_ bytes: UnsafeRawBufferPointer) {
        size += Self.length(UInt64(bytes.count)) + bytes.count
    }

    @inline(__always)
    mutating func block(_ body: (inout ProtobufSizer) -> Void) {
        let slot = blocks.count
        blocks.append(0)
        let start = size
        body(&self)
        blocks[slot] = size - start
        varint(UInt64(size - start))
    }
}

/// Writes a message into memory of the size that a sizer found.
///
/// Safe because both run the same code over the same value, which has value semantics; `encode` checks the end.
struct ProtobufWriter: ProtobufSink {
    private var at: UnsafeMutableRawPointer
    private let end: UnsafeMutableRawPointer
    private let blocks: [Int]
    private var nextBlock = 0

    static func encode(_ message: some ProtobufMessage) -> [UInt8] {
        var sizer = ProtobufSizer()
        message.write(to: &sizer)
        return [UInt8](unsafeUninitializedCapacity: sizer.size) { buffer, count in
            write(
                message, measuredBy: sizer,
                to: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: sizer.size))
            count = sizer.size
        }
    }

    /// - Parameter room: Of the size that the sizer found.
    static func write(
        _ message: some ProtobufMessage, measuredBy sizer: ProtobufSizer,
        to room: UnsafeMutableRawBufferPointer
    ) {
        guard let start = room.baseAddress, sizer.size > 0 else { return }
        var writer = ProtobufWriter(start, sizer)
        message.write(to: &writer)
        precondition(writer.at == writer.end, "a message was written in another size than was measured")
    }

    private init(_ start: UnsafeMutableRawPointer, _ sizer: ProtobufSizer) {
        (at, end, blocks) = (start, start + sizer.size, sizer.blocks)
    }

    @inline(__always)
    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            at.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, as: UInt8.self)
            at += 1
            rest >>= 7
        }
        at.storeBytes(of: UInt8(truncatingIfNeeded: rest), as: UInt8.self)
        at += 1
    }

    @inline(__always)
    mutating func fixed64(_ value: UInt64) {
        at.storeBytes(of: value.littleEndian, as: UInt64.self)
        at += 8
    }

    @inline(__always)
    mutating func fixed32(_ value: UInt32) {
        at.storeBytes(of: value.littleEndian, as: UInt32.self)
        at += 4
    }

    @inline(__always)
    mutating func block(_ bytes: UnsafeRawBufferPointer) {
        varint(UInt64(bytes.count))
        guard let start = bytes.baseAddress else { return }
        memcpy(at, start, bytes.count)
        at += bytes.count
    }

    @inline(__always)
    mutating func block(_ body: (inout ProtobufWriter) -> Void) {
        let size = blocks[nextBlock]
        nextBlock += 1
        varint(UInt64(size))
        body(&self)
    }
}
