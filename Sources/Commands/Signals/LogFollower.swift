import API
import AsyncHTTPClient
import GantryBase
import NIOCore
import Wire

/// Prints records as they come. A connection that is lost is made again, and goes on where it was: no line is missing, and
/// none is there twice.
struct LogFollower: Sendable {
    var client: APIClient
    var parameters: [(String, String)]
    var printer: LogPrinter

    static let pause = Duration.seconds(1)
    /// A server that is started again takes some seconds; one that does not come back is said to be gone.
    static let attempts = 60

    func follow(lines: Int) async throws {
        var position: UInt64?
        var failures = 0
        while true {
            let start = position.map { ("position", "\($0)") } ?? ("lines", "\(lines)")
            do {
                let body = try await client.stream("/v1/logs/tail", parameters + [start])
                try await read(body, &position) { failures = 0 }
            } catch let error as GantryError where error.code != .unavailable && error.code != .conflict {
                throw error
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                failures += 1
                // Without a place to go on from nothing has been followed yet.
                guard position != nil, failures <= Self.attempts else { throw error }
                if failures == 1 { Notice.say("the connection is lost; going on when the server answers") }
            }
            try await Task.sleep(for: Self.pause)
        }
    }

    private func read(
        _ body: HTTPClientResponse.Body, _ position: inout UInt64?, _ lives: () -> Void
    ) async throws {
        var rest: [UInt8] = []
        for try await piece in body {
            rest += piece.readableBytesView
            guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { continue }
            for line in rest[..<end].split(separator: UInt8(ascii: "\n")) {
                try take(try JSON.decode(TailLine.self, from: Array(line)), &position)
            }
            rest.removeFirst(end + 1)
            lives()
        }
    }

    private func take(_ line: TailLine, _ position: inout UInt64?) throws {
        switch line.type {
        case .record:
            guard let record = line.record else { return }
            // Printed once, also when the server tells it again after a lost connection.
            if let known = position, record.position <= known { return }
            printer.print(record)
            if let known = position { position = max(known, record.position) }
        case .position: position = max(position ?? 0, line.position ?? 0)
        case .error:
            let title = line.problem?["title"]?.stringValue ?? ""
            throw GantryError(
                GantryError.Code(rawValue: title) ?? .unavailable,
                line.problem?["detail"]?.stringValue ?? "the server has ended the log",
                hint: line.problem?["hint"]?.stringValue)
        }
    }
}
