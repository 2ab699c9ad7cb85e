/// What a region proxy listens on, as the file that it watches.
public struct RoutePlan: Codable, Sendable, Hashable {
    /// A stable address of one port of a service in one environment, given to its callees' callers.
    public struct ServiceRoute: Codable, Sendable, Hashable {
        public var service: ServiceName
        public var environment: EnvironmentName
        /// Name of the port in `ports:`.
        public var port: String
        public var transport: PortSpec.Transport
        public var listenHost: String
        public var listenPort: Int
        public init(
            service: ServiceName, environment: EnvironmentName, port: String, transport: PortSpec.Transport,
            listenHost: String, listenPort: Int
        ) {
            (self.service, self.environment, self.port) = (service, environment, port)
            (self.transport, self.listenHost, self.listenPort) = (transport, listenHost, listenPort)
        }
    }

    /// The address at which a region answers requests from outside for one environment, by host and path.
    public struct FrontDoor: Codable, Sendable, Hashable {
        public var environment: EnvironmentName
        public var listenHost: String
        public var listenPort: Int
        public var rules: [Rule]
        public init(environment: EnvironmentName, listenHost: String, listenPort: Int, rules: [Rule]) {
            (self.environment, self.listenHost, self.listenPort) = (environment, listenHost, listenPort)
            self.rules = rules
        }
    }

    /// The longest matching path prefix of the exact host wins; a prefix matches whole path segments.
    public struct Rule: Codable, Sendable, Hashable {
        public var host: String
        public var path: String
        public var service: ServiceName
        public var port: String
        public init(host: String, path: String, service: ServiceName, port: String) {
            (self.host, self.path, self.service, self.port) = (host, path, service, port)
        }
    }

    public var region: RegionName
    public var services: [ServiceRoute]
    public var frontDoors: [FrontDoor]
    /// Folder of `EndpointRecord` files, absolute.
    public var endpoints: String

    public init(region: RegionName, services: [ServiceRoute], frontDoors: [FrontDoor], endpoints: String) {
        (self.region, self.services) = (region, services)
        (self.frontDoors, self.endpoints) = (frontDoors, endpoints)
    }
}

/// What a region proxy says of itself, replaced by rename when its listeners change and every few seconds.
public struct ProxyReport: Codable, Sendable, Hashable {
    public var proxy: ProcessIdentity
    /// Addresses that could not be bound, with the reason.
    public var failures: [String: String]
    public var readyEndpoints: Int
    public var requests: UInt64
    public var failedRequests: UInt64
    public init(
        proxy: ProcessIdentity, failures: [String: String] = [:], readyEndpoints: Int = 0,
        requests: UInt64 = 0,
        failedRequests: UInt64 = 0
    ) {
        (self.proxy, self.failures, self.readyEndpoints) = (proxy, failures, readyEndpoints)
        (self.requests, self.failedRequests) = (requests, failedRequests)
    }
}
