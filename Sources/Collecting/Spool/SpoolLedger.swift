import Glibc

/// What a spool remembers beside its segments: how far it is acknowledged, and what was lost so far.
///
/// It lies in two slots that are written in turn, each with a number and a checksum, so that a write that breaks off
/// leaves the other one. They are written in place and not by renaming a new file: that works on a full disk too.
struct SpoolLedger: Hashable {
    /// Grows with each writing; the larger valid one counts.
    var sequence: UInt64 = 0
    /// All events below are done with.
    var acknowledged: UInt64 = 1
    /// All events below were on disk at some time; what is missing of them is lost.
    var durable: UInt64 = 1
    /// Where reading goes on, as a hint.
    var resume = SpoolMap.Place(segment: 1, offset: 0, id: 1)
    var droppedEvents: UInt64 = 0
    var lostEvents: UInt64 = 0

    static let size = 72
    /// Each slot has a page of its own.
    static let slotDistance = 4096
    private static let magic: UInt32 = 0x314C_5347  // "GSL1": the format and its version

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.size)
        SpoolHeader.store(Self.magic, to: &bytes)
        for value in [
            sequence, acknowledged, durable, resume.segment, UInt64(resume.offset), resume.id, droppedEvents,
            lostEvents,
        ] {
            SpoolHeader.store(value, to: &bytes)
        }
        SpoolHeader.store(CRC32C.checksum(bytes), to: &bytes)
        return bytes
    }

    init() {}

    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.size, SpoolHeader.load(bytes, 0, as: UInt32.self) == Self.magic,
            SpoolHeader.load(bytes, Self.size - 4, as: UInt32.self)
                == CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<(Self.size - 4)]))
        else { return nil }
        func value(_ index: Int) -> UInt64 { SpoolHeader.load(bytes, 4 + 8 * index, as: UInt64.self) }
        guard value(1) < SpoolMap.lastID, value(2) < SpoolMap.lastID, value(4) < UInt64(Int32.max) * 1024
        else {
            return nil
        }
        sequence = value(0)
        acknowledged = value(1)
        durable = value(2)
        resume = SpoolMap.Place(segment: value(3), offset: Int(value(4)), id: value(5))
        droppedEvents = value(6)
        lostEvents = value(7)
    }

    /// The newer of the two slots that is whole.
    static func read(_ file: Int32) -> SpoolLedger? {
        var best: SpoolLedger?
        for slot in 0..<2 {
            var bytes = [UInt8](repeating: 0, count: size)
            guard DiskFile.read(file, into: &bytes, at: slot * slotDistance) == size,
                let ledger = bytes.withUnsafeBytes({ SpoolLedger($0) })
            else { continue }
            if best.map({ $0.sequence < ledger.sequence }) ?? true { best = ledger }
        }
        return best
    }

    /// Writes the next slot; 0 or the error number.
    mutating func write(_ file: Int32) -> Int32 {
        sequence += 1
        return encoded().withUnsafeBytes {
            DiskFile.write(file, $0, at: Int(sequence % 2) * Self.slotDistance)
        }
    }
}
