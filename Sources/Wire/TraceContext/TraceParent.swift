/// The `traceparent` header: which trace a request belongs to, and which span made it.
///
/// Source: W3C Trace Context, level 2. Written in version 00; later versions are read as far as they agree with it.
public struct TraceParent: Sendable, Hashable, LosslessStringConvertible {
    public var traceID: TraceID
    public var spanID: SpanID
    /// Bit 0: the caller records this trace. Bit 1: the trace id is random in its last 56 bits.
    public var flags: UInt8

    /// The flags that version 00 defines; others must not be passed on.
    private static let knownFlags: UInt8 = 0b11

    public init(traceID: TraceID, spanID: SpanID, flags: UInt8 = 0) {
        (self.traceID, self.spanID, self.flags) = (traceID, spanID, flags)
    }

    public var isSampled: Bool {
        get { flags & 1 != 0 }
        set { flags = newValue ? flags | 1 : flags & ~1 }
    }

    /// Reads the header; nil for every form that the specification calls invalid: the trace then begins anew.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        let dash = UInt8(ascii: "-")
        guard bytes.count >= 55, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
            let version = Hex.readLower(bytes[0..<2], count: 2), version != 0xFF,
            version == 0 ? bytes.count == 55 : bytes.count == 55 || bytes[55] == dash,
            let high = Hex.readLower(bytes[3..<19], count: 16),
            let low = Hex.readLower(bytes[19..<35], count: 16),
            let span = Hex.readLower(bytes[36..<52], count: 16),
            let flags = Hex.readLower(bytes[53..<55], count: 2)
        else { return nil }
        self.init(
            traceID: TraceID(high: high, low: low), spanID: SpanID(span),
            flags: UInt8(truncatingIfNeeded: flags) & Self.knownFlags)
        guard traceID.isValid, spanID.isValid else { return nil }
    }

    public var description: String {
        let bits = flags & Self.knownFlags
        return "00-\(traceID)-\(spanID)-0\(bits)"
    }
}
