import GantryBase
import Glibc
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// Puts an answer on the wire, and ends the connection where the request was not read to its end.
struct AnswerWriting: Sendable {
    let request: RequestBody
    let reader: RequestBodyReader
    let channel: any Channel
    let passage: Passage
    let limits: APILimits

    func response(_ answer: Answer, _ headers: HTTPFields) -> Response {
        var headers = headers
        let closes = reader.hasMuchLeft
        switch answer.body {
        case .none:
            if closes { headers[.connection] = "close" }
            if answer.status != .noContent { headers[.contentLength] = "0" }
            return Response(
                status: answer.status, headers: headers, body: closes ? whole(ByteBuffer()) : .init())
        case .bytes(let buffer):
            if closes { headers[.connection] = "close" }
            passage.note { $0.bytes = Int64(buffer.readableBytes) }
            let isSmall = buffer.readableBytes <= APILimits.smallAnswerBytes
            return Response(
                status: answer.status, headers: headers,
                body: isSmall && !closes ? ResponseBody(byteBuffer: buffer) : whole(buffer))
        case .live(let body):
            passage.note { $0.isStream = true }
            headers[.connection] = "close"
            return Response(status: answer.status, headers: headers, body: live(body))
        case .duplex(let producer):
            return Response(status: answer.status, headers: headers, body: duplex(producer))
        }
    }

    private func whole(_ buffer: ByteBuffer) -> ResponseBody {
        ResponseBody(contentLength: buffer.readableBytes) { writer in
            // What is captured lives, and with it the seat, until the answer is written.
            defer { withExtendedLifetime(passage) {} }
            if buffer.readableBytes > 0 { try await writer.write(buffer) }
            try await writer.finish(nil)
            endUnread()
        }
    }

    private func live(_ body: LiveBody) -> ResponseBody {
        ResponseBody { writer in
            defer { withExtendedLifetime(body.seat) { close(after: limits.idlePeriod) } }
            noticeVanishedClient()
            do {
                // The end of the request's connection is the only sign of a client that has gone.
                try await request.consumeWithCancellationOnInboundClose { _ in
                    try await LiveWriting(body: watched(body), limits: limits).write { buffer in
                        passage.note { $0.bytes += Int64(buffer.readableBytes) }
                        try await writer.write(buffer)
                    }
                    try await writer.finish(nil)
                }
            } catch {
                if !(error is CancellationError) { passage.note { $0.cause = "\(error)" } }
                throw error
            }
        }
    }

    /// A client that has lost its right and does not read would hold the answer where it is: its connection is closed
    /// all the same, a moment later.
    private func watched(_ body: LiveBody) -> LiveBody {
        var body = body
        let recheck = body.recheck
        body.recheck = {
            do { try await recheck() } catch {
                if !(error is CancellationError) { close(after: limits.lingerPeriod) }
                throw error
            }
        }
        return body
    }

    /// A machine that has lost its power or its network closes nothing; a log has nothing that could be sent to ask it.
    private func noticeVanishedClient() {
        let (idle, interval, probes) = APILimits.keepAlive
        let options: [(ChannelOptions.Types.SocketOption, Int)] = [
            (.init(level: .socket, name: .so_keepalive), 1),
            (.init(level: .tcp, name: .init(rawValue: TCP_KEEPIDLE)), idle),
            (.init(level: .tcp, name: .init(rawValue: TCP_KEEPINTVL)), interval),
            (.init(level: .tcp, name: .init(rawValue: TCP_KEEPCNT)), probes),
        ]
        // A channel that is no socket has none of them, and needs none.
        for (option, value) in options { _ = channel.setOption(option, value: .init(value)) }
    }

    private func duplex(_ producer: @escaping Answer.Producer) -> ResponseBody {
        ResponseBody { writer in
            do {
                try await producer { buffer in
                    passage.note { $0.bytes += Int64(buffer.readableBytes) }
                    try await writer.write(buffer)
                }
                try await writer.finish(nil)
            } catch {
                passage.note { $0.cause = "\(error)" }
                throw error
            }
            endUnread()
        }
    }

    /// Says that nothing more will be answered, and gives the client a moment to stop sending and read the answer:
    /// closing at once would reset the connection, and the answer would be lost on its way.
    private func endUnread() {
        guard reader.hasMuchLeft else { return }
        channel.close(mode: .output, promise: nil)
        close(after: limits.lingerPeriod)
    }

    /// A client that does not close its side would hold the connection for ever.
    private func close(after period: Period) {
        channel.eventLoop.scheduleTask(in: .milliseconds(period.milliseconds)) { [channel] in
            channel.close(promise: nil)
        }
    }
}
