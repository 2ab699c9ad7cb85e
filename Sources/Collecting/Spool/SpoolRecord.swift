package import GantryBase

/// One payload that waits for its acknowledgement.
package struct SpoolRecord: Sendable, Hashable {
    /// The number of its first event since the spool began; the next record has this plus `events`.
    package var id: UInt64
    package var events: UInt32
    package var appended: Timestamp
    package var payload: [UInt8]

    /// What to pass to `acknowledge(upTo:)` once this record and all before it have arrived.
    package var end: UInt64 { id + UInt64(events) }
}

/// What stands before a payload on disk, little endian:
/// length u32, events u32, id u64, time in nanoseconds i64, checksum of the payload u32, checksum of these 28 bytes u32.
///
/// The header has a checksum of its own so that a damaged payload costs one record and the next one is still found.
struct SpoolHeader: Hashable {
    static let size = 32
    private static let checked = 28

    var length: Int
    var events: UInt32
    var id: UInt64
    var nanoseconds: Int64
    var payloadChecksum: UInt32

    var end: UInt64 { id + UInt64(events) }
    var recordBytes: Int { Self.size + length }

    init(id: UInt64, events: UInt32, nanoseconds: Int64, payload: [UInt8]) {
        length = payload.count
        self.events = events
        self.id = id
        self.nanoseconds = nanoseconds
        payloadChecksum = CRC32C.checksum(payload)
    }

    /// Nil when the bytes are no header, or one that no spool writes.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.size,
            Self.load(bytes, 28, as: UInt32.self)
                == CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<Self.checked]))
        else { return nil }
        length = Int(Self.load(bytes, 0, as: UInt32.self))
        events = Self.load(bytes, 4, as: UInt32.self)
        id = Self.load(bytes, 8, as: UInt64.self)
        nanoseconds = Self.load(bytes, 16, as: Int64.self)
        payloadChecksum = Self.load(bytes, 24, as: UInt32.self)
        guard length <= SpoolLimits.maximumPayloadBytes, events > 0, events <= SpoolLimits.maximumEvents,
            id > 0, id < SpoolMap.lastID
        else { return nil }
    }

    func append(to bytes: inout [UInt8]) {
        let start = bytes.count
        Self.store(UInt32(length), to: &bytes)
        Self.store(events, to: &bytes)
        Self.store(id, to: &bytes)
        Self.store(nanoseconds, to: &bytes)
        Self.store(payloadChecksum, to: &bytes)
        let checksum = bytes.withUnsafeBytes {
            CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[start..<start + Self.checked]))
        }
        Self.store(checksum, to: &bytes)
    }

    static func load<Value: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer, _ offset: Int, as type: Value.Type
    ) -> Value {
        Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }

    static func store<Value: FixedWidthInteger>(_ value: Value, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
