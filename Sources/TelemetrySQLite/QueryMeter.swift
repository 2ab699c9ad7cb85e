import GantryBase
import Telemetry

/// Counts what a query looks at and says when its budget is used up.
struct QueryMeter {
    /// Records between two looks at the clock and at whether the query was cancelled.
    private static let stride = 512

    private let budget: QueryBudget
    private let start = ContinuousClock.now
    private var records = 0
    /// Records whose regular expression was given up at its bounds.
    var undecided = 0

    init(_ budget: QueryBudget) { self.budget = budget }

    /// Takes one record; false when the budget is used up.
    mutating func take() throws -> Bool {
        guard records < budget.records else { return false }
        records += 1
        guard records % Self.stride == 0 else { return true }
        try Task.checkCancellation()
        return ContinuousClock.now - start < budget.time.duration
    }

    func cost(isComplete: Bool) -> QueryCost {
        QueryCost(records: records, took: .since(start), isComplete: isComplete, undecided: undecided)
    }
}
