import NIOCore
import NIOPosix

/// The listening sockets: opens those that the plan asks for, closes the others, tries again where one is taken.
///
/// With SO_REUSEADDR and without SO_REUSEPORT: a second proxy on the same addresses must be seen as a failure rather
/// than silently take half of the connections, and a socket that is closed while another one shares its port resets
/// what waits in its queue. A new proxy gets the addresses of a draining one at its next try.
struct Listeners {
    private let group: MultiThreadedEventLoopGroup
    private let loops: ProxyLoops
    private var open: [DoorAddress: any Channel] = [:]
    /// Addresses that could not be bound, with the reason.
    private(set) var failures: [String: String] = [:]

    init(_ group: MultiThreadedEventLoopGroup, _ loops: ProxyLoops) {
        (self.group, self.loops) = (group, loops)
    }

    /// Blocks until all is as wanted or has failed. Listeners that stay are not touched.
    mutating func reconcile(_ wanted: Set<DoorAddress>) {
        failures = [:]
        for (address, channel) in open where !wanted.contains(address) {
            try? channel.close().wait()
            open[address] = nil
        }
        for address in wanted where open[address] == nil {
            do {
                open[address] = try bootstrap(address).bind(host: address.host, port: address.port).wait()
            } catch {
                failures[address.description] = Self.reason(error)
            }
        }
    }

    private func bootstrap(_ address: DoorAddress) -> ServerBootstrap {
        let loops = self.loops
        return ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Int32(ProxyLimits.backlog))
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.maxMessagesPerRead, value: 16)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // One read at a time, so that backpressure takes hold before more than one buffer is in flight.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: address.manner == .tcp)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let loop = loops.current(channel.eventLoop), let door = loop.doors[address] else {
                        throw ChannelError.ioOnClosedChannel
                    }
                    try Self.furnish(channel, loop, door, address.manner)
                }
            }
    }

    private static func furnish(
        _ channel: any Channel, _ loop: LoopState, _ door: Door, _ manner: DoorAddress.Manner
    ) throws {
        switch manner {
        case .http: try channel.pipeline.syncOperations.addHandler(ClientConnection(loop, door))
        case .tcp:
            let end = TunnelEnd()
            try channel.pipeline.syncOperations.addHandler(StreamConnection(loop, door, end))
            try channel.pipeline.syncOperations.addHandler(end)
        }
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        return "cannot listen: \(SystemError.text(error.errnoCode))"
    }
}
