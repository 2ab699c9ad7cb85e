import Foundation
import Glibc

/// A blocking TCP socket with the few calls that tests need; every wait ends after ten seconds.
final class TestSocket: Sendable {
    let descriptor: Int32
    init(_ descriptor: Int32) { self.descriptor = descriptor }

    struct Failure: Error { var text: String }

    static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }

    static func make() -> Int32 {
        socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }

    static func listen(port: Int = 0) throws -> (socket: TestSocket, port: Int) {
        let descriptor = make()
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, 4)
        var address = address(port)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 && Glibc.listen(descriptor, 512) == 0
                    && getsockname(descriptor, address, &size) == 0
            }
        }
        guard bound else { throw Failure(text: "listen: \(errno)") }
        return (TestSocket(descriptor), Int(UInt16(bigEndian: address.sin_port)))
    }

    /// A port that was free a moment ago.
    static func freePort() throws -> Int {
        let (socket, port) = try listen()
        socket.close()
        return port
    }

    static func connect(_ port: Int, receiveBuffer: Int32? = nil) throws -> TestSocket {
        let descriptor = make()
        if var receiveBuffer { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, 4) }
        var address = address(port)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard connected else {
            Glibc.close(descriptor)
            throw Failure(text: "connect: \(errno)")
        }
        let socket = TestSocket(descriptor)
        socket.limitWaits()
        return socket
    }

    func limitWaits() {
        var wait = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
    }

    func accept() -> TestSocket? {
        let descriptor = Glibc.accept(descriptor, nil, nil)
        guard descriptor >= 0 else { return nil }
        let socket = TestSocket(descriptor)
        socket.limitWaits()
        return socket
    }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                Glibc.send(
                    descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Empty at the end, nil when it broke or the wait was over.
    func receive(_ limit: Int = 64 << 10) -> [UInt8]? {
        var block = [UInt8](repeating: 0, count: limit)
        let count = recv(descriptor, &block, limit, 0)
        guard count >= 0 else { return nil }
        return Array(block[0..<count])
    }

    func receiveAll() -> [UInt8] {
        var all: [UInt8] = []
        while let bytes = receive(), !bytes.isEmpty { all += bytes }
        return all
    }

    func shutdownOutput() { shutdown(descriptor, Int32(SHUT_WR)) }
    func stopAccepting() { shutdown(descriptor, Int32(SHUT_RDWR)) }
    func close() { Glibc.close(descriptor) }
}

/// Reads HTTP messages from a socket, well enough for tests.
final class MessageReader {
    struct Message {
        var startLine: String
        var fields: [(name: String, value: String)]
        var body: [UInt8]
        var isBodyWhole = true

        var status: Int { Int(startLine.split(separator: " ").dropFirst().first ?? "") ?? 0 }
        var method: String { String(startLine.split(separator: " ").first ?? "") }
        var target: String { String(startLine.split(separator: " ").dropFirst().first ?? "") }
        var text: String { String(decoding: body, as: UTF8.self) }
        subscript(name: String) -> String? {
            fields.first { $0.name.lowercased() == name.lowercased() }?.value
        }
        func count(_ name: String) -> Int {
            fields.filter { $0.name.lowercased() == name.lowercased() }.count
        }
    }

    let socket: TestSocket
    private var held: [UInt8] = []
    init(_ socket: TestSocket) { self.socket = socket }

    private func fill() -> Bool {
        guard let bytes = socket.receive(), !bytes.isEmpty else { return false }
        held += bytes
        return true
    }

    private func line() -> String? {
        while true {
            if let end = held.firstIndex(of: 10) {
                let line = String(decoding: held[0..<end].filter { $0 != 13 }, as: UTF8.self)
                held.removeFirst(end + 1)
                return line
            }
            if !fill() { return nil }
        }
    }

    private func bytes(_ count: Int) -> [UInt8]? {
        while held.count < count { if !fill() { return nil } }
        defer { held.removeFirst(count) }
        return Array(held[0..<count])
    }

    /// Everything up to the end of the connection.
    func rest() -> [UInt8] {
        while fill() {}
        defer { held = [] }
        return held
    }

    /// What is there now, waiting for the first of it.
    func some() -> [UInt8] {
        if held.isEmpty { _ = fill() }
        defer { held = [] }
        return held
    }

    /// - Parameter isResponseTo: the method, when this is a response.
    func next(isResponseTo method: String? = nil, readsBody: Bool = true) -> Message? {
        guard let first = line() else { return nil }
        var message = Message(startLine: first, fields: [], body: [])
        while let line = line(), !line.isEmpty {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            message.fields.append((String(line[..<colon]), String(value)))
        }
        guard readsBody else { return message }
        if method == "HEAD"
            || (method != nil && (message.status < 200 || [204, 304].contains(message.status)))
        {
            return message
        }
        if message["Transfer-Encoding"] != nil {
            message.isBodyWhole = chunks(&message.body)
        } else if let length = message["Content-Length"].flatMap({ Int($0) }) {
            message.body = bytes(length) ?? []
            message.isBodyWhole = message.body.count == length
        } else if method != nil {
            message.body = rest()
        }
        return message
    }

    private func chunks(_ body: inout [UInt8]) -> Bool {
        while let size = line().flatMap({ Int($0.prefix { $0 != ";" }, radix: 16) }) {
            if size == 0 {
                while let trailer = line() { if trailer.isEmpty { return true } }
                return false
            }
            guard let data = bytes(size), bytes(2) != nil else { return false }
            body += data
        }
        return false
    }
}
