import CZlib

/// Reads and writes gzip (RFC 1952) in memory, within a bound: a few bytes of it can stand for gigabytes.
public enum Gzip {
    public enum Failure: Error, Sendable, Hashable {
        /// What it unpacks to is larger than the limit, in bytes.
        case tooLarge(limit: Int)
        case truncated
        /// No gzip, or damaged: a checksum that does not fit.
        case damaged
    }

    /// Added to the window's size, it asks zlib for gzip's head and checksum.
    private static let gzipHead: Int32 = 16
    private static let chunk = 64 << 10

    /// Unpacks one member or several in a row.
    ///
    /// Memory is taken as the contents come, never more than `limit` and a chunk.
    public static func unpack(_ bytes: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
        var stream = z_stream()
        guard
            inflateInit2_(
                &stream, MAX_WBITS + gzipHead, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw .damaged }
        defer { inflateEnd(&stream) }
        var input = bytes
        var output: [UInt8] = []
        let failure: Failure? = input.withUnsafeMutableBufferPointer { source in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            while true {
                var status = Z_OK
                output.append(
                    contentsOf: [UInt8](unsafeUninitializedCapacity: chunk) { buffer, count in
                        stream.next_out = buffer.baseAddress
                        stream.avail_out = UInt32(chunk)
                        status = inflate(&stream, Z_NO_FLUSH)
                        count = chunk - Int(stream.avail_out)
                    })
                if output.count > limit { return .tooLarge(limit: limit) }
                switch status {
                case Z_STREAM_END:
                    if stream.avail_in == 0 { return nil }
                    inflateReset(&stream)
                case Z_OK: continue
                case Z_BUF_ERROR: return .truncated
                default: return .damaged
                }
            }
        }
        if let failure { throw failure }
        return output
    }

    /// - Parameter level: 1 is the fastest, 9 the smallest.
    public static func pack(_ bytes: [UInt8], level: Int32 = 1) -> [UInt8] {
        var stream = z_stream()
        let version = ZLIB_VERSION
        // With these constants it fails for want of memory alone.
        precondition(
            deflateInit2_(
                &stream, level, Z_DEFLATED, MAX_WBITS + gzipHead, MAX_MEM_LEVEL - 1, Z_DEFAULT_STRATEGY,
                version, Int32(MemoryLayout<z_stream>.size)) == Z_OK, "zlib has no memory")
        defer { deflateEnd(&stream) }
        var input = bytes
        return input.withUnsafeMutableBufferPointer { source in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            let bound = Int(deflateBound(&stream, UInt(source.count)))
            return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(bound)
                deflate(&stream, Z_FINISH)
                count = bound - Int(stream.avail_out)
            }
        }
    }
}
