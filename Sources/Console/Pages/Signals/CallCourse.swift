package import GantryBase
package import Model
package import Telemetry
import Wire

/// The calls of one side over time, as charts draw them.
package struct CallCourse: Sendable {
    package var times: [Timestamp]
    package var perSecond: [Double]
    /// Not a number where there were no calls, as for the latencies: nothing is not zero.
    package var failureRate: [Double]
    package var p50: [Double]
    package var p99: [Double]

    /// - Parameter rows: rows of steps, of any keys; those of the other side are left out.
    package init(_ rows: [CallRow], side: CallSide, starts: [Timestamp], step: Period) {
        times = starts
        var sums: [CallRow?] = Array(repeating: nil, count: starts.count)
        for row in rows where row.key[.side] == side.rawValue {
            guard let at = CallLine.index(of: row.start, in: starts) else { continue }
            var sum = sums[at] ?? CallRow(key: [:], start: row.start)
            for (outcome, count) in row.counts { sum.counts[outcome, default: 0] += count }
            sum.durations.merge(row.durations)
            sums[at] = sum
        }
        let seconds = max(step.seconds, 1)
        perSecond = sums.map { Double($0?.total ?? 0) / seconds }
        failureRate = sums.map { $0.map { $0.total == 0 ? .nan : $0.failureRate } ?? .nan }
        p50 = sums.map { $0?.durations.quantile(0.5).map { $0 * 1000 } ?? .nan }
        p99 = sums.map { $0?.durations.quantile(0.99).map { $0 * 1000 } ?? .nan }
    }

    var isEmpty: Bool { perSecond.allSatisfy { $0 == 0 } }
}
