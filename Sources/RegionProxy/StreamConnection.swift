import NIOCore

/// One client's connection to a tcp route: finds an endpoint for it and becomes one end of a tunnel.
final class StreamConnection: ChannelInboundHandler, AcceptedConnection {
    typealias InboundIn = ByteBuffer

    let loop: LoopState
    let door: Door
    var slot = -1
    private let end: TunnelEnd
    private var context: ChannelHandlerContext?
    private var endpoint: Endpoint?
    private var failed: Endpoint?
    private var attempts = 0

    /// - Parameter end: the handler behind this one in the pipeline.
    init(_ loop: LoopState, _ door: Door, _ end: TunnelEnd) {
        (self.loop, self.door, self.end) = (loop, door, end)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        loop.add(self)
        loop.counters.requests += 1
        context.fireChannelActive()
        guard !door.isClosing, loop.connections.count <= loop.clientConnections else { return giveUp() }
        attempt()
    }

    private func giveUp() {
        loop.counters.failed += 1
        context?.close(promise: nil)
    }

    private func attempt() {
        guard case .service(let group) = door.target, attempts < ProxyLimits.attempts,
            let endpoint = group.pick(avoiding: failed)
        else { return giveUp() }
        attempts += 1
        self.endpoint = endpoint
        endpoint.outstanding += 1
        loop.connectStream(endpoint) { [self] result in connected(result, endpoint) }
    }

    private func connected(_ result: Result<TunnelEnd, any Error>, _ endpoint: Endpoint) {
        switch result {
        case .success(let far):
            endpoint.accepted()
            guard slot >= 0 else { return far.close() }
            TunnelEnd.join(end, far)
        case .failure:
            endpoint.refused(.now(), loop.limits)
            guard slot >= 0 else { return }
            failed = endpoint
            releaseEndpoint()
            attempt()
        }
    }

    private func releaseEndpoint() {
        endpoint?.outstanding -= 1
        endpoint = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        if slot >= 0 { loop.remove(self) }
        releaseEndpoint()
        context.fireChannelInactive()
    }

    /// A tunnel has no end that the proxy could see coming: it stays until the bound of the drain.
    func tick(_ now: NIODeadline) {}
    func drain(_ now: NIODeadline) {}
    func closeNow() { context?.close(promise: nil) }
}
