package import Expressions
import GantryBase
import Model
package import Telemetry

/// What a reader asks of the logs, as the address of the page says it: one value, one address, in both directions.
package struct LogQuestion: Sendable, Hashable {
    /// The search as it was typed.
    package var query: String
    /// `BUSINESS/SERVICE`, or a name that is looked for as it is.
    package var service: String?
    package var environment: String?
    package var region: String?
    /// Lines of this level and above.
    package var level: String?
    package var range: SignalRange
    package var after: LogCursor?
    /// Whether new lines are shown as they come.
    package var isLive: Bool

    package static let place = "/search"
    /// Levels that can be asked for by a press; all others by `level:`.
    static let levels = ["info", "warn", "error"]

    package init(
        query: String = "", service: String? = nil, environment: String? = nil, region: String? = nil,
        level: String? = nil, range: SignalRange = .usual, after: LogCursor? = nil, isLive: Bool = false
    ) {
        (self.query, self.service, self.environment) = (query, service, environment)
        (self.region, self.level, self.range) = (region, level, range)
        (self.after, self.isLive) = (after, isLive)
    }

    /// Reads the fields of an address; those it does not know are left alone, so that an old link still works.
    package init(_ fields: [String: String]) {
        self.init(
            query: fields.said("q") ?? "", service: fields.said("service"),
            environment: fields.said("environment"), region: fields.said("region"),
            level: fields.said("level").flatMap { Self.levels.contains($0) ? $0 : nil },
            range: SignalRange(fields), after: fields["after"].flatMap(LogCursor.init),
            isLive: fields["live"] == "1")
    }

    package var address: String { address(of: Self.place) }

    /// The same question to another place, such as the stream of new lines.
    package func address(of place: String, _ more: [(String, String?)] = []) -> String {
        PageAddress.text(
            place,
            [
                ("q", query), ("service", service), ("environment", environment), ("region", region),
                ("level", level),
            ] + range.fields + [("after", after?.description), ("live", isLive ? "1" : nil)] + more)
    }

    /// The question with a change, from the first page on.
    func with(_ change: (inout LogQuestion) -> Void) -> LogQuestion {
        var changed = self
        changed.after = nil
        change(&changed)
        return changed
    }

    func adding(_ term: String) -> LogQuestion {
        with { $0.query = SearchTerms.adding(term, to: $0.query) }
    }

    /// What records must be, without time, order and what `selection` says.
    package func filter() throws(ExpressionError) -> BooleanExpression {
        let typed = try BooleanExpression.search(query)
        // Checked by itself: a mistake then points into what was typed.
        _ = try Matcher(typed, schema: SignalFields.logs)
        var parts = typed.root == .all ? [] : [typed.root]
        if let level {
            parts.append(.term(.field(FieldPath("level")), .range(Literal(bare: level), nil)))
        }
        if let service, ServiceName(path: service) == nil {
            parts.append(.term(.field(FieldPath("service")), .matches([.literal(Literal(quoted: service))])))
        }
        return parts.isEmpty || parts == [typed.root] ? typed : BooleanExpression(.and(parts))
    }

    package var selection: Selection {
        Selection(
            service: service.flatMap(ServiceName.init(path:)), environment: environment.map { .init($0) },
            region: region.map { .init($0) })
    }

    /// Whether anything but the time narrows it.
    var isNarrowed: Bool {
        !query.isEmpty || service != nil || environment != nil || region != nil || level != nil
    }
}
