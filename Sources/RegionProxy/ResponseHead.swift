/// A response's head as offsets into its bytes; see `RequestHead`.
struct ResponseHead {
    var status = 0
    /// Status code and reason phrase with its CRLF: copied behind our own version.
    var statusText = 0..<0
    var minorVersion = 1
    var fields = HTTPFields()

    var isInformational: Bool { status < 200 }
    /// Whether the endpoint goes on with this connection.
    var keepsConnection: Bool { minorVersion == 1 ? !fields.close : fields.keepAlive && !fields.close }

    /// How long the body is (RFC 9112 §6.3).
    func body(of method: RequestHead.Method) -> BodyReader {
        if method == .head || status < 200 || status == 204 || status == 304 { return .none }
        if fields.chunked { return .chunked }
        if let length = fields.contentLength { return length == 0 ? .none : .length(length) }
        return .untilClose
    }

    /// - Parameter bytes: exactly one head, its empty line included.
    mutating func parse(_ bytes: UnsafeRawBufferPointer) throws(HTTPRefusal) {
        fields.reset()
        guard let lf = bytes.index(of: ASCII.lf, from: 0), lf >= 13, bytes[lf - 1] == ASCII.cr,
            UnsafeRawBufferPointer(rebasing: bytes[0..<7]).elementsEqual("HTTP/1.".utf8),
            bytes[7] == 48 || bytes[7] == 49, bytes[8] == ASCII.space,
            let code = ASCII.decimal(UnsafeRawBufferPointer(rebasing: bytes[9..<12])), code >= 100,
            bytes[12] == ASCII.space || lf == 13
        else { throw HTTPRefusal(502, "the endpoint sent no status line") }
        for at in 12..<lf - 1 where ASCII.isControl(bytes[at]) {
            throw HTTPRefusal(502, "the endpoint sent a control character in its status line")
        }
        (status, minorVersion, statusText) = (code, Int(bytes[7] - 48), 9..<lf + 1)
        try fields.parse(bytes, from: lf + 1)
    }
}
