/// Walks the fields of one protobuf message in bytes that stay where they are. Nothing is copied or allocated.
///
/// Valid only inside the closure that lends the bytes. Every access is below `end`, checked where `at` moves.
/// Source: protobuf.dev/programming-guides/encoding.
public struct ProtobufReader {
    private(set) var at: UnsafeRawPointer
    let end: UnsafeRawPointer
    /// The number of the current field.
    private(set) var number: UInt32 = 0
    private var wire: Wire = .varint

    enum Wire: UInt8 { case varint, fixed64, bytes, groupStart, groupEnd, fixed32 }

    init(_ at: UnsafeRawPointer, _ end: UnsafeRawPointer) { (self.at, self.end) = (at, end) }

    /// Goes to the next field; false at the end of the message. The field must then be read or skipped.
    @inline(__always)
    mutating func next() throws(ProtobufFault) -> Bool {
        guard at < end else { return false }
        let first = at.load(as: UInt8.self)
        let tag: UInt64
        if first < 0x80 {
            tag = UInt64(first)
        } else {
            let start = at
            tag = try longVarint()
            guard tag <= UInt32.max else { throw ProtobufFault(.overlongVarint, at: start) }
            at -= 1
        }
        guard tag >= 8, let wire = Wire(rawValue: UInt8(truncatingIfNeeded: tag & 7)) else {
            throw ProtobufFault(.invalidField, at: at)
        }
        at += 1
        number = UInt32(truncatingIfNeeded: tag >> 3)
        self.wire = wire
        return true
    }

    /// Makes a fault of the current field: at the byte before, which is its own, while `at` may be beyond the end.
    private func fault(_ kind: OTLPError.Kind) -> ProtobufFault { ProtobufFault(kind, at: at - 1) }

    @inline(__always)
    private func expect(_ wanted: Wire) throws(ProtobufFault) {
        guard wire == wanted else { throw fault(.wrongType) }
    }

    @inline(__always)
    mutating func varint() throws(ProtobufFault) -> UInt64 {
        try expect(.varint)
        return try rawVarint()
    }

    @inline(__always)
    private mutating func rawVarint() throws(ProtobufFault) -> UInt64 {
        guard at < end else { throw fault(.truncated) }
        let first = at.load(as: UInt8.self)
        if first < 0x80 {
            at += 1
            return UInt64(first)
        }
        return try longVarint()
    }

    @inline(never)
    private mutating func longVarint() throws(ProtobufFault) -> UInt64 {
        let start = at
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while at < end {
            let byte = at.load(as: UInt8.self)
            at += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 {
                guard shift < 63 || byte <= 1 else { break }
                return value
            }
            shift += 7
            if shift > 63 { break }
        }
        throw ProtobufFault(at - start >= 10 ? .overlongVarint : .truncated, at: start)
    }

    @inline(__always)
    mutating func fixed64() throws(ProtobufFault) -> UInt64 {
        try expect(.fixed64)
        guard end - at >= 8 else { throw fault(.truncated) }
        defer { at += 8 }
        return UInt64(littleEndian: at.loadUnaligned(as: UInt64.self))
    }

    @inline(__always)
    mutating func fixed32() throws(ProtobufFault) -> UInt32 {
        try expect(.fixed32)
        guard end - at >= 4 else { throw fault(.truncated) }
        defer { at += 4 }
        return UInt32(littleEndian: at.loadUnaligned(as: UInt32.self))
    }

    /// Reads text, bytes, or the fields of a message within this one.
    @inline(__always)
    mutating func message() throws(ProtobufFault) -> ProtobufReader {
        try expect(.bytes)
        return try rawMessage()
    }

    /// Reads a message whose tag was read before.
    @inline(__always)
    mutating func messageAtLength() throws(ProtobufFault) -> ProtobufReader { try rawMessage() }

    @inline(__always)
    private mutating func rawMessage() throws(ProtobufFault) -> ProtobufReader {
        let start = at
        let length = try rawVarint()
        guard length <= UInt64(end - at) else { throw ProtobufFault(.truncated, at: start) }
        defer { at += Int(length) }
        return ProtobufReader(at, at + Int(length))
    }

    @inline(__always)
    mutating func text() throws(ProtobufFault) -> TextView {
        let content = try message()
        return TextView(content.at, content.end - content.at)
    }

    @inline(__always)
    mutating func skip() throws(ProtobufFault) {
        switch wire {
        case .varint: _ = try rawVarint()
        case .fixed64: _ = try fixed64()
        case .bytes: _ = try rawMessage()
        case .fixed32: _ = try fixed32()
        case .groupStart, .groupEnd: try skipGroup()
        }
    }

    /// Skips a group, an old form of message without a length, which only an unknown field can be.
    @inline(never)
    private mutating func skipGroup() throws(ProtobufFault) {
        guard wire == .groupStart else { throw fault(.invalidField) }
        let start = at - 1
        var open: [UInt32] = [number]
        while let innermost = open.last {
            guard try next() else { throw ProtobufFault(.truncated, at: start) }
            switch wire {
            case .groupStart:
                guard open.count < OTLP.deepestValue else { throw fault(.tooDeep) }
                open.append(number)
            case .groupEnd:
                guard number == innermost else { throw fault(.invalidField) }
                open.removeLast()
            default: try skip()
            }
        }
    }

    /// Whether the current field is packed: a list of numbers in the place of one.
    var isPacked: Bool { wire == .bytes }
    var isAtEnd: Bool { at >= end }

    /// Reads the next number of packed ones.
    mutating func packedFixed64() throws(ProtobufFault) -> UInt64 {
        wire = .fixed64
        return try fixed64()
    }

    mutating func packedVarint() throws(ProtobufFault) -> UInt64 { try rawVarint() }
}
