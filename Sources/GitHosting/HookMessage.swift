import GantryBase
import NIOCore

/// One request or answer of HTTP/1.1 with a body of known length: all that a hook and the server need of it.
struct HookMessage: Sendable {
    static let largestHead = 8 << 10

    /// The first line without its end, such as `POST /hooks/pre-receive HTTP/1.1`.
    var start: String
    var body: [UInt8]

    func bytes() -> ByteBuffer {
        let head =
            "\(start)\r\nHost: gantry\r\nContent-Type: application/json\r\nContent-Length: \(body.count)\r\n"
            + "Connection: close\r\n\r\n"
        var buffer = ByteBuffer(string: head)
        buffer.writeBytes(body)
        return buffer
    }

    /// Reads one message; what follows it is not looked at.
    ///
    /// - Throws: `.limit` for a body above the limit, `.invalid` for what is no such message.
    static func read(from stream: Descriptor, until deadline: ContinuousClock.Instant) async throws
        -> HookMessage
    {
        var bytes: [UInt8] = []
        var head: (text: String, end: Int)?
        while head == nil {
            guard bytes.count <= largestHead else {
                throw GantryError(.limit, "the head of the message is too long")
            }
            guard let more = try await stream.read(until: deadline) else {
                throw GantryError(.invalid, "the connection ended within the head of a message")
            }
            bytes += more.readableBytesView
            head = try self.head(in: bytes)
        }
        guard let (text, end) = head else { throw GantryError(.internal, "a message without a head") }
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        let length = try contentLength(lines.dropFirst())
        bytes.removeFirst(end)
        while bytes.count < length {
            guard let more = try await stream.read(until: deadline) else {
                throw GantryError(.invalid, "the connection ended within the body of a message")
            }
            bytes += more.readableBytesView
        }
        return HookMessage(start: lines.first.map(String.init) ?? "", body: Array(bytes.prefix(length)))
    }

    private static func head(in bytes: [UInt8]) throws -> (text: String, end: Int)? {
        guard let range = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        guard let text = String(validating: bytes[..<range.lowerBound], as: UTF8.self) else {
            throw GantryError(.invalid, "the head of the message is no text")
        }
        return (text, range.upperBound)
    }

    private static func contentLength(_ fields: some Sequence<Substring>) throws -> Int {
        var length: Int?
        for field in fields {
            let parts = field.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "content-length" else { continue }
            let digits = parts[1].drop { $0 == " " }
            guard length == nil, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let value = Int(digits)
            else {
                throw GantryError(.invalid, "the length of the message is not clear")
            }
            length = value
        }
        guard let length else { throw GantryError(.invalid, "the message does not say its length") }
        guard length <= HookLimits.largestMessage else {
            throw GantryError(
                .limit, "a message of \(length) bytes; \(HookLimits.largestMessage) are allowed")
        }
        return length
    }
}
