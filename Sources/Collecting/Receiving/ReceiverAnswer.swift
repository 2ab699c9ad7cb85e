import Wire

/// What the receiver answers to an SDK.
struct ReceiverAnswer: Sendable, Hashable {
    var status: Int
    var contentType: String
    var body: [UInt8]
    /// In seconds.
    var retryAfter: Int?
    /// With 405.
    var allow: String?

    static func taken(
        _ partial: OTLP.PartialSuccess?, _ signal: OTLP.Signal, _ encoding: OTLP.Encoding
    ) -> ReceiverAnswer {
        ReceiverAnswer(
            status: 200, contentType: encoding.contentType,
            body: OTLP.encodeResponse(partial, for: signal, as: encoding))
    }

    /// A refusal with the `Status` message that OTLP wants, in the encoding of the request where that is known.
    static func refused(
        _ status: Int, _ message: String, _ encoding: OTLP.Encoding?, retryAfter: Int? = nil
    ) -> ReceiverAnswer {
        let encoding = encoding ?? .json
        return ReceiverAnswer(
            status: status, contentType: encoding.contentType,
            body: OTLPStatus(code: OTLPStatus.code(of: status), message: message).encoded(encoding),
            retryAfter: retryAfter)
    }
}

/// `google.rpc.Status`, the body of OTLP's refusals, without details.
struct OTLPStatus {
    /// A code of gRPC.
    var code: Int
    var message: String

    static func code(of status: Int) -> Int {
        switch status {
        case 404: 5  // NOT_FOUND
        case 405: 12  // UNIMPLEMENTED
        case 413, 429: 8  // RESOURCE_EXHAUSTED
        case 503: 14  // UNAVAILABLE
        default: 3  // INVALID_ARGUMENT
        }
    }

    func encoded(_ encoding: OTLP.Encoding) -> [UInt8] {
        switch encoding {
        case .json: return JSON.write(["code": .integer(Int64(code)), "message": .string(message)])
        case .protobuf:
            // Field 1 is a varint below 128, field 2 is text.
            var bytes: [UInt8] = [0x08, UInt8(code), 0x12]
            var length = message.utf8.count
            while length >= 0x80 {
                bytes.append(UInt8(length & 0x7F) | 0x80)
                length >>= 7
            }
            bytes.append(UInt8(length))
            return bytes + Array(message.utf8)
        }
    }
}
