import NIOCore

/// One client's HTTP/1.1 connection: reads requests one after the other and answers each through an endpoint.
///
/// The connection is not tied to an endpoint; each request is balanced for itself. A client that closes while it
/// waits for a response is taken as gone, and its request is dropped.
final class ClientConnection: ChannelDuplexHandler, AcceptedConnection {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    enum Phase {
        case head, exchange, tunnel
        /// The last response is written; what still comes is swallowed until the client closes.
        case lingering
        case closed
    }

    let loop: LoopState
    let door: Door
    var slot = -1
    var phase = Phase.head
    var input = ByteBuffer()
    var outlet = Outlet()
    var scanner = HeadScanner()
    var request = RequestHead()
    var reply = ResponseHead()
    var exchange = Exchange()
    var deadline: NIODeadline
    private(set) var context: ChannelHandlerContext?
    private(set) var remoteAddress = "unknown"
    private var gate = ReadGate()
    private var isProcessing = false
    private var isAttaching = false

    init(_ loop: LoopState, _ door: Door) {
        (self.loop, self.door) = (loop, door)
        deadline = loop.now + loop.limits.clientIdle
    }

    // MARK: Work

    /// Does all that the bytes at hand allow.
    func process() {
        guard !isProcessing else { return }
        isProcessing = true
        defer { isProcessing = false }
        if phase == .exchange { pumpBody() }
        while phase == .head, input.readableBytes > 0, beginNext() {}
        if phase == .lingering || phase == .closed { input = ByteBuffer() }
        holdReads()
    }

    /// - Returns: false when the head in `input` is incomplete, so that only new bytes help.
    private func beginNext() -> Bool {
        do throws(HTTPRefusal) {
            guard let length = try nextHead() else { return false }
            try input.withHead(length) { bytes throws(HTTPRefusal) in try request.parse(bytes) }
            try begin(headLength: length)
        } catch {
            exchange.reset()
            exchange.keepsClient = false
            refuse(error.status, error.reason)
        }
        return true
    }

    /// Skips empty lines before a request (RFC 9112 §2.2).
    private func nextHead() throws(HTTPRefusal) -> Int? {
        while input.readableBytes >= 2, input.startsWithCRLF { input.moveReaderIndex(forwardBy: 2) }
        guard input.readableBytes > 0 else { return nil }
        if deadline > loop.now + loop.limits.requestHead { deadline = loop.now + loop.limits.requestHead }
        return try input.withHead(input.readableBytes) { bytes throws(HTTPRefusal) -> Int? in
            guard ASCII.isToken(bytes[0]) || bytes[0] == ASCII.cr else {
                throw HTTPRefusal(400, "the request does not begin with a method")
            }
            return try scanner.end(of: bytes)
        }
    }

    /// Reads only while the input held is small.
    func holdReads() {
        if gate.set(paused: input.readableBytes >= ProxyLimits.heldInputBytes) { context?.read() }
    }

    /// Ends the request under way and goes on to the next one.
    func finishExchange() {
        let closes = !exchange.keepsClient
        releaseEndpoint()
        exchange.reset()
        if closes { return linger() }
        phase = .head
        scanner = HeadScanner()
        let stays = loop.isDraining || door.isClosing ? loop.limits.idleDrain : loop.limits.clientIdle
        deadline = loop.now + stays
        if !isProcessing, input.readableBytes > 0 { process() }
    }

    func releaseEndpoint() {
        exchange.endpoint?.outstanding -= 1
        exchange.endpoint = nil
    }

    /// Closes so that the client can still read what was written: a close with unread input would reset the
    /// connection and could overtake the response.
    func linger() {
        phase = .lingering
        input = ByteBuffer()
        deadline = loop.now + loop.limits.linger
        flush()
        context?.close(mode: .output, promise: nil)
        holdReads()
    }

    func flush() {
        guard let context else { return }
        guard var piece = outlet.take() else { return context.flush() }
        context.writeAndFlush(NIOAny(piece), promise: nil)
        outlet.recycle(&piece)
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        remoteAddress = context.remoteAddress?.ipAddress ?? "unknown"
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        loop.add(self)
        if door.isClosing { return context.close(promise: nil) }
        guard loop.connections.count <= loop.clientConnections else {
            exchange.keepsClient = false
            return refuse(503, "the proxy serves as many connections as it may")
        }
    }

    func read(context: ChannelHandlerContext) {
        if phase == .tunnel || gate.pass() { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch phase {
        case .tunnel: return context.fireChannelRead(data)
        case .lingering, .closed: return
        case .head, .exchange: break
        }
        var buffer = unwrapInboundIn(data)
        if input.readableBytes == 0 { input = buffer } else { input.writeBuffer(&buffer) }
        process()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if phase == .tunnel { context.fireChannelReadComplete() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if phase == .tunnel { return context.fireChannelWritabilityChanged() }
        exchange.upstream?.setReading(context.channel.isWritable)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if phase == .tunnel { context.fireChannelInactive() }
        phase = .closed
        if slot >= 0 { loop.remove(self) }
        releaseEndpoint()
        let upstream = exchange.upstream
        exchange.reset()
        if let upstream, !upstream.isTunnel {
            upstream.client = nil
            upstream.close()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    // MARK: Deadlines

    func tick(_ now: NIODeadline) {
        guard now >= deadline, phase != .tunnel else { return }
        switch phase {
        case .head where input.readableBytes > 0:
            exchange.keepsClient = false
            refuse(408, "the request did not come in time")
        case .exchange where !exchange.hasHead && exchange.isRequestDone:
            loseUpstream()
            refuse(504, "the service sent no response in time")
        case .head, .exchange, .lingering, .tunnel, .closed: context?.close(promise: nil)
        }
    }

    func drain(_ now: NIODeadline) {
        guard phase == .head, input.readableBytes == 0 else { return }
        deadline = min(deadline, now + loop.limits.idleDrain)
    }

    func closeNow() { context?.close(promise: nil) }

    /// Runs a step in which the upstream may fail at once without that being handled twice.
    func attaching(_ step: () -> Void) {
        isAttaching = true
        step()
        isAttaching = false
    }
    var isInAttach: Bool { isAttaching }
}

extension ByteBuffer {
    var startsWithCRLF: Bool { getInteger(at: readerIndex, as: UInt16.self) == 0x0d0a }

    /// Shows the first unread bytes to a parser, with its typed error.
    func withHead<T>(
        _ length: Int, _ body: (UnsafeRawBufferPointer) throws(HTTPRefusal) -> T
    ) throws(HTTPRefusal) -> T {
        let result: Result<T, HTTPRefusal> = withUnsafeReadableBytes { bytes in
            do throws(HTTPRefusal) {
                return .success(try body(UnsafeRawBufferPointer(rebasing: bytes[0..<length])))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
