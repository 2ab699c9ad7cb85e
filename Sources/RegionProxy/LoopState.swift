import GantryBase
import Model
import NIOCore
import NIOPosix

/// A connection that the proxy accepted: what its loop asks of it from time to time.
protocol AcceptedConnection: AnyObject {
    /// Place in the loop's list.
    var slot: Int { get set }
    /// Closes itself when a deadline has passed.
    func tick(_ now: NIODeadline)
    /// Ends as soon as that harms no request; called when the door's listener goes.
    func drain(_ now: NIODeadline)
    var door: Door { get }
    func closeNow()
}

/// What the requests of one loop came to.
struct LoopCounters: Sendable {
    var requests: UInt64 = 0
    /// Answered with 502, 503 or 504 by the proxy, or cut off by the endpoint.
    var failed: UInt64 = 0
}

/// Everything that one event loop needs to serve: doors, endpoints, connections, counters. Other loops have their own.
final class LoopState {
    let eventLoop: any EventLoop
    let limits: ProxyLimits
    /// Bound for this loop.
    let clientConnections: Int
    var counters = LoopCounters()
    private(set) var isDraining = false
    private(set) var doors: [DoorAddress: Door] = [:]
    private var groups: [RouteKey: EndpointGroup] = [:]
    private(set) var connections: [any AcceptedConnection] = []
    private let httpConnector: ClientBootstrap
    private let streamConnector: ClientBootstrap
    private var identifiers: SeededGenerator
    /// Time of the last tick: near enough for deadlines of seconds, and free.
    private(set) var now = NIODeadline.now()

    init(_ eventLoop: any EventLoop, limits: ProxyLimits, clientConnections: Int) {
        self.eventLoop = eventLoop
        self.limits = limits
        self.clientConnections = clientConnections
        identifiers = SeededGenerator(seed: RandomSource.system.next())
        let connector = ClientBootstrap(group: eventLoop).connectTimeout(limits.connect)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.maxMessagesPerRead, value: 1)
        httpConnector = connector.channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(UpstreamConnection())
            }
        }
        streamConnector = ClientBootstrap(group: eventLoop).connectTimeout(limits.connect)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(TunnelEnd())
                }
            }
    }

    func apply(_ routing: Routing) {
        let wanted = routing.routes
        groups = groups.filter { key, group in
            if wanted.contains(key) { return true }
            group.update([])
            return false
        }
        for key in wanted { group(key).update(routing.table.endpoints[key] ?? []) }
        for (address, door) in doors where routing.doors[address] == nil {
            door.isClosing = true
            doors[address] = nil
            for connection in connections where connection.door === door { connection.drain(now) }
        }
        for (address, role) in routing.doors {
            if let door = doors[address] {
                door.update(role, group: group)
            } else {
                doors[address] = Door(role, group: group)
            }
        }
    }

    private func group(_ key: RouteKey) -> EndpointGroup {
        if let group = groups[key] { return group }
        let group = EndpointGroup()
        groups[key] = group
        return group
    }

    func tick() {
        now = .now()
        for connection in connections { connection.tick(now) }
        for group in groups.values {
            for endpoint in group.endpoints { endpoint.closeIdle(olderThan: limits.upstreamIdle, now: now) }
        }
    }

    func drain() {
        isDraining = true
        for connection in connections { connection.drain(now) }
    }

    func closeAll() {
        for connection in connections { connection.closeNow() }
        for group in groups.values { group.update([]) }
    }

    func add(_ connection: any AcceptedConnection) {
        connection.slot = connections.count
        connections.append(connection)
    }

    func remove(_ connection: any AcceptedConnection) {
        let slot = connection.slot
        guard slot >= 0, slot < connections.count else { return }
        connections.swapAt(slot, connections.count - 1)
        connections[slot].slot = slot
        connections.removeLast()
        connection.slot = -1
    }

    /// Sixteen hexadecimal digits.
    func makeRequestID() -> String {
        let text = String(identifiers.next(), radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
    }

    func connect(_ endpoint: Endpoint, _ done: @escaping (Result<UpstreamConnection, any Error>) -> Void) {
        httpConnector.connect(to: endpoint.address.address).assumeIsolated().whenComplete { result in
            done(
                result.flatMap { channel in
                    Result { try channel.pipeline.syncOperations.handler(type: UpstreamConnection.self) }
                })
        }
    }

    func connectStream(_ endpoint: Endpoint, _ done: @escaping (Result<TunnelEnd, any Error>) -> Void) {
        streamConnector.connect(to: endpoint.address.address).assumeIsolated().whenComplete { result in
            done(
                result.flatMap { channel in
                    Result { try channel.pipeline.syncOperations.handler(type: TunnelEnd.self) }
                })
        }
    }
}
