package import GantryBase

/// Bounds that every store and every query obeys.
package enum TelemetryLimits {
    /// Records of one page. A page of the console shows 200; a program that wants more asks for the next page.
    package static let pageRecords = 1000
    /// Spans of one trace that are shown; a longer trace is a loop that lost its end.
    package static let traceSpans = 10_000
    /// Rows of one answer about calls: keys × steps of time.
    package static let callRows = 50_000
    package static let seriesOfAnswer = 200
    package static let pointsOfSeries = 2000
    package static let histogramBuckets = 500
    /// Of one log record or span, in bytes of its encoding; the agent cuts lines long before.
    package static let recordBytes = 1 << 20
}

/// What a query may cost. At a bound it answers with what it has found and says so.
package struct QueryBudget: Sendable, Hashable {
    package var time: Period
    package var records: Int

    package init(time: Period = .seconds(10), records: Int = 50_000_000) {
        (self.time, self.records) = (time, records)
    }
}

/// What a query did cost.
package struct QueryCost: Sendable, Hashable {
    /// Records that were looked at.
    package var records: Int
    package var took: Period
    /// Whether everything in the range was looked at, or as much as the answer's limit needed.
    package var isComplete: Bool
    /// Records that were left out because a regular expression reached its bounds on them.
    package var undecided: Int

    package init(records: Int = 0, took: Period = .zero, isComplete: Bool = true, undecided: Int = 0) {
        (self.records, self.took, self.isComplete) = (records, took, isComplete)
        self.undecided = undecided
    }
}
