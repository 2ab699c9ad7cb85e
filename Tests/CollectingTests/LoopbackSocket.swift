import Foundation
import Glibc

/// A blocking TCP connection or listener on loopback; every wait ends after ten seconds.
final class LoopbackSocket: Sendable {
    let descriptor: Int32
    init(_ descriptor: Int32) { self.descriptor = descriptor }

    struct Failure: Error { var text: String }

    private static func withAddress<T>(
        _ port: Int, _ body: (UnsafeMutablePointer<sockaddr>, inout socklen_t) -> T
    ) -> (T, port: Int) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, &size) }
        }
        return (result, Int(UInt16(bigEndian: address.sin_port)))
    }

    private static func make() -> Int32 {
        socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }

    static func listen(port: Int = 0) throws -> (socket: LoopbackSocket, port: Int) {
        let descriptor = make()
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, 4)
        let (isBound, port) = withAddress(port) { address, size in
            bind(descriptor, address, size) == 0 && Glibc.listen(descriptor, 64) == 0
                && getsockname(descriptor, address, &size) == 0
        }
        guard isBound else { throw Failure(text: "listen: \(errno)") }
        return (LoopbackSocket(descriptor), port)
    }

    static func connect(_ port: Int) throws -> LoopbackSocket {
        let socket = LoopbackSocket(make())
        let (isConnected, _) = withAddress(port) { Glibc.connect(socket.descriptor, $0, $1) == 0 }
        guard isConnected else {
            socket.close()
            throw Failure(text: "connect: \(errno)")
        }
        socket.limitWaits()
        return socket
    }

    private func limitWaits() {
        var wait = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
    }

    func accept() -> LoopbackSocket? {
        let descriptor = Glibc.accept(descriptor, nil, nil)
        guard descriptor >= 0 else { return nil }
        let socket = LoopbackSocket(descriptor)
        socket.limitWaits()
        return socket
    }

    @discardableResult func send(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var at = 0
            while at < buffer.count {
                let sent = Glibc.send(
                    descriptor, buffer.baseAddress.map { $0 + at }, buffer.count - at,
                    Int32(MSG_NOSIGNAL))
                if sent <= 0 { return false }
                at += sent
            }
            return true
        }
    }

    /// Nil at the end of the stream, or when it broke or nothing came in time.
    func receive() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let got = recv(descriptor, &buffer, buffer.count, 0)
        return got > 0 ? Array(buffer[..<got]) : nil
    }

    /// Wakes whoever is blocked in it.
    func shutdown() { Glibc.shutdown(descriptor, Int32(SHUT_RDWR)) }
    func close() { Glibc.close(descriptor) }
}

/// Reads HTTP messages with a length, one after the other.
struct HTTPMessages {
    struct Message: Sendable {
        var firstLine: String
        var fields: [String: String]
        var body: [UInt8]

        /// Of an answer.
        var status: Int { Int(firstLine.split(separator: " ").dropFirst().first ?? "") ?? 0 }
        /// Of a request.
        var path: String { String(firstLine.split(separator: " ").dropFirst().first ?? "") }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    let socket: LoopbackSocket
    private var bytes: [UInt8] = []
    init(_ socket: LoopbackSocket) { self.socket = socket }

    mutating func next() -> Message? {
        let mark = Array("\r\n\r\n".utf8)
        var end = bytes.firstRange(of: mark)
        while end == nil {
            guard let more = socket.receive() else { return nil }
            bytes += more
            end = bytes.firstRange(of: mark)
        }
        guard let end else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        bytes.removeFirst(end.upperBound)
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[line[..<colon].lowercased()] =
                line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        let length = Int(fields["content-length"] ?? "") ?? 0
        while bytes.count < length {
            guard let more = socket.receive() else { return nil }
            bytes += more
        }
        defer { bytes.removeFirst(length) }
        return Message(firstLine: lines[0], fields: fields, body: Array(bytes[..<length]))
    }
}
