import NIOCore

/// A connection to an endpoint: either idle in its pool or lent to one client connection.
///
/// Hands all it reads to that client and tells it of the end; knows nothing of HTTP itself.
final class UpstreamConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    var endpoint: Endpoint?
    var client: ClientConnection?
    /// Bytes of the endpoint that are not yet taken.
    var input = ByteBuffer()
    var outlet = Outlet()
    var idleSince = NIODeadline.distantPast
    var isTunnel = false
    private var gate = ReadGate()
    private(set) var context: ChannelHandlerContext?

    var isActive: Bool { context?.channel.isActive ?? false }
    var isWritable: Bool { context?.channel.isWritable ?? false }

    func close() { context?.close(promise: nil) }

    func flush() {
        guard let context else { return }
        guard var piece = outlet.take() else { return context.flush() }
        context.writeAndFlush(NIOAny(piece), promise: nil)
        outlet.recycle(&piece)
    }

    func setReading(_ reading: Bool) {
        if gate.set(paused: !reading) { context?.read() }
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func read(context: ChannelHandlerContext) {
        if isTunnel || gate.pass() { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isTunnel { return context.fireChannelRead(data) }
        // Bytes that nobody asked for: what follows cannot be told from the answer to the next request.
        guard let client else { return close() }
        var buffer = unwrapInboundIn(data)
        if input.readableBytes == 0 { input = buffer } else { input.writeBuffer(&buffer) }
        client.received(from: self)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if isTunnel { context.fireChannelReadComplete() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if isTunnel { return context.fireChannelWritabilityChanged() }
        if context.channel.isWritable { client?.process() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if isTunnel { context.fireChannelInactive() }
        if let client {
            client.upstreamEnded(self)
        } else {
            endpoint?.forget(self)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
