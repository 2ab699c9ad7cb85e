import GantryBase
import Glibc
import Model
import NIOCore
import Synchronization

@testable import GitHosting

/// As much HTTP/1.1 as a git client speaks, before a `GitBackend`: `/BUSINESS/SERVICE.git/SUFFIX?QUERY`.
final class TestHTTPServer: Sendable {
    let port: Int
    private let listener: Descriptor
    private let backend: GitBackend
    /// Per chunk of a request's body, to make an upload slow.
    let delay = Mutex(Duration.zero)
    /// Heads of all requests, lowercased.
    let heads = Mutex<[String]>([])

    init(_ backend: GitBackend) throws {
        self.backend = backend
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let failed = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) != 0 || listen(socket, 64) != 0
                    || getsockname(socket, $0, &length) != 0
            }
        }
        guard !failed else { throw Descriptor.error("cannot listen", errno) }
        port = Int(UInt16(bigEndian: address.sin_port))
        listener = Descriptor(socket)
    }

    func run() async {
        await withDiscardingTaskGroup { group in
            while let socket = try? await listener.accept() {
                group.addTask { try? await self.serve(TestConnection(socket)) }
            }
            group.cancelAll()
        }
    }

    private func serve(_ connection: TestConnection) async throws {
        while let start = try await connection.line(), !start.isEmpty {
            var fields: [String: String] = [:]
            while let line = try await connection.line(), !line.isEmpty {
                let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
                fields[parts[0].lowercased()] = parts[1].trimmingPrefix(" ").description
            }
            heads.withLock {
                $0.append(start + " " + fields.map { "\($0.key): \($0.value)" }.joined(separator: "\n"))
            }
            let words = start.split(separator: " ").map(String.init)
            let target = words[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(
                String.init)
            let parts = target[0].split(separator: "/", maxSplits: 2).map(String.init)
            guard parts.count == 3, let cut = parts[2].isEmpty ? nil : parts[1].firstRange(of: ".git") else {
                try await connection.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                continue
            }
            let length = fields["content-length"].flatMap(Int64.init)
            let kind: TestBody.Kind =
                fields["transfer-encoding"] == "chunked" ? .chunked : .length(Int(length ?? 0))
            if fields["expect"] == "100-continue" {
                try await connection.send("HTTP/1.1 100 Continue\r\n\r\n")
            }
            let body = TestBody(connection: connection, kind: kind, delay: delay.withLock { $0 })
            let response = try await backend.handle(
                GitRequest(
                    method: words[0],
                    service: ServiceName(BusinessName(parts[0]), String(parts[1][..<cut.lowerBound])),
                    suffix: parts[2], query: target.count > 1 ? target[1] : "",
                    contentType: fields["content-type"], contentEncoding: fields["content-encoding"],
                    contentLength: length, gitProtocol: fields["git-protocol"], user: "lin", body: body))
            var head = "HTTP/1.1 \(response.status) Answer\r\nTransfer-Encoding: chunked\r\n"
            for (name, value) in response.headers { head += "\(name): \(value)\r\n" }
            try await connection.send(head + "\r\n")
            for try await buffer in response.body {
                try await connection.send("\(String(buffer.readableBytes, radix: 16))\r\n")
                try await connection.send(buffer)
                try await connection.send("\r\n")
            }
            try await connection.send("0\r\n\r\n")
        }
    }
}

/// Reads by lines and by counts; used by one task at a time.
actor TestConnection {
    private let socket: Descriptor
    private var buffer = ByteBuffer()

    init(_ socket: Descriptor) { self.socket = socket }

    func line() async throws -> String? {
        while true {
            if let end = buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
                let length = end - buffer.readerIndex + 1
                return buffer.readString(length: length).map { String($0.dropLast(1)) }
            }
            guard try await fill() else { return nil }
        }
    }

    /// At most `limit` bytes; nil at the end of the connection.
    func some(_ limit: Int) async throws -> ByteBuffer? {
        if buffer.readableBytes == 0, try await !fill() { return nil }
        return buffer.readSlice(length: min(limit, buffer.readableBytes))
    }

    func send(_ text: String) async throws { try await send(ByteBuffer(string: text)) }

    func send(_ bytes: ByteBuffer) async throws {
        guard try await socket.write(bytes) else { throw GantryError(.unavailable, "the client has gone") }
    }

    private func fill() async throws -> Bool {
        guard var more = try await socket.read() else { return false }
        buffer.discardReadBytes()
        buffer.writeBuffer(&more)
        return true
    }
}

struct TestBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    typealias Failure = any Error
    enum Kind { case chunked, length(Int) }

    var connection: TestConnection
    var kind: Kind
    var delay: Duration

    struct AsyncIterator: AsyncIteratorProtocol {
        var body: TestBody
        var left: Int
        var isAtEnd = false

        mutating func next() async throws -> ByteBuffer? {
            if isAtEnd { return nil }
            if case .chunked = body.kind, left == 0 {
                guard let size = try await body.connection.line(),
                    let length = Int(size.filter(\.isHexDigit), radix: 16)
                else { throw GantryError(.unavailable, "the client has gone") }
                left = length
                if length == 0 { _ = try await body.connection.line() }
            }
            if left == 0 {
                isAtEnd = true
                return nil
            }
            if body.delay > .zero { try await Task.sleep(for: body.delay) }
            guard let buffer = try await body.connection.some(left) else {
                throw GantryError(.unavailable, "the client has gone")
            }
            left -= buffer.readableBytes
            if case .chunked = body.kind, left == 0 { _ = try await body.connection.line() }
            return buffer
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        if case .length(let length) = kind { return AsyncIterator(body: self, left: length) }
        return AsyncIterator(body: self, left: 0)
    }
}
