package import GantryBase
import Model
package import Telemetry
package import Wire

/// A log record as the API tells it.
package struct LogItem: Codable, Sendable {
    package var position: UInt64
    package var time: Timestamp
    /// `trace`, `debug`, `info`, `warn`, `error` or `fatal`; nil where the source said none.
    package var level: String?
    package var service: String
    package var environment: String
    package var region: String
    package var instance: String
    package var release: String?
    package var message: String
    package var event: String?
    package var traceID: TraceID?
    package var spanID: SpanID?
    /// Everything else, members of a record that was an object among them.
    package var attributes: JSONValue?

    package init(_ entry: LogEntry) {
        let record = entry.record
        (position, time) = (entry.position, record.time)
        level = record.severity.name.isEmpty ? nil : record.severity.name
        service = entry.source.service.path
        environment = entry.source.environment.text
        region = entry.source.region.text
        instance = entry.source.instance.id
        release = entry.source.release?.path
        event = record.eventName.isEmpty ? nil : record.eventName
        (traceID, spanID) = (record.traceID, record.spanID)
        var others = record.attributes
        if case .map(let members) = record.body {
            let said = ["message", "msg"].first { members[$0] != nil }
            message = said.flatMap { members[$0]?.text } ?? record.body.text
            if let said {
                for member in members where member.name != said && others[member.name] == nil {
                    others.list.append(member)
                }
            }
        } else {
            message = record.body.text
        }
        attributes = others.list.isEmpty ? nil : others.plainJSON
    }
}

package struct LogAnswer: Codable, Sendable {
    package var items: [LogItem]
    /// The `after` of the next page.
    package var next: String?
    /// When nothing was found: the time of the newest record of the same places, whatever it says.
    package var newest: Timestamp?
    package var cost: CostView
}

/// What a search looked at.
package struct CostView: Codable, Sendable {
    package var records: Int
    package var milliseconds: Int64
    /// False where the search was given up at its bound: there may be more than was found.
    package var isComplete: Bool
    /// Records that were left out since a regular expression took too long on them.
    package var undecided: Int

    init(_ cost: QueryCost) {
        (records, milliseconds) = (cost.records, cost.took.milliseconds)
        (isComplete, undecided) = (cost.isComplete, cost.undecided)
    }
}

package struct HistogramAnswer: Codable, Sendable {
    package struct Bucket: Codable, Sendable {
        package var start: Timestamp
        /// By level; those without one under `none`.
        package var counts: [String: Int]
    }
    package var from: Timestamp
    package var to: Timestamp
    package var buckets: [Bucket]
    package var cost: CostView

    init(_ histogram: LogHistogram, _ range: TimeRange) {
        (from, to, cost) = (range.from, range.to, CostView(histogram.cost))
        buckets = histogram.buckets.map { bucket in
            var counts = bucket.counts
            if let other = counts.removeValue(forKey: "") { counts["none"] = other }
            return Bucket(start: bucket.start, counts: counts)
        }
    }
}

/// A line of a log that is followed.
package struct TailLine: Codable, Sendable {
    package enum Kind: String, Codable, Sendable {
        case record
        /// Everything up to `position` was looked at.
        case position
        case error
    }
    package var type: Kind
    package var record: LogItem?
    package var position: UInt64?
    package var problem: JSONValue?

    init(_ entry: LogEntry) { (type, record) = (.record, LogItem(entry)) }
    init(position: UInt64) { (type, self.position) = (.position, position) }
    init(problem: JSONValue) { (type, self.problem) = (.error, problem) }
}
