package import GantryBase

/// What is older than its bound may be removed.
package struct RetentionBounds: Sendable, Hashable {
    package var logs: Timestamp
    package var spans: Timestamp
    package var calls: Timestamp
    package var series: Timestamp

    package init(logs: Timestamp, spans: Timestamp, calls: Timestamp, series: Timestamp) {
        (self.logs, self.spans, self.calls, self.series) = (logs, spans, calls, series)
    }
    package init(all time: Timestamp) { self.init(logs: time, spans: time, calls: time, series: time) }
}

package struct TelemetryStatistics: Sendable, Hashable {
    package var logs: Int
    package var spans: Int
    /// Windows that were counted, without repeats.
    package var windows: Int
    package var points: Int
    /// What the records take; a store's files may be larger, by room that it fills again.
    package var bytesOnDisk: Int64
    package var lastPosition: UInt64

    package init(
        logs: Int, spans: Int, windows: Int, points: Int, bytesOnDisk: Int64, lastPosition: UInt64
    ) {
        (self.logs, self.spans, self.windows, self.points) = (logs, spans, windows, points)
        (self.bytesOnDisk, self.lastPosition) = (bytesOnDisk, lastPosition)
    }
}
