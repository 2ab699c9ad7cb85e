import Model
import Wire

/// How a span says that its call ended.
///
/// Both sides are judged by the same rule, so that they can be compared: of HTTP, 5xx is an exception, 408 and 504 are
/// timeouts, everything else is an answer. SDKs mark a client's 404 as an error and a server's not; that mark is used only
/// where no code came.
struct CallResult {
    var code: String
    var outcome: CallClass

    /// gRPC's DEADLINE_EXCEEDED.
    private static let deadlineExceeded: Int64 = 4
    /// gRPC's codes that are the callee's fault, as OpenTelemetry has it: UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL,
    /// UNAVAILABLE, DATA_LOSS.
    private static let faults: Set<Int64> = [2, 4, 12, 13, 14, 15]

    init(_ span: SpanRecord) {
        let attributes = span.attributes
        if let status = attributes.int("http.response.status_code") ?? attributes.int("http.status_code"),
            status > 0
        {
            code = String(status)
            outcome = status == 408 || status == 504 ? .timeout : status >= 500 ? .exception : .success
            return
        }
        if let status = attributes.int("rpc.grpc.status_code") {
            code = String(status)
            outcome =
                status == Self.deadlineExceeded
                ? .timeout : Self.faults.contains(status) ? .exception : .success
            return
        }
        let error = attributes.string("error.type") ?? Self.exceptionType(span) ?? ""
        code = String(decoding: error.utf8.prefix(ObservedCall.longestName), as: UTF8.self)
        if Self.isTimeout(error) {
            outcome = .timeout
        } else {
            outcome = span.status.code == .error || !error.isEmpty ? .exception : .success
        }
    }

    private static func exceptionType(_ span: SpanRecord) -> String? {
        guard span.status.code == .error else { return nil }
        return span.events.last { $0.name == "exception" }?.attributes.string("exception.type")
    }

    /// `timeout`, `TimeoutError`, `java.net.SocketTimeoutException`, `context.deadlineExceededError`, `ETIMEDOUT`.
    private static func isTimeout(_ type: String) -> Bool {
        let lower = type.lowercased()
        return lower.contains("timeout") || lower.contains("timedout") || lower.contains("timed out")
            || lower.contains("deadlineexceeded") || lower.contains("deadline_exceeded")
    }
}
