package import Expressions
package import GantryBase
package import Model
package import Wire

/// Which log records, and in which order.
package struct LogQuery: Sendable {
    package enum Order: Sendable, Hashable {
        /// By time, from the newest back, going on behind the cursor of an earlier page.
        case newestFirst(after: LogCursor?)
        /// As they were appended, those with a position above this one: for following.
        case appended(after: UInt64)
    }

    package var selection: Selection
    package var range: TimeRange
    package var filter: BooleanExpression
    package var order: Order
    package var limit: Int
    package var budget: QueryBudget

    package init(
        _ selection: Selection = Selection(), range: TimeRange,
        filter: BooleanExpression = BooleanExpression(.all),
        order: Order = .newestFirst(after: nil), limit: Int = TelemetryLimits.pageRecords,
        budget: QueryBudget = QueryBudget()
    ) {
        (self.selection, self.range, self.filter) = (selection, range, filter)
        (self.order, self.budget) = (order, budget)
        self.limit = min(max(limit, 1), TelemetryLimits.pageRecords)
    }
}

/// The place of a record in the order by time, for the next page.
package struct LogCursor: Sendable, Hashable, LosslessStringConvertible {
    package var time: Timestamp
    package var position: UInt64

    package init(time: Timestamp, position: UInt64) { (self.time, self.position) = (time, position) }

    package init?(_ text: String) {
        let parts = text.split(separator: "-", maxSplits: 1)
        guard parts.count == 2, let time = Int64(parts[0], radix: 36),
            let position = UInt64(parts[1], radix: 36)
        else { return nil }
        self.init(time: Timestamp(nanoseconds: time), position: position)
    }

    package var description: String {
        String(time.nanoseconds, radix: 36) + "-" + String(position, radix: 36)
    }
}

/// A log record with its sender and its place in the store.
package struct LogEntry: Sendable, Hashable {
    package var position: UInt64
    package var source: SignalSource
    package var record: LogRecord

    package init(position: UInt64, source: SignalSource, record: LogRecord) {
        (self.position, self.source, self.record) = (position, source, record)
    }

    package var cursor: LogCursor { LogCursor(time: record.time, position: position) }
}

package struct LogPage: Sendable {
    package var entries: [LogEntry]
    /// Where the next page goes on; nil when there is none.
    package var next: LogCursor?
    /// In the order of appends: the highest position that was looked at, whether it matched or not. Who follows goes on
    /// from there.
    package var reached: UInt64
    package var cost: QueryCost

    package init(entries: [LogEntry], next: LogCursor?, reached: UInt64 = 0, cost: QueryCost) {
        (self.entries, self.next, self.reached, self.cost) = (entries, next, reached, cost)
    }
}

package struct LogHistogram: Sendable {
    package struct Bucket: Sendable, Hashable {
        package var start: Timestamp
        /// Records by the name of their severity's range; those without one under the empty name.
        package var counts: [String: Int]
        package init(start: Timestamp, counts: [String: Int] = [:]) {
            (self.start, self.counts) = (start, counts)
        }
        package var total: Int { counts.values.reduce(0, +) }
    }
    package var buckets: [Bucket]
    package var cost: QueryCost

    package init(buckets: [Bucket], cost: QueryCost) { (self.buckets, self.cost) = (buckets, cost) }
}
