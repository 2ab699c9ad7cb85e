import Foundation
import Glibc
import Model
import Synchronization
import Testing
import Wire

/// A gateway whose answers a test decides, with everything that it took.
final class FakeGateway: Sendable {
    enum Reply: Sendable {
        case take
        case status(Int, retryAfter: Int? = nil, take: Bool = false)
        /// Closes the connection without a word, having taken the request or not.
        case hangUp(taken: Bool)
        /// Reads and never answers.
        case silence
    }

    struct Request: Sendable {
        var path: String
        var fields: [String: String]
        var body: [UInt8]
        var reply: Int
    }

    let port: Int
    private let state: Mutex<State>
    private struct State {
        var listener: LoopbackSocket?
        var open: [LoopbackSocket] = []
        var taken: [Request] = []
        var seen = 0
        var connections = 0
        var decide: @Sendable (Request) -> Reply
    }

    init(_ decide: @escaping @Sendable (Request) -> Reply = { _ in .take }) throws {
        let (listener, port) = try LoopbackSocket.listen()
        self.port = port
        state = Mutex(State(listener: listener, decide: decide))
        accept(listener)
    }

    deinit { goDown() }

    var address: String { "http://127.0.0.1:\(port)" }

    func answer(_ decide: @escaping @Sendable (Request) -> Reply) { state.withLock { $0.decide = decide } }

    /// Closes the listener and all connections.
    func goDown() {
        let sockets = state.withLock { state in
            let sockets = state.open + (state.listener.map { [$0] } ?? [])
            (state.listener, state.open) = (nil, [])
            return sockets
        }
        for socket in sockets { socket.shutdown() }
    }

    func comeBack() throws {
        let (listener, _) = try LoopbackSocket.listen(port: port)
        state.withLock { $0.listener = listener }
        accept(listener)
    }

    private func accept(_ listener: LoopbackSocket) {
        Thread { [weak self] in
            while let socket = listener.accept() {
                guard let self else { break }
                self.state.withLock {
                    $0.open.append(socket)
                    $0.connections += 1
                }
                let worker = Thread { [weak self] in
                    Self.serve(socket) { self?.handle($0) ?? .hangUp(taken: false) }
                }
                worker.stackSize = 512 << 10
                worker.start()
            }
            listener.close()
        }.start()
    }

    private static func serve(_ socket: LoopbackSocket, _ handle: (Request) -> Reply) {
        var messages = HTTPMessages(socket)
        loop: while let message = messages.next() {
            let body = (try? Gzip.unpack(message.body, limit: 64 << 20)) ?? message.body
            let request = Request(path: message.path, fields: message.fields, body: body, reply: 200)
            switch handle(request) {
            case .take: socket.send(answer(200))
            case .status(let status, let retryAfter, _): socket.send(answer(status, retryAfter))
            case .hangUp: break loop
            case .silence: continue
            }
        }
        socket.shutdown()
        socket.close()
    }

    private static func answer(_ status: Int, _ retryAfter: Int? = nil) -> [UInt8] {
        var head = "HTTP/1.1 \(status) Status\r\nContent-Length: 0\r\n"
        if let retryAfter { head += "Retry-After: \(retryAfter)\r\n" }
        return Array((head + "\r\n").utf8)
    }

    private func handle(_ request: Request) -> Reply {
        let decide = state.withLock { state in
            state.seen += 1
            return state.decide
        }
        let reply = decide(request)
        var isTaken = false
        switch reply {
        case .take, .hangUp(taken: true), .status(_, _, take: true): isTaken = true
        default: break
        }
        if isTaken { state.withLock { $0.taken.append(request) } }
        return reply
    }

    // MARK: What it has

    var taken: [Request] { state.withLock { $0.taken } }
    var seen: Int { state.withLock { $0.seen } }
    var connections: Int { state.withLock { $0.connections } }

    var spans: [SpanRecord] { records("/v1/traces") { try OTLP.decodeTraces($0).batch } }
    var logs: [LogRecord] { records("/v1/logs") { try OTLP.decodeLogs($0).batch } }
    var metrics: [MetricRecord] { records("/v1/metrics") { try OTLP.decodeMetrics($0).batch } }
    /// Texts of the log records that are not Gantry's own.
    var lines: [String] { logs.filter { $0.attributes["gantry.notice"] == nil }.map(\.body.text) }
    var notices: [String] { logs.filter { $0.attributes["gantry.notice"] != nil }.map(\.body.text) }

    /// As the gateway counts them: each once, however often it came.
    var windows: [CallWindow] {
        var seen: Set<[String]> = []
        return allWindows.filter { seen.insert(["\($0.counter)", "\($0.epoch)", "\($0.sequence)"]).inserted }
    }

    var allWindows: [CallWindow] {
        taken.filter { $0.path == "/v1/calls" }.flatMap { request in
            do {
                return try JSON.decode([CallWindow].self, from: request.body)
            } catch {
                Issue.record("no windows: \(error)")
                return []
            }
        }
    }

    /// Calls by interface, exactly.
    var calls: [String: UInt64] {
        windows.flatMap(\.calls).reduce(into: [:]) { $0[$1.key.interface, default: 0] += $1.counts.count }
    }

    private func records<Record>(
        _ path: String, _ decode: ([UInt8]) throws -> SignalBatch<Record>
    ) -> [Record] {
        taken.filter { $0.path == path }.flatMap { request -> [Record] in
            do {
                return try decode(request.body).groups.flatMap(\.scopes).flatMap(\.records)
            } catch {
                Issue.record("\(path): \(error)")
                return []
            }
        }
    }
}
