import GantryBase
import NIOCore
import NIOHTTP1
import NIOPosix

/// Takes OTLP over HTTP from the service's own SDKs, on loopback.
final class Receiver: Sendable {
    let port: Int
    private let listener: any Channel
    private let state: NIOLoopBound<ReceiverState>

    private static let backlog: Int32 = 64

    /// - Throws: `unavailable` when the port cannot be had.
    init(
        _ loop: any EventLoop, port: Int, queue: RequestQueue, limits: CollectorLimits, tally: Tally
    ) throws(GantryError) {
        let address = "127.0.0.1:\(port)"
        do {
            let state = try loop.submit {
                NIOLoopBound(
                    ReceiverState(loop, queue: queue, limits: limits, tally: tally), eventLoop: loop)
            }.wait()
            listener = try Self.bootstrap(loop, state)
                .bind(to: SocketAddress(ipAddress: "127.0.0.1", port: port)).wait()
            self.port = listener.localAddress?.port ?? port
            self.state = state
        } catch {
            throw GantryError(
                .unavailable, "cannot listen on \(address) for the service's traces and logs",
                hint: "see which program has the port: ss -ltnp", cause: error)
        }
    }

    private static func bootstrap(
        _ loop: any EventLoop, _ state: NIOLoopBound<ReceiverState>
    ) -> ServerBootstrap {
        var heads = NIOHTTPDecoderLimitConfiguration()
        heads.maxHeaderFieldSize = CollectorLimits.headBytes / 2
        heads.maxHeaderListSize = CollectorLimits.headBytes
        heads.maxHeaderFieldCount = 100
        let limits = heads
        return ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(
                        withErrorHandling: true, withEncoderConfiguration: .init(),
                        withDecoderLimitConfiguration: limits)
                    try channel.pipeline.syncOperations.addHandler(ReceiverConnection(state.value))
                }
            }
    }

    /// Takes no new connection; those that are there end after their next answer.
    func stopListening() {
        try? listener.close().wait()
        let state = state
        try? state.eventLoop.submit { state.value.drain() }.wait()
    }

    func closeAll() {
        let state = state
        try? state.eventLoop.submit { state.value.closeAll() }.wait()
    }
}

/// What the connections of a receiver share; on their loop only.
final class ReceiverState {
    let loop: any EventLoop
    let queue: RequestQueue
    let limits: CollectorLimits
    let tally: Tally
    private(set) var isDraining = false
    /// Bytes of bodies that were read and not yet answered.
    var bodyBytes = 0
    private var connections: [ObjectIdentifier: ReceiverConnection] = [:]
    private var isTicking = false

    /// How often deadlines are looked at, while there are connections.
    private static let tick = TimeAmount.seconds(1)

    init(_ loop: any EventLoop, queue: RequestQueue, limits: CollectorLimits, tally: Tally) {
        (self.loop, self.queue, self.limits, self.tally) = (loop, queue, limits, tally)
    }

    /// Makes room by closing the connection that was silent longest; false when all are at work.
    func admit(_ connection: ReceiverConnection) -> Bool {
        if connections.count >= limits.connections {
            let idle = connections.values.filter(\.isIdle).min { $0.deadline < $1.deadline }
            guard let idle else { return false }
            connections[ObjectIdentifier(idle)] = nil
            idle.close()
        }
        connections[ObjectIdentifier(connection)] = connection
        scheduleTick()
        return true
    }

    func remove(_ connection: ReceiverConnection) { connections[ObjectIdentifier(connection)] = nil }

    private func scheduleTick() {
        guard !isTicking, !connections.isEmpty else { return }
        isTicking = true
        loop.assumeIsolated().scheduleTask(in: Self.tick) { [weak self] in
            guard let self else { return }
            isTicking = false
            let now = NIODeadline.now()
            for connection in connections.values { connection.tick(now) }
            scheduleTick()
        }
    }

    func drain() {
        isDraining = true
        for connection in connections.values where connection.isIdle { connection.close() }
    }

    func closeAll() { for connection in connections.values { connection.close() } }
}
