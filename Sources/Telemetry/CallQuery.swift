package import GantryBase
package import Model
package import Wire

/// What calls can be told apart by.
package enum CallDimension: String, Sendable, Hashable, CaseIterable, Codable {
    case side, caller, callee, interface, code, environment, region, release, instance
}

package struct CallQuery: Sendable {
    /// Of the side that reported: the caller's workload for client calls, the callee's for server calls.
    package var selection: Selection
    package var range: TimeRange
    /// One row for each combination of these that has calls.
    package var by: Set<CallDimension>
    /// Only calls with these values.
    package var only: [CallDimension: String]
    /// Rows for each step of time; nil for the range as one. At least a second.
    package var step: Period?

    package init(
        _ selection: Selection = Selection(), range: TimeRange, by: Set<CallDimension>,
        only: [CallDimension: String] = [:], step: Period? = nil
    ) {
        (self.selection, self.range, self.by, self.only, self.step) = (selection, range, by, only, step)
    }
}

package struct CallRow: Sendable, Hashable {
    /// A value for each dimension of the query.
    package var key: [CallDimension: String]
    /// The start of its step.
    package var start: Timestamp
    package var counts: [CallClass: UInt64]
    /// Of all classes, in seconds.
    package var durations: ExponentialHistogram
    /// The trace of the slowest call of which one is known.
    package var exemplar: TraceID?
    /// In seconds.
    package var slowest: Double

    package init(
        key: [CallDimension: String], start: Timestamp, counts: [CallClass: UInt64] = [:],
        durations: ExponentialHistogram = ExponentialHistogram(), exemplar: TraceID? = nil,
        slowest: Double = 0
    ) {
        (self.key, self.start, self.counts) = (key, start, counts)
        (self.durations, self.exemplar, self.slowest) = (durations, exemplar, slowest)
    }

    package var total: UInt64 { counts.values.reduce(0, +) }
    /// From 0 to 1; 0 without calls.
    package func rate(of outcome: CallClass) -> Double {
        total == 0 ? 0 : Double(counts[outcome] ?? 0) / Double(total)
    }
    package var failureRate: Double { rate(of: .exception) + rate(of: .timeout) }
}

package struct CallTable: Sendable {
    package var rows: [CallRow]
    /// Rows beyond `TelemetryLimits.callRows` that were left out.
    package var omitted: Int
    /// The end of the last second of which calls are there; nil without any.
    package var freshness: Timestamp?

    package init(rows: [CallRow], omitted: Int = 0, freshness: Timestamp? = nil) {
        (self.rows, self.omitted, self.freshness) = (rows, omitted, freshness)
    }
}

extension CallDimension {
    /// What a call has for this dimension.
    package func value(_ key: CallKey, _ source: SignalSource) -> String {
        switch self {
        case .side: key.side.rawValue
        case .caller: key.caller
        case .callee: key.callee
        case .interface: key.interface
        case .code: key.code
        case .environment: source.environment.text
        case .region: source.region.text
        case .release: source.release?.path ?? ""
        case .instance: source.instance.id
        }
    }
}

extension Set<CallDimension> {
    package func values(_ key: CallKey, _ source: SignalSource) -> [CallDimension: String] {
        var values: [CallDimension: String] = [:]
        for dimension in self { values[dimension] = dimension.value(key, source) }
        return values
    }
}

extension CallRow {
    package mutating func add(_ other: CallCounts, _ outcome: CallClass) {
        counts[outcome, default: 0] += other.count
        durations.merge(other.durations)
        if other.slowest >= slowest { (slowest, exemplar) = (other.slowest, other.exemplar ?? exemplar) }
    }
}
