package import GantryBase
package import Model
package import Wire

/// One point of a metric series, as it is kept: a series is a sender's workload or instance, a name and labels.
package struct SeriesPoint: Sendable, Hashable {
    package enum Value: Sendable, Hashable {
        case gauge(Double)
        /// What was counted since the last point of the series: cumulative counters are differenced before they come.
        case delta(Double)
        case histogram(ExponentialHistogram)
    }
    package var name: String
    package var labels: [String: String]
    package var time: Timestamp
    package var value: Value

    package init(_ name: String, labels: [String: String] = [:], time: Timestamp, value: Value) {
        (self.name, self.labels, self.time, self.value) = (name, labels, time, value)
    }
}

package struct SeriesQuery: Sendable {
    package var selection: Selection
    package var name: String
    package var labels: [String: String]
    package var range: TimeRange

    package init(
        _ name: String, _ selection: Selection = Selection(), labels: [String: String] = [:], range: TimeRange
    ) {
        (self.name, self.selection, self.labels, self.range) = (name, selection, labels, range)
    }
}

package struct Series: Sendable, Hashable {
    package var source: SignalSource
    package var labels: [String: String]
    package var points: [SeriesPoint]
    package init(source: SignalSource, labels: [String: String], points: [SeriesPoint]) {
        (self.source, self.labels, self.points) = (source, labels, points)
    }
}

package struct SeriesPage: Sendable {
    package var series: [Series]
    /// Series that match and were left out, above the limit.
    package var omitted: Int
    package init(series: [Series], omitted: Int = 0) { (self.series, self.omitted) = (series, omitted) }
}
