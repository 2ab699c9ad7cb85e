import NIOCore

/// One end of a pair of sockets whose bytes are passed on unread: a tcp route, or a connection after its upgrade.
///
/// Each end stops reading while the other's socket takes nothing, and passes on a half-close, so that protocols that
/// end one direction first work through it.
final class TunnelEnd: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private var peer: TunnelEnd?
    private var context: ChannelHandlerContext?
    private var gate = ReadGate()
    private var early = ByteBuffer()
    private var hasInputEnded = false

    /// How long an end may take to swallow what was written to it before its other end went.
    private static let closeAfter = TimeAmount.seconds(10)

    /// Both ends must be in their pipelines, on one event loop.
    static func join(_ a: TunnelEnd, _ b: TunnelEnd) {
        (a.peer, b.peer) = (b, a)
        for end in [a, b] {
            end.sendEarly()
            if end.hasInputEnded { end.peer?.endOutput() }
            if end.context?.channel.isActive != true { end.inputClosed() }
            end.balance()
        }
    }

    private var isWritable: Bool { context?.channel.isWritable ?? false }

    func send(_ bytes: ByteBuffer) {
        guard bytes.readableBytes > 0 else { return }
        context?.writeAndFlush(NIOAny(bytes), promise: nil)
    }

    func close() { context?.close(promise: nil) }

    private func sendEarly() {
        guard early.readableBytes > 0 else { return }
        peer?.send(early)
        early = ByteBuffer()
    }

    /// Reads only while the peer can take it; without a peer, not beyond what is held for it.
    private func balance() {
        let paused = peer.map { !$0.isWritable } ?? (early.readableBytes >= ProxyLimits.heldInputBytes)
        if gate.set(paused: paused) { context?.read() }
    }

    private func endOutput() { context?.close(mode: .output, promise: nil) }

    private func inputClosed() {
        guard let peer else { return }
        self.peer = nil
        peer.peer = nil
        peer.closeWhenWritten()
    }

    /// Lets what is written reach the socket first.
    private func closeWhenWritten() {
        guard let context else { return }
        let written = context.eventLoop.makePromise(of: Void.self)
        let channel = context.channel
        written.futureResult.whenComplete { _ in channel.close(promise: nil) }
        context.writeAndFlush(NIOAny(ByteBuffer()), promise: written)
        let timer = context.eventLoop.scheduleTask(in: Self.closeAfter) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in timer.cancel() }
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func read(context: ChannelHandlerContext) {
        if gate.pass() { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if let peer {
            peer.context?.write(NIOAny(bytes), promise: nil)
        } else {
            early.writeBuffer(&bytes)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        peer?.context?.flush()
        balance()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { peer?.balance() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else { return }
        hasInputEnded = true
        peer?.endOutput()
    }

    func channelInactive(context: ChannelHandlerContext) {
        context.fireChannelInactive()
        inputClosed()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
