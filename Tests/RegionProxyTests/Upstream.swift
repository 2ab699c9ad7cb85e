import Foundation
import Synchronization

/// A tiny HTTP server with a thread for each connection, whose answers a test decides.
final class Upstream: Sendable {
    enum Answer: Sendable {
        /// Written as it is; the connection goes on.
        case raw(String)
        case rawThenClose(String)
        case close
        /// The test takes the connection over.
        case take(@Sendable (MessageReader) -> Void)
    }
    typealias Handler = @Sendable (MessageReader.Message) -> Answer

    let port: Int
    let requests = Atomic(0)
    let connections = Atomic(0)
    private let listener: TestSocket
    private let readsBody: Bool
    private let open = Mutex<[TestSocket]>([])
    private let handler: Handler

    init(readsBody: Bool = true, _ handler: @escaping Handler) throws {
        (listener, port) = try TestSocket.listen()
        self.handler = handler
        self.readsBody = readsBody
        Thread { [self] in acceptAll() }.start()
    }

    /// Answers each request with its name.
    static func named(_ name: String, delay: TimeInterval = 0) throws -> Upstream {
        try Upstream { _ in
            if delay > 0 { Thread.sleep(forTimeInterval: delay) }
            return .raw(ok(name))
        }
    }

    static func ok(_ body: String) -> String {
        "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private func acceptAll() {
        while let socket = listener.accept() {
            connections.add(1, ordering: .relaxed)
            open.withLock { $0.append(socket) }
            let worker = Thread { [self] in serve(socket) }
            worker.stackSize = 256 << 10
            worker.start()
        }
        listener.close()
    }

    private func serve(_ socket: TestSocket) {
        let reader = MessageReader(socket)
        loop: while let request = reader.next(readsBody: readsBody) {
            requests.add(1, ordering: .relaxed)
            switch handler(request) {
            case .raw(let text): socket.send(text)
            case .rawThenClose(let text):
                socket.send(text)
                break loop
            case .close: break loop
            case .take(let work):
                work(reader)
                break loop
            }
        }
        open.withLock { $0.removeAll { $0 === socket } }
        socket.close()
    }

    /// Stops accepting; connections that are open go on.
    func stopListening() { listener.stopAccepting() }

    func stop() {
        stopListening()
        for socket in open.withLock({ $0 }) { socket.stopAccepting() }
    }
}
