import NIOCore

/// One address that requests go to, as one event loop sees it: load, health and idle connections.
///
/// Not Sendable: lives on its loop, so that nothing on the way of a request takes a lock.
final class Endpoint {
    let address: EndpointAddress
    /// Requests and tunnels under way from this loop.
    var outstanding = 0
    /// Left the table: gets nothing new, and its connections close when their request ends.
    private(set) var isRetired = false
    private var idle: [UpstreamConnection] = []
    private var ejectedUntil: NIODeadline?
    private var refusals = 0

    init(_ address: EndpointAddress) { self.address = address }

    func isEjected(_ now: NIODeadline) -> Bool { ejectedUntil.map { now < $0 } ?? false }
    var mayBeEjected: Bool { ejectedUntil != nil }

    /// Leaves the endpoint alone for a while that doubles with each refusal in a row.
    func refused(_ now: NIODeadline, _ limits: ProxyLimits) {
        guard !isEjected(now) else { return }
        let factor = Int64(1) << min(refusals, 10)
        let pause = min(limits.firstEjection.nanoseconds * factor, limits.longestEjection.nanoseconds)
        ejectedUntil = now + .nanoseconds(pause)
        refusals += 1
    }

    func accepted() { (ejectedUntil, refusals) = (nil, 0) }

    /// Takes the connection used last.
    ///
    /// - Parameter longest: one that is idle for longer is left to other requests.
    func takeIdle(now: NIODeadline, longest: TimeAmount) -> UpstreamConnection? {
        while let connection = idle.last {
            guard now - connection.idleSince <= longest else { return nil }
            idle.removeLast()
            if connection.isActive { return connection }
        }
        return nil
    }

    /// Keeps a connection for the next request, or closes it when it is not wanted.
    func park(_ connection: UpstreamConnection, now: NIODeadline) {
        guard !isRetired, connection.isActive, idle.count < ProxyLimits.idlePerEndpoint else {
            return connection.close()
        }
        connection.idleSince = now
        idle.append(connection)
    }

    func forget(_ connection: UpstreamConnection) { idle.removeAll { $0 === connection } }

    func closeIdle(olderThan age: TimeAmount, now: NIODeadline) {
        guard let oldest = idle.first, now - oldest.idleSince > age else { return }
        let old = idle.prefix { now - $0.idleSince > age }
        idle.removeFirst(old.count)
        for connection in old { connection.close() }
    }

    func retire() {
        isRetired = true
        let connections = idle
        idle = []
        for connection in connections { connection.close() }
    }
}

/// The endpoints of one route on one loop.
final class EndpointGroup {
    private(set) var endpoints: [Endpoint] = []
    private var balancer = Balancer()
    private var random: SystemRandomNumberGenerator = .init()

    /// Endpoints that stay keep their connections and what is known of their health.
    func update(_ addresses: [EndpointAddress]) {
        guard addresses != endpoints.map(\.address) else { return }
        let old = Dictionary(endpoints.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        endpoints = addresses.map { old[$0] ?? Endpoint($0) }
        let kept = Set(addresses)
        for endpoint in old.values where !kept.contains(endpoint.address) { endpoint.retire() }
    }

    func pick(avoiding failed: Endpoint?) -> Endpoint? {
        if endpoints.count == 1 { return endpoints[0] }
        let avoided = failed.flatMap { failed in endpoints.firstIndex { $0 === failed } }
        let now = endpoints.contains(where: \.mayBeEjected) ? NIODeadline.now() : .distantPast
        let choice = balancer.pick(
            count: endpoints.count, avoiding: avoided, random: endpoints.count > 2 ? random.next() : 0
        ) { at in
            Balancer.Candidate(
                outstanding: endpoints[at].outstanding,
                ejected: endpoints[at].mayBeEjected && endpoints[at].isEjected(now))
        }
        return choice.map { endpoints[$0] }
    }
}
