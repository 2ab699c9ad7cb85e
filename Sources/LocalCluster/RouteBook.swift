import Clusters
import Model

/// What the proxy of one region is to serve, kept by the workload that it comes from: a value.
///
/// Begins as what the file says, so that the routes of a workload stay until it has been applied again or removed.
struct RouteBook: Sendable, Hashable {
    /// The routes of one service in one environment.
    struct Part: Sendable, Hashable {
        var services: [RoutePlan.ServiceRoute] = []
        var rules: [RoutePlan.Rule] = []
    }
    struct Key: Hashable, Sendable, Comparable {
        var service: ServiceName
        var environment: EnvironmentName
        static func < (a: Key, b: Key) -> Bool { (a.environment, a.service) < (b.environment, b.service) }
    }

    let region: RegionName
    let endpoints: String
    private var parts: [Key: Part] = [:]
    private var doors: [EnvironmentName: Int] = [:]

    init(region: RegionName, endpoints: String, stored: RoutePlan? = nil) {
        (self.region, self.endpoints) = (region, endpoints)
        for route in stored?.services ?? [] {
            parts[Key(service: route.service, environment: route.environment), default: Part()]
                .services.append(route)
        }
        for door in stored?.frontDoors ?? [] {
            doors[door.environment] = door.listenPort
            for rule in door.rules {
                parts[Key(service: rule.service, environment: door.environment), default: Part()]
                    .rules.append(rule)
            }
        }
    }

    /// The name that stands for the first port of a service which nobody has deployed here yet.
    static let unknownPort = "first"

    func knows(_ service: ServiceName, _ environment: EnvironmentName) -> Bool {
        parts[Key(service: service, environment: environment)] != nil
    }

    /// How a service talks on its first port, as far as it is known.
    func transport(of service: ServiceName, _ environment: EnvironmentName, port: Int) -> PortSpec.Transport {
        parts[Key(service: service, environment: environment)]?
            .services.first { $0.listenPort == port }?.transport ?? .http
    }

    /// - Parameter ports: the stable port of each of the spec's ports, in their order.
    mutating func set(_ target: WorkloadTarget, ports: [Int]) {
        let (service, environment) = (target.name.service, target.name.environment)
        var part = Part()
        for (port, number) in zip(target.spec.ports, ports) {
            part.services.append(
                RoutePlan.ServiceRoute(
                    service: service, environment: environment, port: port.name, transport: port.transport,
                    listenHost: PortBook.host, listenPort: number))
        }
        if let first = target.spec.ports.first(where: { $0.transport == .http }) {
            part.rules = target.spec.expose.map {
                RoutePlan.Rule(host: $0.host, path: $0.path, service: service, port: first.name)
            }
        }
        parts[Key(service: service, environment: environment)] = part
    }

    /// Holds the address of a callee that nobody has deployed here, so that its callers get an answer: not available.
    mutating func reserve(_ service: ServiceName, _ environment: EnvironmentName, port: Int) {
        guard !knows(service, environment) else { return }
        parts[Key(service: service, environment: environment)] = Part(services: [
            RoutePlan.ServiceRoute(
                service: service, environment: environment, port: Self.unknownPort, transport: .http,
                listenHost: PortBook.host, listenPort: port)
        ])
    }

    mutating func remove(_ workload: WorkloadName) {
        parts[Key(service: workload.service, environment: workload.environment)] = nil
    }

    mutating func openDoor(_ environment: EnvironmentName, port: Int) { doors[environment] = port }
    func door(_ environment: EnvironmentName) -> Int? { doors[environment] }

    /// The listening addresses of a workload, for finding what is wrong with them.
    func addresses(of workload: WorkloadName) -> [String] {
        parts[Key(service: workload.service, environment: workload.environment)]?
            .services.map { "\($0.listenHost):\($0.listenPort)" } ?? []
    }

    /// Equal books give equal plans.
    var plan: RoutePlan {
        let sorted = parts.sorted { $0.key < $1.key }
        let frontDoors = doors.sorted { $0.key < $1.key }.map { environment, port in
            RoutePlan.FrontDoor(
                environment: environment, listenHost: PortBook.host, listenPort: port,
                rules: sorted.filter { $0.key.environment == environment }.flatMap(\.value.rules))
        }
        return RoutePlan(
            region: region, services: sorted.flatMap(\.value.services), frontDoors: frontDoors,
            endpoints: endpoints)
    }

    var isEmpty: Bool { parts.isEmpty && doors.isEmpty }
}
