extension OTLP {
    public enum Signal: Sendable, Hashable, CaseIterable {
        case traces, logs, metrics

        /// Where OTLP/HTTP posts it.
        public var path: String {
            switch self {
            case .traces: "/v1/traces"
            case .logs: "/v1/logs"
            case .metrics: "/v1/metrics"
            }
        }

        fileprivate var rejectedName: String {
            switch self {
            case .traces: "rejectedSpans"
            case .logs: "rejectedLogRecords"
            case .metrics: "rejectedDataPoints"
            }
        }
    }

    /// What an Export response says when it took only a part, or has a warning. Its sender never tries again.
    public struct PartialSuccess: Sendable, Hashable, ProtobufMessage {
        public var rejected: Int64
        public var message: String

        public init(rejected: Int64, message: String) {
            (self.rejected, self.message) = (rejected, message)
        }

        func write(to sink: inout some ProtobufSink) {
            sink.uint64(1, UInt64(bitPattern: rejected))
            sink.text(2, message)
        }
    }

    /// Writes the answer to an Export request; nil says that everything was taken.
    public static func encodeResponse(
        _ partial: PartialSuccess?, for signal: Signal, as encoding: Encoding = .protobuf
    ) -> [UInt8] {
        guard let partial else { return encoding == .json ? Array("{}".utf8) : [] }
        switch encoding {
        case .protobuf: return ProtobufWriter.encode(Response(partial: partial))
        case .json:
            let content = OTLPJSONBuilder.object { json in
                if partial.rejected != 0 {
                    json.value(signal.rejectedName, .string(String(partial.rejected)))
                }
                json.text("errorMessage", partial.message)
            }
            return JSON.write(["partialSuccess": content])
        }
    }

    /// Reads the answer to an Export request; nil when everything was taken.
    public static func decodeResponse(
        _ body: [UInt8], for signal: Signal, as encoding: Encoding = .protobuf
    ) throws(OTLPError) -> PartialSuccess? {
        guard body.count <= largestBody else { throw OTLPError(.tooLarge, offset: largestBody) }
        let partial: PartialSuccess?
        switch encoding {
        case .protobuf: partial = try protobufResponse(body)
        case .json:
            let document: JSONValue
            do throws(JSONError) {
                document = try JSON.parse(body)
            } catch {
                throw OTLPError(.invalidJSON, offset: error.offset, message: error.description)
            }
            partial = try jsonResponse(document, signal)
        }
        return partial == PartialSuccess(rejected: 0, message: "") ? nil : partial
    }

    /// Writes the answer to a request that is refused, a `google.rpc.Status`: for people to read, since clients go by the
    /// status of HTTP.
    ///
    /// - Parameter code: of gRPC, from 1 to 16.
    public static func encodeRefusal(code: Int, _ message: String, as encoding: Encoding) -> [UInt8] {
        switch encoding {
        case .protobuf: ProtobufWriter.encode(Refusal(code: code, message: message))
        case .json: JSON.write(["code": .integer(Int64(code)), "message": .string(message)])
        }
    }

    private struct Refusal: ProtobufMessage {
        var code: Int
        var message: String
        func write(to sink: inout some ProtobufSink) {
            sink.uint64(1, UInt64(max(code, 0)))
            sink.text(2, message)
        }
    }

    private struct Response: ProtobufMessage {
        var partial: PartialSuccess
        func write(to sink: inout some ProtobufSink) { sink.message(1, partial) }
    }

    private static func jsonResponse(
        _ document: JSONValue, _ signal: Signal
    ) throws(OTLPError) -> PartialSuccess? {
        try OTLPObject(document).object("partialSuccess") { (object) throws(OTLPError) in
            PartialSuccess(
                rejected: try object.integer(signal.rejectedName), message: try object.text("errorMessage"))
        }
    }

    private static func protobufResponse(_ body: [UInt8]) throws(OTLPError) -> PartialSuccess? {
        try body.withUnsafeBufferPointer { (units) throws(OTLPError) -> PartialSuccess? in
            let bytes = UnsafeRawBufferPointer(units)
            guard let start = bytes.baseAddress else { return nil }
            do throws(ProtobufFault) {
                var reader = ProtobufReader(start, start + bytes.count)
                var partial: PartialSuccess?
                while try reader.next() {
                    if reader.number == 1 {
                        partial = try PartialSuccess(try reader.message())
                    } else {
                        try reader.skip()
                    }
                }
                return partial
            } catch {
                throw OTLPMessage.response.error(error, in: bytes)
            }
        }
    }
}

extension OTLP.PartialSuccess {
    fileprivate init(_ reader: ProtobufReader) throws(ProtobufFault) {
        var reader = reader
        self.init(rejected: 0, message: "")
        while try reader.next() {
            switch reader.number {
            case 1: rejected = Int64(bitPattern: try reader.varint())
            case 2: message = try reader.text().string
            default: try reader.skip()
            }
        }
    }
}
