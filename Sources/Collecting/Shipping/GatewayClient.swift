import GantryBase
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// One connection to the gateway that lasts over requests; a thread sends one after the other and waits for each.
final class GatewayClient: Sendable {
    struct Request: Sendable {
        var path: String
        var contentType: String
        /// Packed with gzip.
        var body: [UInt8]
    }

    private struct Connection {
        var channel: any Channel
        var address: GatewayAddress
        var isUsed = false
    }
    private struct State {
        var connection: Connection?
        var isAborted = false
    }

    private let loop: any EventLoop
    private let addressFile: String
    private let token: String
    private let limits: CollectorLimits
    private let state = Mutex(State())

    init(_ loop: any EventLoop, addressFile: String, token: String, limits: CollectorLimits) {
        (self.loop, self.addressFile, self.token, self.limits) = (loop, addressFile, token, limits)
    }

    /// Blocks until an answer came or the time is over. After anything but a gateway's own word the connection goes, so
    /// that the next request reads the address anew.
    ///
    /// - Throws: when there is no address that could be used.
    func post(_ request: Request) throws(GantryError) -> GatewayAnswer {
        while true {
            let (connection, reason) = try connect()
            guard let connection else { return .none(reason) }
            let answer = send(request, over: connection)
            if case .none = answer, connection.isUsed, !state.withLock({ $0.isAborted }) {
                // The gateway may have closed it while it was idle.
                drop(connection)
                continue
            }
            switch answer {
            case .taken, .unreadable, .tooLarge:
                state.withLock { $0.connection?.isUsed = true }
            case .refusedToken, .busy, .other, .none: drop(connection)
            }
            return answer
        }
    }

    /// Ends what is under way, for good; from any thread.
    func abort() {
        let channel = state.withLock { state in
            state.isAborted = true
            return state.connection?.channel
        }
        channel?.close(promise: nil)
    }

    private func drop(_ connection: Connection) {
        state.withLock { $0.connection = nil }
        connection.channel.close(promise: nil)
    }

    private func connect() throws(GantryError) -> (Connection?, String) {
        if let connection = state.withLock({ $0.connection }), connection.channel.isActive {
            return (connection, "")
        }
        state.withLock { $0.connection = nil }
        let address = try GatewayAddress.read(addressFile)
        let target = try address.resolve()
        do {
            let channel = try ClientBootstrap(group: loop)
                .connectTimeout(.milliseconds(limits.connectTime.milliseconds))
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        try channel.pipeline.syncOperations.addHandler(GatewayConnection())
                    }
                }
                .connect(to: target).wait()
            let connection = Connection(channel: channel, address: address)
            let isAborted = state.withLock { state in
                state.connection = connection
                return state.isAborted
            }
            guard isAborted else { return (connection, "") }
            drop(connection)
            return (nil, "sending ends")
        } catch {
            return (nil, "\(address.authority) does not answer: \(Self.reason(error))")
        }
    }

    private func send(_ request: Request, over connection: Connection) -> GatewayAnswer {
        let head = HTTPRequestHead(
            version: .http1_1, method: .POST, uri: connection.address.path + request.path,
            headers: [
                "Host": connection.address.authority, "Content-Type": request.contentType,
                "Content-Encoding": "gzip", "Content-Length": String(request.body.count),
                "Authorization": "Bearer " + token,
            ])
        let promise = loop.makePromise(of: GatewayAnswer.self)
        let (channel, time) = (connection.channel, limits.answerTime.milliseconds)
        loop.execute {
            guard let handler = try? channel.pipeline.syncOperations.handler(type: GatewayConnection.self)
            else { return promise.succeed(.none("the connection is gone")) }
            handler.send(head, ByteBuffer(bytes: request.body), promise, within: .milliseconds(time))
        }
        // Its loop runs until this thread has ended, and the handler answers every promise.
        return (try? promise.futureResult.wait()) ?? .none("the connection is gone")
    }

    private static func reason(_ error: any Error) -> String {
        if let error = error as? IOError { return String(cString: strerror(error.errnoCode)) }
        return "\(error)"
    }
}

/// The handler of a connection to the gateway: one request at a time, answered within its time.
final class GatewayConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private var context: ChannelHandlerContext?
    private var promise: EventLoopPromise<GatewayAnswer>?
    private var timeout: Scheduled<Void>?
    private var head: HTTPResponseHead?
    private var body: [UInt8] = []

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func send(
        _ head: HTTPRequestHead, _ body: ByteBuffer, _ promise: EventLoopPromise<GatewayAnswer>,
        within time: TimeAmount
    ) {
        guard let context, context.channel.isActive, self.promise == nil else {
            return promise.succeed(.none("the connection is gone"))
        }
        self.promise = promise
        (self.head, self.body) = (nil, [])
        timeout = context.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in
            self?.finish(.none("no answer came in time"))
        }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body(let bytes):
            body.append(contentsOf: bytes.readableBytesView)
            if body.count > CollectorLimits.answerBytes { finish(.none("its answer does not end")) }
        case .end:
            guard let head else { return }
            finish(
                GatewayAnswer(
                    status: Int(head.status.code), retryAfter: head.headers.first(name: "retry-after"),
                    body: body))
            if !head.isKeepAlive { context.close(promise: nil) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) { finish(.none("the connection broke off")) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(.none("the connection broke off"))
        context.close(promise: nil)
    }

    private func finish(_ answer: GatewayAnswer) {
        timeout?.cancel()
        timeout = nil
        promise?.succeed(answer)
        promise = nil
    }
}
