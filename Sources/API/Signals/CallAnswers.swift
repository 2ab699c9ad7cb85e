package import GantryBase
import Model
package import Telemetry
package import Wire

/// The calls of one combination of dimensions, as the API tells them.
package struct CallItem: Codable, Sendable {
    /// A value for each dimension that was asked for.
    package var key: [String: String]
    /// The start of its step; nil where the range was not cut into steps.
    package var start: Timestamp?
    package var total: UInt64
    package var success: UInt64
    package var exception: UInt64
    package var timeout: UInt64
    /// Exceptions and timeouts of all, from 0 to 1.
    package var failureRate: Double
    /// Quantiles of the duration, in seconds; nil where nothing is known.
    package var p50: Double?
    package var p90: Double?
    package var p99: Double?
    package var slowest: Double
    /// The trace of the slowest call of which one is known.
    package var exemplar: TraceID?

    init(_ row: CallRow, hasSteps: Bool) {
        key = Dictionary(uniqueKeysWithValues: row.key.map { ($0.key.rawValue, $0.value) })
        start = hasSteps ? row.start : nil
        (total, failureRate) = (row.total, row.failureRate)
        success = row.counts[.success] ?? 0
        exception = row.counts[.exception] ?? 0
        timeout = row.counts[.timeout] ?? 0
        p50 = row.durations.quantile(0.5)
        p90 = row.durations.quantile(0.9)
        p99 = row.durations.quantile(0.99)
        (slowest, exemplar) = (row.slowest, row.exemplar)
    }

    package func value(_ dimension: CallDimension) -> String { key[dimension.rawValue] ?? "" }
}

package struct CallAnswer: Codable, Sendable {
    package var from: Timestamp
    package var to: Timestamp
    package var items: [CallItem]
    /// Rows that were left out beyond the limit.
    package var omitted: Int
    /// The end of the last second of which calls are there; nil without any.
    package var freshness: Timestamp?
}
