import Foundation
import GantryBase
import Glibc
import Synchronization
import Testing
import Wire

@testable import Commands

@Suite struct TornConnectionTests {
    @Test func aWriteIsSentAgainWithItsKeyWhenItsConnectionBreaks() async throws {
        let server = try BreakingServer(breaking: 2)
        defer { server.stop() }
        let client = APIClient(server: server.address, token: "t")
        let answer = try await client.send("POST", "/v1/runs/a/b/1/cancel")
        #expect(answer == Array("{}".utf8))
        let keys = server.requests.map { request in
            request.split(separator: "\r\n").first { $0.lowercased().hasPrefix("idempotency-key:") }
        }
        #expect(keys.count == 3 && Set(keys).count == 1 && keys[0] != nil, "\(server.requests)")
        _ = try await client.send("POST", "/v1/runs/a/b/1/cancel")
        let last = server.requests.last?.split(separator: "\r\n").first {
            $0.lowercased().hasPrefix("idempotency-key:")
        }
        #expect(last != nil && last != keys[0])
    }

    @Test func aReadIsSentAgainWithoutAKey() async throws {
        let server = try BreakingServer(breaking: 1)
        defer { server.stop() }
        _ = try await APIClient(server: server.address, token: nil).send("GET", "/v1/runs")
        #expect(server.requests.count == 2)
        #expect(!server.requests.joined().lowercased().contains("idempotency-key"))
    }

    @Test func aServerThatWasNeverThereIsSaidAtOnce() async throws {
        // A port that only the system's own services may have.
        let address = "http://127.0.0.1:1"
        let start = ContinuousClock.now
        do {
            _ = try await APIClient(server: address, token: nil).send("GET", "/livez")
            Issue.record("it answered")
        } catch let error as GantryError {
            #expect(error.code == .unavailable && error.hint?.contains("gantry up") == true)
        }
        #expect(ContinuousClock.now - start < .seconds(6))
    }
}

/// Reads each request and closes the first few connections without an answer.
private final class BreakingServer: Sendable {
    private let socket: Int32
    private let isStopped = Mutex(false)
    private let seen = Mutex<[String]>([])
    let address: String
    var requests: [String] { seen.withLock { $0 } }

    init(breaking count: Int) throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.socket = socket
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
                bind(socket, place, length) == 0 && listen(socket, 8) == 0
                    && getsockname(socket, place, &length) == 0
            }
        }
        try #require(result)
        address = "http://127.0.0.1:\(UInt16(bigEndian: place.sin_port))"
        Thread.detachNewThread { [self] in serve(breaking: count) }
    }

    /// Closing alone does not wake who waits for a connection.
    func stop() {
        let isFirst = isStopped.withLock { stopped in
            defer { stopped = true }
            return !stopped
        }
        if isFirst { shutdown(socket, Int32(SHUT_RDWR)) }
    }

    private func serve(breaking count: Int) {
        var left = count
        while true {
            let connection = accept(socket, nil, nil)
            guard connection >= 0 else { break }
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while bytes.firstRange(of: Array("\r\n\r\n".utf8)) == nil {
                let count = recv(connection, &buffer, buffer.count, 0)
                guard count > 0 else { break }
                bytes += buffer[..<count]
            }
            if !bytes.isEmpty { seen.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) } }
            if left > 0 {
                left -= 1
            } else {
                let answer = Array(
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}".utf8)
                _ = Glibc.send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
            }
            close(connection)
        }
        close(socket)
    }
}
