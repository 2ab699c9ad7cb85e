import GantryBase
import NIOCore
import NIOHTTP1
import Wire

/// One connection of an SDK: reads a request whole, hands it on, and writes the answer.
///
/// What is refused from its head on is read to its end and dropped, within a bound, so that its sender reads the answer
/// and not a reset.
final class ReceiverConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum Phase {
        case idle
        case body(RequestShape)
        /// The body is dropped; the answer follows its end.
        case refusing(ReceiverAnswer)
        /// With whoever takes it.
        case waiting
        /// The last answer is written; what still comes is dropped.
        case closing
    }

    private let state: ReceiverState
    private var phase = Phase.idle
    private var body: [UInt8] = []
    private var discarded = 0
    private var keepsAlive = true
    private var context: ChannelHandlerContext?
    private(set) var deadline: NIODeadline

    /// How long the rest of a request is dropped after an answer that did not wait for its end.
    private static let lingering = TimeAmount.seconds(1)

    init(_ state: ReceiverState) {
        self.state = state
        deadline = .now() + .milliseconds(state.limits.idle.milliseconds)
    }

    var isIdle: Bool { if case .idle = phase { true } else { false } }

    func close() { context?.close(promise: nil) }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        guard state.admit(self) else { return close() }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        forgetBody()
        phase = .closing
        state.remove(self)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func tick(_ now: NIODeadline) { if now >= deadline { close() } }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), phase) {
        case (.head(let head), .idle): begin(head, context)
        case (.body(let bytes), .body(let shape)): take(bytes, shape)
        case (.body(let bytes), .refusing(let answer)):
            discarded += bytes.readableBytes
            if discarded > CollectorLimits.discardedBytes { answerAndLinger(answer) }
        case (.end, .body(let shape)): handOn(shape)
        case (.end, .refusing(let answer)): write(answer)
        default: return
        }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        deadline = .now() + .milliseconds(state.limits.bodyTime.milliseconds)
        keepsAlive = head.isKeepAlive && !state.isDraining
        discarded = 0
        let expects = head.headers.first(name: "expect")?.lowercased() == "100-continue"
        switch RequestShape.read(head) {
        case .failure(let refusal):
            phase = .refusing(refusal.answer)
            // Its sender waits, and a final answer tells it to keep the body.
            if expects { answerAndLinger(refusal.answer) }
        case .success(let shape):
            phase = .body(shape)
            guard expects else { return }
            let head = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
        }
    }

    private func take(_ bytes: ByteBuffer, _ shape: RequestShape) {
        if body.isEmpty { body.reserveCapacity(min(shape.length ?? 0, OTLP.largestBody)) }
        body.append(contentsOf: bytes.readableBytesView)
        state.bodyBytes += bytes.readableBytes
        if body.count > OTLP.largestBody {
            refuseBody(413, "the body is larger than \(OTLP.largestBody) bytes", shape)
        } else if state.bodyBytes > state.limits.bodyBytes {
            refuseBody(429, "more requests are under way than the agent holds", shape)
        }
    }

    private func refuseBody(_ status: Int, _ message: String, _ shape: RequestShape) {
        discarded = body.count
        forgetBody()
        phase = .refusing(.refused(status, message, shape.encoding, retryAfter: status == 429 ? 1 : nil))
    }

    private func handOn(_ shape: RequestShape) {
        phase = .waiting
        deadline = .distantFuture
        let taken = body
        body = []
        // Weak, since the connection may be gone by then; touched on its own loop only, which the bound value checks.
        let loop = state.loop
        let connection = NIOLoopBound(WeakConnection(self), eventLoop: loop)
        let share = NIOLoopBound(state, eventLoop: loop)
        let request = ReceivedRequest(
            signal: shape.signal, encoding: shape.encoding, isPacked: shape.isPacked, body: taken
        ) { answer in
            loop.execute {
                share.value.bodyBytes -= taken.count
                connection.value.connection?.write(answer)
            }
        }
        guard !state.queue.add(request) else { return }
        state.bodyBytes -= taken.count
        write(.refused(503, "the agent ends", shape.encoding, retryAfter: 1))
    }

    private struct WeakConnection {
        weak var connection: ReceiverConnection?
        init(_ connection: ReceiverConnection) { self.connection = connection }
    }

    private func forgetBody() {
        state.bodyBytes -= body.count
        body = []
    }

    // MARK: Answers

    private func write(_ answer: ReceiverAnswer) {
        guard let context, context.channel.isActive else { return }
        if answer.status >= 400, case .refusing = phase {
            state.tally.add { $0.answers[answer.status, default: 0] += 1 }
        }
        let keeps = keepsAlive && !state.isDraining
        // Before the answer goes: the next request of a pipeline comes in while it is written.
        phase = keeps ? .idle : .closing
        deadline = .now() + (keeps ? .milliseconds(state.limits.idle.milliseconds) : Self.lingering)
        let written = keeps ? nil : context.eventLoop.makePromise(of: Void.self)
        written?.futureResult.assumeIsolated().whenComplete { [weak self] _ in self?.close() }
        send(answer, keepsAlive: keeps, context, written)
    }

    private func answerAndLinger(_ answer: ReceiverAnswer) {
        guard let context else { return }
        state.tally.add { $0.answers[answer.status, default: 0] += 1 }
        phase = .closing
        deadline = .now() + Self.lingering
        send(answer, keepsAlive: false, context)
    }

    private func send(
        _ answer: ReceiverAnswer, keepsAlive: Bool, _ context: ChannelHandlerContext,
        _ written: EventLoopPromise<Void>? = nil
    ) {
        var headers = HTTPHeaders([
            ("Content-Type", answer.contentType), ("Content-Length", String(answer.body.count)),
        ])
        if let seconds = answer.retryAfter { headers.add(name: "Retry-After", value: String(seconds)) }
        if let allow = answer.allow { headers.add(name: "Allow", value: allow) }
        if !keepsAlive { headers.add(name: "Connection", value: "close") }
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !answer.body.isEmpty {
            context.write(
                wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    }
}
