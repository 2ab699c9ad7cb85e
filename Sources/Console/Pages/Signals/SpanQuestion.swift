package import Expressions
import GantryBase
import Model
package import Telemetry

/// What a reader asks of the spans, as the address of the page says it.
package struct SpanQuestion: Sendable, Hashable {
    package enum Order: String, Sendable { case newest, slowest }

    package var query: String
    package var service: String?
    package var environment: String?
    package var region: String?
    /// The operation, as it is written.
    package var operation: String?
    /// Only spans of this length or more, as it was typed: `300ms`.
    package var least: String?
    package var isFailed: Bool
    package var order: Order
    package var range: SignalRange

    package init(
        query: String = "", service: String? = nil, environment: String? = nil, region: String? = nil,
        operation: String? = nil, least: String? = nil, isFailed: Bool = false, order: Order = .newest,
        range: SignalRange = .usual
    ) {
        (self.query, self.service, self.environment) = (query, service, environment)
        (self.region, self.operation, self.least) = (region, operation, least)
        (self.isFailed, self.order, self.range) = (isFailed, order, range)
    }

    package init(_ fields: [String: String]) {
        self.init(
            query: fields.said("q") ?? "", service: fields.said("service"),
            environment: fields.said("environment"), region: fields.said("region"),
            operation: fields.said("operation"),
            least: fields.said("least").flatMap { Period($0) == nil ? nil : $0 },
            isFailed: fields["status"] == "error",
            order: fields.said("sort").flatMap(Order.init) ?? .newest, range: SignalRange(fields))
    }

    package var address: String {
        PageAddress.text(
            TraceAddress.place,
            [
                ("q", query), ("service", service), ("environment", environment), ("region", region),
                ("operation", operation), ("least", least), ("status", isFailed ? "error" : nil),
                ("sort", order == .newest ? nil : order.rawValue),
            ] + range.fields)
    }

    func with(_ change: (inout SpanQuestion) -> Void) -> SpanQuestion {
        var changed = self
        change(&changed)
        return changed
    }

    package func filter() throws(ExpressionError) -> BooleanExpression {
        let typed = try BooleanExpression.search(query)
        _ = try Matcher(typed, schema: SignalFields.spans)
        var parts = typed.root == .all ? [] : [typed.root]
        func add(_ name: String, _ test: FieldTest) { parts.append(.term(.field(FieldPath(name)), test)) }
        if let service, ServiceName(path: service) == nil {
            add("service", .matches([.literal(Literal(quoted: service))]))
        }
        if let operation { add("name", .compare(.equal, .literal(Literal(quoted: operation)))) }
        if let least { add("duration", .compare(.greaterOrEqual, .literal(Literal(bare: least)))) }
        if isFailed { add("status", .matches([.literal(Literal(bare: "error"))])) }
        return parts.isEmpty || parts == [typed.root] ? typed : BooleanExpression(.and(parts))
    }

    package var selection: Selection {
        Selection(
            service: service.flatMap(ServiceName.init(path:)), environment: environment.map { .init($0) },
            region: region.map { .init($0) })
    }
}
