import Glibc

/// Reads the records of one segment through a buffer, so that many small ones cost one read.
struct SegmentWindow {
    enum Found {
        case record(SpoolHeader, payload: UnsafeRawBufferPointer)
        /// The header is right, the payload is not.
        case damaged(SpoolHeader)
        /// No record with this id starts here: its end and the next one's start are unknown.
        case unreadable
    }

    /// Bytes read at once.
    static let chunkBytes = 256 << 10

    private var bytes: [UInt8] = []
    private var start = 0

    /// Looks at the record that should start at `offset`, of a segment of which `limit` bytes count.
    mutating func withRecord<Result>(
        _ file: Int32, at offset: Int, id: UInt64, limit: Int, _ body: (Found) -> Result
    ) -> Result {
        guard load(file, offset, SpoolHeader.size, limit),
            let header = withBytes(offset, SpoolHeader.size, { SpoolHeader($0) }), header.id == id,
            offset + header.recordBytes <= limit, load(file, offset, header.recordBytes, limit)
        else { return body(.unreadable) }
        return withBytes(offset + SpoolHeader.size, header.length) { payload in
            CRC32C.checksum(payload) == header.payloadChecksum
                ? body(.record(header, payload: payload)) : body(.damaged(header))
        }
    }

    /// Finds a header of a later record after `offset`: proof that the damage before it is no torn end.
    mutating func nextHeader(_ file: Int32, after offset: Int, id: UInt64, limit: Int) -> (Int, SpoolHeader)?
    {
        var at = offset + 1
        while at + SpoolHeader.size <= limit {
            guard load(file, at, SpoolHeader.size, limit) else { return nil }
            if let header = withBytes(at, SpoolHeader.size, { SpoolHeader($0) }), header.id >= id,
                header.id - id <= UInt64(limit / SpoolHeader.size) * UInt64(SpoolLimits.maximumEvents),
                at + header.recordBytes <= limit
            {
                return (at, header)
            }
            at += 1
        }
        return nil
    }

    mutating func forget() {
        bytes = []
        start = 0
    }

    private func withBytes<Result>(
        _ offset: Int, _ count: Int, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        bytes.withUnsafeBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[(offset - start)..<(offset - start + count)]))
        }
    }

    /// Sees to it that the buffer holds these bytes; false when they cannot be had.
    private mutating func load(_ file: Int32, _ offset: Int, _ count: Int, _ limit: Int) -> Bool {
        if offset >= start && offset + count <= start + bytes.count { return true }
        guard offset + count <= limit else { return false }
        let wanted = min(limit - offset, max(count, Self.chunkBytes))
        if bytes.count != wanted { bytes = [UInt8](repeating: 0, count: wanted) }
        start = offset
        let got = DiskFile.read(file, into: &bytes, at: offset)
        if got < wanted { bytes.removeLast(wanted - max(0, got)) }
        return got >= count
    }
}
