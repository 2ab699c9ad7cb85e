import Model

/// Where the proxy listens and in which manner; two doors with one address and different manners are different.
struct DoorAddress: Hashable, Sendable, CustomStringConvertible {
    enum Manner: Hashable, Sendable { case http, tcp }
    var host: String
    var port: Int
    var manner: Manner
    var description: String { "\(host):\(port)" }
}

/// What a door leads to, as the plan says it.
enum DoorRole: Hashable, Sendable {
    case service(RouteKey)
    case front(EnvironmentName, [RoutePlan.Rule])

    var routes: [RouteKey] {
        switch self {
        case .service(let key): [key]
        case .front(let environment, let rules): rules.map { RouteKey($0.service, environment, $0.port) }
        }
    }
}

/// What every loop serves: the plan's doors and the ready endpoints, replaced as one value.
struct Routing: Equatable, Sendable {
    var doors: [DoorAddress: DoorRole] = [:]
    var table = EndpointTable()

    var routes: Set<RouteKey> { Set(doors.values.flatMap(\.routes)) }

    init() {}

    init(_ plan: RoutePlan, _ table: EndpointTable) {
        self.table = table
        for route in plan.services {
            let manner: DoorAddress.Manner = route.transport == .http ? .http : .tcp
            doors[DoorAddress(host: route.listenHost, port: route.listenPort, manner: manner)] =
                .service(RouteKey(route.service, route.environment, route.port))
        }
        for front in plan.frontDoors {
            doors[DoorAddress(host: front.listenHost, port: front.listenPort, manner: .http)] =
                .front(front.environment, front.rules)
        }
    }
}

/// A door as one loop serves it. Its connections keep it, so that a new plan reaches them with their next request.
final class Door {
    enum Target {
        case service(EndpointGroup)
        case front(HostRules<EndpointGroup>)

        init(_ role: DoorRole, group: (RouteKey) -> EndpointGroup) {
            switch role {
            case .service(let key): self = .service(group(key))
            case .front(let environment, let rules):
                self = .front(
                    HostRules(
                        rules.map { rule in
                            (rule.host, rule.path, group(RouteKey(rule.service, environment, rule.port)))
                        }))
            }
        }
    }

    private(set) var target: Target
    private var role: DoorRole
    /// The listener is gone: connections end with their present request.
    var isClosing = false

    init(_ role: DoorRole, group: (RouteKey) -> EndpointGroup) {
        self.role = role
        target = Target(role, group: group)
    }

    /// Takes a new role; one that stays costs nothing, as endpoints change far more often than rules. Its groups stay
    /// too, since the loop keeps those that a door leads to.
    func update(_ role: DoorRole, group: (RouteKey) -> EndpointGroup) {
        guard role != self.role else { return }
        self.role = role
        target = Target(role, group: group)
    }
}
