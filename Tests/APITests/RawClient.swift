import Foundation
import Glibc
import Wire

/// An answer as it came over the wire.
struct Reply {
    var status: Int
    /// By lower-case name.
    var headers: [String: String]
    /// What the fields `Set-Cookie` say, each as it came.
    var cookies: [String] = []
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSONValue { (try? JSON.parse(body)) ?? .null }

    init?(_ bytes: [UInt8]) {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        guard let start = lines.first, let code = start.split(separator: " ").dropFirst().first,
            let status = Int(code)
        else { return nil }
        self.status = status
        headers = [:]
        for line in lines.dropFirst() {
            let sides = line.split(separator: ":", maxSplits: 1)
            if sides.count > 1, sides[0].lowercased() == "set-cookie" {
                cookies.append(sides[1].trimmingCharacters(in: .whitespaces))
            }
            headers[sides[0].lowercased()] =
                sides.count > 1 ? sides[1].trimmingCharacters(in: .whitespaces) : ""
        }
        body = Array(bytes[end.upperBound...])
        if headers["transfer-encoding"] == "chunked" { body = Self.dechunked(body) }
    }

    static func dechunked(_ bytes: [UInt8]) -> [UInt8] {
        var (rest, body) = (bytes[...], [UInt8]())
        while let end = rest.firstRange(of: [13, 10]),
            let size = Int(String(decoding: rest[..<end.lowerBound], as: UTF8.self), radix: 16), size > 0
        {
            let data = rest[end.upperBound...]
            body += data.prefix(size)
            rest = data.dropFirst(size + 2)
        }
        return body
    }
}

struct ClientFault: Error, CustomStringConvertible {
    var description: String
}

/// A connection that sends exactly the bytes it is given.
final class RawClient: Sendable {
    private let socket: Int32
    /// What a test waits at most for anything.
    static let patience = 60.0

    init(port: Int) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw ClientFault(description: "connect: \(errno)") }
    }

    deinit { Glibc.close(socket) }

    func shutdownWriting() { Glibc.shutdown(socket, Int32(SHUT_WR)) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw ClientFault(description: "send: \(errno)") }
            sent += count
        }
    }

    /// Sends piece after piece until the server answers, or `most` bytes are sent; returns how many were.
    func sendUntilAnswered(_ piece: [UInt8], most: Int) async throws -> Int {
        try await blocking { [self] in
            var sent = 0
            while sent < most {
                var polled = pollfd(fd: socket, events: Int16(POLLIN | POLLOUT), revents: 0)
                guard poll(&polled, 1, Int32(Self.patience * 1000)) > 0 else { break }
                if polled.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 { break }
                let count = piece.withUnsafeBytes {
                    Glibc.send(
                        socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
                    )
                }
                if count <= 0 { break }
                // A piece that went out in part would break the chunks: the rest goes out blocking.
                sent += piece.count
                if count < piece.count { try send(Array(piece[count...])) }
            }
            return sent
        }
    }

    /// Reads until the text has come, or the end where it is nil.
    func read(until text: String? = nil) async throws -> [UInt8] {
        try await blocking { [self] in
            var bytes: [UInt8] = []
            let deadline = Date().addingTimeInterval(Self.patience)
            var buffer = [UInt8](repeating: 0, count: 64 << 10)
            while Date() < deadline {
                if let text, bytes.firstRange(of: Array(text.utf8)) != nil { return bytes }
                var polled = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
                guard poll(&polled, 1, 100) > 0 else { continue }
                let count = recv(socket, &buffer, buffer.count, 0)
                if count > 0 {
                    bytes += buffer[..<count]
                } else {
                    guard text == nil else { throw ClientFault(description: "ended: \(Self.text(bytes))") }
                    return bytes
                }
            }
            throw ClientFault(description: "waited too long after: \(Self.text(bytes))")
        }
    }

    func reply() async throws -> Reply {
        let bytes = try await read()
        guard let reply = Reply(bytes) else {
            throw ClientFault(description: "no reply: \(Self.text(bytes))")
        }
        return reply
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.prefix(2000), as: UTF8.self)
    }
}

/// Runs what blocks on a thread of its own: the queues that all share have few threads, and the store needs them.
func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}
