import GantryBase
package import Model
package import Telemetry

/// What a reader asks of the calls, as the address of the page says it.
package struct CallQuestion: Sendable, Hashable {
    /// What calls are added up by; the side always belongs to it, since the two are never added.
    package enum Grouping: String, Sendable, CaseIterable {
        case interface, pair, callee, caller, code, region, release

        package var dimensions: Set<CallDimension> {
            switch self {
            case .interface: [.side, .caller, .callee, .interface]
            case .pair: [.side, .caller, .callee]
            case .callee: [.side, .callee]
            case .caller: [.side, .caller]
            case .code: [.side, .callee, .interface, .code]
            case .region: [.side, .callee, .environment, .region]
            case .release: [.side, .callee, .release]
            }
        }
    }
    package enum Order: String, Sendable, CaseIterable {
        case volume, failures, p50, p99, caller, callee, interface
    }

    /// A service that is looked at from both directions: who calls it, and whom it calls.
    package var service: String?
    package var caller: String?
    package var callee: String?
    package var interface: String?
    package var side: CallSide?
    package var environment: String?
    package var region: String?
    /// Parts of names that rows must have.
    package var query: String
    package var grouping: Grouping
    package var order: Order
    package var isAscending: Bool
    package var range: SignalRange
    /// Rows before the first one shown.
    package var skip: Int

    package static let place = "/calls"
    static let usualRange = SignalRange.usual

    package init(
        service: String? = nil, caller: String? = nil, callee: String? = nil, interface: String? = nil,
        side: CallSide? = nil, environment: String? = nil, region: String? = nil, query: String = "",
        grouping: Grouping = .interface, order: Order = .volume, isAscending: Bool = false,
        range: SignalRange = .usual, skip: Int = 0
    ) {
        (self.service, self.caller, self.callee, self.interface) = (service, caller, callee, interface)
        (self.side, self.environment, self.region) = (side, environment, region)
        (self.query, self.grouping, self.order) = (query, grouping, order)
        (self.isAscending, self.range, self.skip) = (isAscending, range, skip)
    }

    package init(_ fields: [String: String]) {
        let sort = fields.said("sort") ?? "-volume"
        let isDescending = sort.hasPrefix("-")
        self.init(
            service: fields.said("service"), caller: fields.said("caller"), callee: fields.said("callee"),
            interface: fields.said("interface"), side: fields.said("side").flatMap(CallSide.init),
            environment: fields.said("environment"), region: fields.said("region"),
            query: fields.said("q") ?? "",
            grouping: fields.said("by").flatMap(Grouping.init) ?? .interface,
            order: Order(rawValue: String(isDescending ? sort.dropFirst() : sort[...])) ?? .volume,
            isAscending: !isDescending, range: SignalRange(fields),
            skip: max(0, fields["skip"].flatMap { Int($0) } ?? 0))
    }

    package var address: String {
        let sort = (isAscending ? "" : "-") + order.rawValue
        return PageAddress.text(
            Self.place,
            [
                ("service", service), ("caller", caller), ("callee", callee), ("interface", interface),
                ("side", side?.rawValue), ("environment", environment), ("region", region), ("q", query),
                ("by", grouping == .interface ? nil : grouping.rawValue),
                ("sort", sort == "-volume" ? nil : sort),
            ] + range.fields + [("skip", skip == 0 ? nil : String(skip))])
    }

    func with(_ change: (inout CallQuestion) -> Void) -> CallQuestion {
        var changed = self
        changed.skip = 0
        change(&changed)
        return changed
    }

    /// Of the workloads that reported; the service stands in the key of the calls and not here.
    package var selection: Selection {
        Selection(environment: environment.map { .init($0) }, region: region.map { .init($0) })
    }

    package var only: [CallDimension: String] {
        var only: [CallDimension: String] = [:]
        only[.caller] = caller
        only[.callee] = callee
        only[.interface] = interface
        only[.side] = side?.rawValue
        return only
    }

    /// Whether both ends are named, so that the two sides of the same calls are compared.
    package var isPair: Bool { caller != nil && callee != nil }
}
