package import Expressions
package import Model
package import Wire

package struct SpanEntry: Sendable, Hashable {
    package var source: SignalSource
    package var record: SpanRecord
    package init(source: SignalSource, record: SpanRecord) { (self.source, self.record) = (source, record) }
}

/// A trace as it was asked for by its id.
package struct TracePage: Sendable {
    package var spans: [SpanEntry]
    /// Spans that are there and left out, above the limit.
    package var omitted: Int
    package init(spans: [SpanEntry], omitted: Int = 0) { (self.spans, self.omitted) = (spans, omitted) }
}

package struct SpanQuery: Sendable {
    package var selection: Selection
    package var range: TimeRange
    /// Over `name`, `kind`, `status`, `duration`, `trace_id`, the words of the source, and attributes.
    package var filter: BooleanExpression
    package var limit: Int
    package var budget: QueryBudget

    package init(
        _ selection: Selection = Selection(), range: TimeRange,
        filter: BooleanExpression = BooleanExpression(.all),
        limit: Int = TelemetryLimits.pageRecords, budget: QueryBudget = QueryBudget()
    ) {
        (self.selection, self.range, self.filter, self.budget) = (selection, range, filter, budget)
        self.limit = min(max(limit, 1), TelemetryLimits.pageRecords)
    }
}

package struct SpanPage: Sendable {
    package var spans: [SpanEntry]
    package var cost: QueryCost
    package init(spans: [SpanEntry], cost: QueryCost) { (self.spans, self.cost) = (spans, cost) }
}
