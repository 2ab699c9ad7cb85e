import GantryBase
import Testing
import Wire

@Suite struct RecordEncoderTests {
    @Test func `records come back from their messages, long and short in turn`() throws {
        var encoder = RecordEncoder()
        let logs = [
            LogRecord(), LogRecord(time: Timestamp(seconds: 5), body: "x"),
            LogRecord(
                severity: .error,
                body: .map(["text": .string(String(repeating: "订", count: 10_000)), "n": 1]),
                attributes: ["list": [1, "two"], "raw": .bytes([0, 255])], traceID: TraceID(high: 1, low: 2)),
            LogRecord(body: "short again"),
        ]
        for log in logs {
            encoder.encode(log)
            try encoder.withMessage { bytes in
                let found = try LogRecord(protobuf: bytes)
                #expect(found == log)
            }
        }
        var span = SpanRecord(
            traceID: TraceID(high: 3, low: 4), spanID: SpanID(5), name: "GET /", kind: .client,
            start: Timestamp(seconds: 1), end: Timestamp(seconds: 2), attributes: ["a": true])
        span.events = [SpanRecord.Event(time: Timestamp(seconds: 1), name: "e", attributes: ["b": 0.5])]
        encoder.encode(span)
        try encoder.withMessage { bytes in
            let found = try SpanRecord(protobuf: bytes)
            #expect(found == span)
        }
    }

    @Test func `damage is an error and not a record`() throws {
        var encoder = RecordEncoder()
        encoder.encode(LogRecord(time: Timestamp(seconds: 5), body: "some text", attributes: ["a": "b"]))
        encoder.withMessage { bytes in
            let cut = UnsafeRawBufferPointer(rebasing: bytes.dropLast())
            #expect(throws: OTLPError.self) { try LogRecord(protobuf: cut) }
        }
        #expect(throws: OTLPError.self) {
            try SpanRecord(protobuf: UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }

    @Test(arguments: [
        [UInt8](repeating: 0x61, count: 23), Array("ascii then 订单".utf8), [0x61, 0xFF], [0x80],
        [UInt8](repeating: 0x61, count: 8) + [0xC3],
    ])
    func `text is kept as it is where it is UTF-8, and repaired and counted where not`(bytes: [UInt8]) throws
    {
        let body = [0x0A, UInt8(bytes.count)] + bytes
        let log = [0x2A, UInt8(body.count)] + body
        let scope = [0x12, UInt8(log.count)] + log
        let group = [0x12, UInt8(scope.count)] + scope
        let decoded = try OTLP.decodeLogs([0x0A, UInt8(group.count)] + group)
        let record = try #require(decoded.batch.groups.first?.scopes.first?.records.first)
        #expect(record.body == .string(String(decoding: bytes, as: UTF8.self)))
        #expect(decoded.repairedTexts == (String(validating: bytes, as: UTF8.self) == nil ? 1 : 0))
    }
}
