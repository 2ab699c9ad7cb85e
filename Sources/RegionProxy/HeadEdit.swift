import NIOCore

/// What the front door says of a client to the service behind it.
struct ForwardedClient {
    var address: String
    var proto: StaticString = "http"
}

/// Writes heads anew from parsed ones: kept lines are copied in runs, the rest is left out or replaced.
enum HeadEdit {
    /// Writes the request that an endpoint gets.
    ///
    /// - Parameter client: given at a front door, whose `X-Forwarded-*` replace whatever the client sent under these
    ///   names; nil between services, where they are passed on.
    static func writeRequest(
        _ head: RequestHead, _ bytes: UnsafeRawBufferPointer, client: ForwardedClient?,
        requestID: () -> String,
        to out: inout ByteBuffer
    ) {
        out.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[0..<head.methodEnd + 1]))
        if head.path.isEmpty { out.writeStaticString("/") }
        out.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[head.path]))
        out.writeStaticString(" HTTP/1.1\r\n")
        if head.absolute, let authority = head.authority {
            out.writeField("Host", UnsafeRawBufferPointer(rebasing: bytes[authority]))
        }
        var hasID = false
        copy(head.fields, bytes, to: &out) { line in
            switch line.kind {
            case .other, .contentLength: return true
            case .host: return !head.absolute
            case .expect: return head.minorVersion == 1
            case .forwarded, .forwardedFor, .forwardedProto, .forwardedHost: return client == nil
            case .requestID:
                let first = !hasID
                hasID = isRequestID(UnsafeRawBufferPointer(rebasing: bytes[line.value])) || hasID
                return first && hasID
            case .connection, .keepAlive, .proxyConnection, .te, .trailer, .transferEncoding, .upgrade:
                return false
            }
        }
        if head.fields.chunked { out.writeStaticString("Transfer-Encoding: chunked\r\n") }
        if head.isUpgrade, let upgrade = head.fields.upgrade {
            out.writeStaticString("Connection: upgrade\r\n")
            out.writeField("Upgrade", UnsafeRawBufferPointer(rebasing: bytes[upgrade]))
        }
        if let client { write(client, head, bytes, to: &out) }
        if !hasID {
            out.writeStaticString("X-Request-ID: ")
            out.writeString(requestID())
            out.writeStaticString("\r\n")
        }
        out.writeStaticString("\r\n")
    }

    private static func write(
        _ client: ForwardedClient, _ head: RequestHead, _ bytes: UnsafeRawBufferPointer,
        to out: inout ByteBuffer
    ) {
        out.writeStaticString("X-Forwarded-For: ")
        out.writeString(client.address)
        out.writeStaticString("\r\nX-Forwarded-Proto: ")
        out.writeStaticString(client.proto)
        out.writeStaticString("\r\n")
        if let authority = head.authority {
            out.writeField("X-Forwarded-Host", UnsafeRawBufferPointer(rebasing: bytes[authority]))
        }
    }

    /// Writes the response that a client gets.
    ///
    /// - Parameters:
    ///   - chunked: the body is framed in chunks by us.
    ///   - keepsLength: a Content-Length of the endpoint is true for what we send.
    ///   - connection: what `Connection` is to say, if anything.
    static func writeResponse(
        _ head: ResponseHead, _ bytes: UnsafeRawBufferPointer, chunked: Bool, keepsLength: Bool,
        connection: StaticString?, to out: inout ByteBuffer
    ) {
        out.writeStaticString("HTTP/1.1 ")
        out.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[head.statusText]))
        let switches = head.status == 101
        copy(head.fields, bytes, to: &out) { line in
            switch line.kind {
            case .contentLength: keepsLength
            case .upgrade: switches
            case .connection, .keepAlive, .proxyConnection, .te, .trailer, .transferEncoding: false
            default: true
            }
        }
        if chunked { out.writeStaticString("Transfer-Encoding: chunked\r\n") }
        if let connection {
            out.writeStaticString("Connection: ")
            out.writeStaticString(connection)
            out.writeStaticString("\r\n")
        }
        out.writeStaticString("\r\n")
    }

    private static func copy(
        _ fields: HTTPFields, _ bytes: UnsafeRawBufferPointer, to out: inout ByteBuffer,
        where keeps: (FieldLine) -> Bool
    ) {
        guard let first = fields.lines.first, let last = fields.lines.last else { return }
        var run = first.start
        for line in fields.lines {
            let known = line.kind != .other || !fields.named.isEmpty
            if !known || (keeps(line) && !fields.isNamed(line, bytes)) { continue }
            out.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[run..<line.start]))
            run = line.end
        }
        out.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[run..<last.end]))
    }

    /// In bytes: longer ids, or such with blanks, are replaced rather than carried into every log.
    private static let longestRequestID = 128

    private static func isRequestID(_ value: UnsafeRawBufferPointer) -> Bool {
        !value.isEmpty && value.count <= longestRequestID && value.allSatisfy { $0 > ASCII.space && $0 < 127 }
    }
}

extension ByteBuffer {
    fileprivate mutating func writeField(_ name: StaticString, _ value: UnsafeRawBufferPointer) {
        writeStaticString(name)
        writeStaticString(": ")
        writeBytes(value)
        writeStaticString("\r\n")
    }
}
