import Glibc
import Synchronization

/// For the self-test: takes spans as a collector does, one connection after the other, and keeps what it was sent.
final class Sink: Sendable {
    private let listener: Int32
    private let received = Mutex("")
    let url: String

    init?() {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var (address, length) = (sockaddr_in(), socklen_t(MemoryLayout<sockaddr_in>.size))
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let socket = listener
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && listen(socket, 16) == 0
                    && getsockname(socket, $0, &length) == 0
            }
        }
        guard isBound else { return nil }
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
        var thread = pthread_t()
        // The thread holds the sink until the test ends.
        let me = Unmanaged.passRetained(self).toOpaque()
        pthread_create(
            &thread, nil,
            { me in
                if let me { Unmanaged<Sink>.fromOpaque(me).takeUnretainedValue().run() }
                return nil
            }, me)
    }

    var text: String { received.withLock { $0 } }

    private func run() {
        let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { return }
            var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 16 * 1024))
            while !Self.isWhole(String(decoding: bytes, as: UTF8.self)) {
                let count = read(client, &buffer, buffer.count)
                guard count > 0 else { break }
                bytes += buffer[..<count]
            }
            received.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
            _ = send(client, answer, answer.count, Int32(MSG_NOSIGNAL))
            close(client)
        }
    }

    private static func isWhole(_ request: String) -> Bool {
        let parts = request.split(separator: "\r\n\r\n", maxSplits: 1)
        let lengths = request.split(separator: "Content-Length: ")
        guard parts.count == 2, lengths.count == 2 else { return false }
        return parts[1].utf8.count == Int(lengths[1].prefix { $0.isNumber })
    }
}
