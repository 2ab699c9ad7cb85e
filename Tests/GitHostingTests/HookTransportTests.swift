import Foundation
import GantryBase
import Glibc
import Model
import NIOCore
import Testing

@testable import GitHosting

@Suite struct HookTransportTests {
    @Test func `the socket is ours alone, one server has it, and a dead one's is taken over`() async throws {
        let folder = try Hosting.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/hooks.sock"
        // A socket whose server is gone, as after a crash.
        let stale = try UnixSocket.listen(path, backlog: 1)
        stale.close()
        let server = try HookServer(socket: path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let error = #expect(throws: GantryError.self) { try HookServer(socket: path) }
        #expect(error?.code == .conflict)
        let running = Task { await server.run { _ in HookReply(accepted: true) } }
        running.cancel()
        await running.value
        #expect(!FileManager.default.fileExists(atPath: path))
        let long = #expect(throws: GantryError.self) {
            try HookServer(socket: folder + "/" + String(repeating: "x", count: 100))
        }
        #expect(long?.code == .invalid)
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
        "POST /hooks/pre-receive HTTP/1.1\r\n\r\n",
        "POST /hooks/pre-receive HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
        "POST /hooks/pre-receive HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST /hooks/pre-receive HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "POST /hooks/pre-receive HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
        String(repeating: "a", count: 9_000),
    ]) func `what is no call is answered without asking the handler`(text: String) async throws {
        try await Self.withServer { path in
            let deadline = ContinuousClock.now + .seconds(20)
            let connection = try await UnixSocket.connect(path, until: deadline)
            _ = try await connection.write(ByteBuffer(string: text), until: deadline)
            var answer: [UInt8] = []
            while let part = try await connection.read(until: deadline) { answer += part.readableBytesView }
            let line = String(decoding: answer, as: UTF8.self).prefix(12)
            #expect(line == "HTTP/1.1 400" || line == "HTTP/1.1 404")
        }
    }

    @Test(arguments: [
        ("0 1 refs/heads/main\n", "cannot understand"),
        ("garbage\n", "cannot understand"),
        (String(repeating: "a", count: 2 << 20), "more than 500 refs"),
        (
            String(
                repeating: String(repeating: "0", count: 40) + " " + String(repeating: "0", count: 40)
                    + " refs/heads/x\n", count: 501), "more than 500 refs"
        ),
    ]) func `lines that git does not write are refused`(input: String, message: String) async throws {
        let folder = try Hosting.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try input.write(toFile: folder + "/input", atomically: true, encoding: .utf8)
        let (status, said) = await Self.client(input: folder + "/input", socket: folder + "/none")
        #expect(status == 1)
        #expect(said.contains(message))
    }

    @Test func `a push past the server is refused`() async throws {
        let (status, said) = await Self.client(input: "/dev/null", socket: nil)
        #expect(status == 1)
        #expect(said.contains("the push is refused: it did not come through the server"))
    }

    static func client(input: String, socket: String?) async -> (status: Int32, said: String) {
        let file = open(input, O_RDONLY)
        defer { close(file) }
        let lines = Lines()
        var environment = ["GANTRY_PUSH_USER": "lin"]
        environment["GANTRY_HOOK_SOCKET"] = socket
        let status = await HookClient.run(
            kind: .preReceive, service: ServiceName("yidian", "article"), standardInput: file,
            environment: environment, say: { lines.add($0) })
        return (status, lines.text)
    }

    static func withServer(_ test: (String) async throws -> Void) async throws {
        let folder = try Hosting.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let server = try HookServer(socket: folder + "/s")
        let running = Task {
            await server.run { call in
                Issue.record("\(call)")
                return HookReply(accepted: true)
            }
        }
        do { try await test(folder + "/s") } catch { Issue.record(error) }
        running.cancel()
        await running.value
    }
}
