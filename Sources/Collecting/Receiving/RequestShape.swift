import NIOHTTP1
import Wire

/// What a request's head says of its body, or why no body is wanted.
struct RequestShape {
    var signal: OTLP.Signal
    var encoding: OTLP.Encoding
    var isPacked: Bool
    var length: Int?

    struct Refused: Error { var answer: ReceiverAnswer }

    static func read(_ head: HTTPRequestHead) -> Result<RequestShape, Refused> {
        let type = head.headers.first(name: "content-type")
        let encoding = type.flatMap(OTLP.Encoding.init(contentType:))
        func refuse(_ status: Int, _ message: String) -> Result<RequestShape, Refused> {
            var answer = ReceiverAnswer.refused(status, message, encoding)
            if status == 405 { answer.allow = "POST" }
            return .failure(Refused(answer: answer))
        }
        let path = head.uri.prefix { $0 != "?" }
        guard let signal = OTLP.Signal.allCases.first(where: { $0.path == path }) else {
            return refuse(404, "there is nothing here; post to /v1/traces, /v1/logs or /v1/metrics")
        }
        guard head.method == .POST else { return refuse(405, "\(signal.path) takes POST only") }
        guard let encoding else {
            return refuse(415, "the body must be application/x-protobuf or application/json")
        }
        let packing = head.headers[canonicalForm: "content-encoding"].filter { $0 != "identity" }
        guard packing.isEmpty || packing == ["gzip"] else {
            return refuse(415, "the body may be packed with gzip only")
        }
        let length = head.headers.first(name: "content-length").flatMap { Int($0) }
        if let length, length > OTLP.largestBody {
            return refuse(413, "the body is larger than \(OTLP.largestBody) bytes; send smaller batches")
        }
        return .success(
            RequestShape(signal: signal, encoding: encoding, isPacked: !packing.isEmpty, length: length))
    }
}
