/// OpenTelemetry's protocol: bodies of Export requests and responses, in protobuf and in JSON, to values and back.
///
/// Reading follows what collectors do: unknown fields are skipped, text that is not UTF-8 is repaired and counted, a
/// span without ids is left out and counted, everything else that is wrong refuses the body. What is allocated is
/// bounded by the limits below. All functions are pure and may be called from any thread.
public enum OTLP {
    /// In bytes, after decompression. The limit that the specification recommends to servers.
    public static let largestBody = 20 << 20
    /// Values within values. Recursion goes as deep; JSON needs four of its 128 levels for each.
    public static let deepestValue = 24
    /// Records of one request. SDKs send 512, the collector 8,192; an empty record costs 2 bytes and becomes 300.
    public static let mostRecords = 400_000
    /// Attributes, events, links, array elements, points, buckets of one request together; each becomes up to 100 bytes.
    public static let mostElements = 2_000_000
    /// JSON values of one request. A span of six attributes has 50 in 600 bytes; this leaves a tree of some 100 MB.
    public static let mostJSONValues = 4_000_000

    public enum Encoding: Sendable, Hashable, CaseIterable {
        case protobuf, json

        public var contentType: String {
            switch self {
            case .protobuf: "application/x-protobuf"
            case .json: "application/json"
            }
        }

        /// Takes a `Content-Type` header with or without parameters.
        public init?(contentType: String) {
            let type = contentType.prefix { $0 != ";" && $0 != " " }.lowercased()
            guard let encoding = Self.allCases.first(where: { $0.contentType == type }) else { return nil }
            self = encoding
        }
    }

    /// What came out of a body, and what was wrong with parts of it.
    public struct Decoded<Batch: Sendable>: Sendable {
        public var batch: Batch
        /// Texts that were not UTF-8; their bad bytes became U+FFFD.
        public var repairedTexts = 0
        /// Records that were left out; the response reports them as partial success.
        public var rejected = 0
        public var firstRejection: OTLPError?
    }

    public static func decodeTraces(
        _ body: UnsafeRawBufferPointer, as encoding: Encoding = .protobuf
    ) throws(OTLPError) -> Decoded<TraceBatch> {
        try decode(body, encoding)
    }

    public static func decodeLogs(
        _ body: UnsafeRawBufferPointer, as encoding: Encoding = .protobuf
    ) throws(OTLPError) -> Decoded<LogBatch> {
        try decode(body, encoding)
    }

    public static func decodeMetrics(
        _ body: UnsafeRawBufferPointer, as encoding: Encoding = .protobuf
    ) throws(OTLPError) -> Decoded<MetricBatch> {
        try decode(body, encoding)
    }

    public static func encode(_ batch: TraceBatch, as encoding: Encoding = .protobuf) -> [UInt8] {
        batch.encoded(encoding)
    }

    public static func encode(_ batch: LogBatch, as encoding: Encoding = .protobuf) -> [UInt8] {
        batch.encoded(encoding)
    }

    public static func encode(_ batch: MetricBatch, as encoding: Encoding = .protobuf) -> [UInt8] {
        batch.encoded(encoding)
    }
}

extension OTLP {
    public static func decodeTraces(
        _ body: [UInt8], as encoding: Encoding = .protobuf
    ) throws(OTLPError) -> Decoded<TraceBatch> {
        try decode(body, encoding)
    }

    public static func decodeLogs(
        _ body: [UInt8], as encoding: Encoding = .protobuf
    ) throws(OTLPError) -> Decoded<LogBatch> {
        try decode(body, encoding)
    }

    public static func decodeMetrics(
        _ body: [UInt8], as encoding: Encoding = .protobuf
    ) throws(OTLPError) -> Decoded<MetricBatch> {
        try decode(body, encoding)
    }

    private static func decode<Record: OTLPRecord>(
        _ body: [UInt8], _ encoding: Encoding
    ) throws(OTLPError) -> Decoded<SignalBatch<Record>> {
        try body.withUnsafeBufferPointer { (bytes) throws(OTLPError) in
            try decode(UnsafeRawBufferPointer(bytes), encoding)
        }
    }

    private static func decode<Record: OTLPRecord>(
        _ body: UnsafeRawBufferPointer, _ encoding: Encoding
    ) throws(OTLPError) -> Decoded<SignalBatch<Record>> {
        guard body.count <= largestBody else { throw OTLPError(.tooLarge, offset: largestBody) }
        return switch encoding {
        case .protobuf: try SignalBatch.decoded(protobuf: body)
        case .json: try SignalBatch.decoded(json: body)
        }
    }
}
