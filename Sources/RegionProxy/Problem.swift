import NIOCore

/// An answer of the proxy's own, as `application/problem+json`.
struct Problem {
    var status: Int
    /// Written by us: no bytes of a request, so that nothing needs escaping.
    var detail: String

    private var title: String {
        switch status {
        case 400: "Bad Request"
        case 404: "Not Found"
        case 408: "Request Timeout"
        case 414: "URI Too Long"
        case 431: "Request Header Fields Too Large"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: "Error"
        }
    }

    func write(isHead: Bool, keepsConnection: Bool, isHTTP10: Bool, to out: inout ByteBuffer) {
        let body = #"{"title":"\#(title)","status":\#(status),"detail":"\#(detail)"}"# + "\n"
        out.writeString("HTTP/1.1 \(status) \(title)\r\nContent-Type: application/problem+json\r\n")
        out.writeString("Content-Length: \(body.utf8.count)\r\n")
        if status == 503 { out.writeStaticString("Retry-After: 1\r\n") }
        if !keepsConnection {
            out.writeStaticString("Connection: close\r\n")
        } else if isHTTP10 {
            out.writeStaticString("Connection: keep-alive\r\n")
        }
        out.writeStaticString("\r\n")
        if !isHead { out.writeString(body) }
    }
}
