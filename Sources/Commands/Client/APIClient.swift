import AsyncHTTPClient
import GantryBase
import Glibc
import Model
import NIOCore
import NIOHTTP1
import Wire

/// Asks the server's HTTP API; see docs/api.md.
struct APIClient: Sendable {
    let server: String
    let token: String?
    /// A file in PEM with the authority that the server's certificate comes from, where the system does not know it.
    var ca: String? = nil

    /// Of an answer that is read whole; lists come in pages.
    static let answerLimit = 64 << 20
    static let timeLimit = TimeAmount.seconds(60)

    /// Waits before a request is sent again whose connection broke: together longer than a server takes to start anew.
    /// Writes carry a key, so that the server carries each out once however often it comes.
    static let repeats: [Duration] = [
        .milliseconds(100), .milliseconds(400), .seconds(1), .seconds(2), .seconds(4),
    ]

    /// What a server answers instead of what was asked for.
    struct Problem: Decodable {
        var title: String
        var detail: String
        var hint: String?
        var diagnostics: [Diagnostic]?
    }

    func get<Answer: Decodable>(_ path: String, _ query: [(String, String)] = []) async throws -> Answer {
        try decode(try await send("GET", path, query))
    }

    func post<Answer: Decodable>(_ path: String, _ body: some Encodable) async throws -> Answer {
        try decode(try await send("POST", path, body: try JSON.encode(body)))
    }

    /// - Returns: the bytes of the answer's body.
    @discardableResult
    func send(
        _ method: String, _ path: String, _ query: [(String, String)] = [], body: [UInt8]? = nil,
        type: String = "application/json", headers: [(String, String)] = []
    ) async throws -> [UInt8] {
        let isWrite = method != "GET" && method != "HEAD"
        let key = isWrite ? [("Idempotency-Key", RandomName.make(length: 24))] : []
        var waits = Self.repeats[...]
        var isTorn = false
        while true {
            do {
                let response = try await exchange(
                    method, path, query, body: body, type: type, headers: headers + key,
                    timeLimit: Self.timeLimit)
                return Array(try await response.body.collect(upTo: Self.answerLimit).readableBytesView)
            } catch let error as GantryError {
                throw error
            } catch {
                // A server that was never there is said at once; one that went away may be back soon.
                isTorn = isTorn || Self.isTorn(error)
                guard isTorn, !Self.isTooLate(error), let wait = waits.popFirst() else {
                    throw unreachable(error)
                }
                try await Task.sleep(for: wait)
            }
        }
    }

    /// Whether the connection broke after it stood: nobody knows what became of the request.
    private static func isTorn(_ error: any Error) -> Bool {
        if let error = error as? HTTPClientError { return error == .remoteConnectionClosed }
        // A connection that could not be made is refused by the system, or times out.
        if let error = error as? IOError { return [ECONNRESET, EPIPE].contains(error.errnoCode) }
        return error as? ChannelError == .ioOnClosedChannel || error as? ChannelError == .eof
    }

    private static func isTooLate(_ error: any Error) -> Bool {
        (error as? HTTPClientError).map { $0 == .deadlineExceeded || $0 == .readTimeout } ?? false
    }

    /// The body as it comes; ends with the answer.
    func stream(_ path: String, _ query: [(String, String)] = []) async throws -> HTTPClientResponse.Body {
        do {
            return try await exchange(
                "GET", path, query, body: nil, type: "", headers: [], timeLimit: .hours(24)
            ).body
        } catch let error as GantryError {
            throw error
        } catch {
            throw unreachable(error)
        }
    }

    /// The answer with whatever status it has, where a refusal is part of the talk.
    func answer(_ method: String, _ path: String, body: [UInt8]) async throws -> (status: Int, body: [UInt8])
    {
        let response: HTTPClientResponse
        do {
            response = try await ask(
                method, path, [], body: body, type: "application/json", headers: [], timeLimit: Self.timeLimit
            )
        } catch let error as GantryError {
            throw error
        } catch {
            throw unreachable(error)
        }
        let bytes = try? await response.body.collect(upTo: 1 << 20)
        return (Int(response.status.code), Array((bytes ?? ByteBuffer()).readableBytesView))
    }

    private func exchange(
        _ method: String, _ path: String, _ query: [(String, String)], body: [UInt8]?, type: String,
        headers: [(String, String)], timeLimit: TimeAmount
    ) async throws -> HTTPClientResponse {
        let response = try await ask(
            method, path, query, body: body, type: type, headers: headers, timeLimit: timeLimit)
        guard response.status.code >= 400 else { return response }
        let bytes = try? await response.body.collect(upTo: 1 << 20)
        throw problem(Array((bytes ?? ByteBuffer()).readableBytesView), status: Int(response.status.code))
    }

    private func ask(
        _ method: String, _ path: String, _ query: [(String, String)], body: [UInt8]?, type: String,
        headers: [(String, String)], timeLimit: TimeAmount
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: server + Self.encoded(path) + Self.encoded(query))
        request.method = HTTPMethod(rawValue: method)
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let body {
            request.headers.add(name: "Content-Type", value: type)
            request.body = .bytes(body)
        }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        return try await TrustedClients.client(ca: ca).execute(request, timeout: timeLimit)
    }

    func problem(_ bytes: [UInt8], status: Int) -> GantryError {
        guard let problem = try? JSON.decode(Problem.self, from: bytes) else {
            return GantryError(
                .unavailable, "\(server) answered with status \(status)", hint: "is it a Gantry server?")
        }
        var message = problem.detail
        for diagnostic in problem.diagnostics ?? [] { message += "\n" + diagnostic.description }
        var hint = problem.hint
        if status == 401, token == nil {
            hint = "sign in with `gantry login`, or set GANTRY_TOKEN"
        }
        return GantryError(GantryError.Code(rawValue: problem.title) ?? .unavailable, message, hint: hint)
    }

    private func unreachable(_ error: any Error) -> GantryError {
        if TrustedClients.isDistrust(error) {
            return GantryError(
                .unavailable, "the certificate of \(server) is not trusted",
                hint: "if it is of an authority of your own, name its certificate: --ca FILE", cause: error)
        }
        return GantryError(
            .unavailable, "no answer from \(server)",
            hint: "start a server with `gantry up`, or name another with --server", cause: error)
    }

    private func decode<Answer: Decodable>(_ bytes: [UInt8]) throws -> Answer {
        do { return try JSON.decode(Answer.self, from: bytes) } catch {
            throw GantryError(
                .internal, "the answer of \(server) is not understood: \(JSON.describe(error))",
                hint: "server and command line may be of different versions")
        }
    }

    private static func encoded(_ query: [(String, String)]) -> String {
        guard !query.isEmpty else { return "" }
        return "?"
            + query.map { encoded($0.0, keeping: "") + "=" + encoded($0.1, keeping: "/") }.joined(
                separator: "&")
    }

    private static func encoded(_ path: String) -> String { encoded(path, keeping: "/") }

    private static func encoded(_ text: String, keeping kept: String) -> String {
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~*\(kept)".utf8)
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if plain.contains(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
