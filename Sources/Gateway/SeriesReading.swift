import GantryBase
import Model
import Telemetry
import Wire

/// Turns a sender's metrics into points as the store keeps them: cumulative counters become what was added since the last
/// report.
struct SeriesReading: Sendable {
    fileprivate struct Key: Hashable {
        var name: String
        var labels: [String: String]
    }
    fileprivate struct Last {
        var start: Timestamp
        var value: Double
    }
    private let limit: Int
    private var last: [Key: Last] = [:]
    /// Points of cumulative series above the limit, which cannot be differenced.
    private(set) var omitted = 0

    init(limit: Int) { self.limit = limit }

    /// What `take(back:)` needs.
    struct Undo: Sendable {
        fileprivate var last: [Key: Last]
        fileprivate var version: UInt64
    }
    private var version: UInt64 = 0

    /// Forgets a batch that was not kept, unless another came after it.
    mutating func take(back undo: Undo) {
        guard undo.version == version else { return }
        last = undo.last
    }

    mutating func points(_ batch: MetricBatch, now: Timestamp) -> ([SeriesPoint], Undo) {
        version += 1
        let undo = Undo(last: last, version: version)
        return (points(batch, now), undo)
    }

    private mutating func points(_ batch: MetricBatch, _ now: Timestamp) -> [SeriesPoint] {
        var points: [SeriesPoint] = []
        for group in batch.groups {
            for metric in group.scopes.flatMap(\.records) { add(metric, now, to: &points) }
        }
        return points
    }

    private mutating func add(_ metric: MetricRecord, _ now: Timestamp, to points: inout [SeriesPoint]) {
        switch metric.data {
        case .none, .summary: return
        case .gauge(let numbers):
            for number in numbers { append(metric.name, number, .gauge, now, &points) }
        case .sum(let numbers, let temporality, let isMonotonic):
            for number in numbers {
                guard isMonotonic else {
                    append(metric.name, number, .gauge, now, &points)
                    continue
                }
                let kind: Kind = temporality == .delta ? .delta : .cumulative
                append(metric.name, number, kind, now, &points)
            }
        case .exponentialHistogram(let histograms, .delta):
            for point in histograms {
                guard let histogram = ExponentialHistogram(point) else { continue }
                points.append(
                    SeriesPoint(
                        metric.name, labels: labels(point.header.attributes), time: time(point.header, now),
                        value: .histogram(histogram)))
            }
        // Of other histograms, their count and sum: what a rate and a mean need.
        case .exponentialHistogram(let histograms, let temporality):
            for point in histograms {
                append(metric.name, point.header, Double(point.count), point.sum, temporality, now, &points)
            }
        case .histogram(let histograms, let temporality):
            for point in histograms {
                append(metric.name, point.header, Double(point.count), point.sum, temporality, now, &points)
            }
        }
    }

    private enum Kind { case gauge, delta, cumulative }

    private mutating func append(
        _ name: String, _ number: NumberPoint, _ kind: Kind, _ now: Timestamp, _ points: inout [SeriesPoint]
    ) {
        guard let value = number.value.double else { return }
        append(name, number.header, value, kind, now, &points)
    }

    private mutating func append(
        _ name: String, _ header: PointHeader, _ count: Double, _ sum: Double?,
        _ temporality: MetricRecord.Temporality, _ now: Timestamp, _ points: inout [SeriesPoint]
    ) {
        let kind: Kind = temporality == .delta ? .delta : .cumulative
        append(name + ".count", header, count, kind, now, &points)
        if let sum { append(name + ".sum", header, sum, kind, now, &points) }
    }

    private mutating func append(
        _ name: String, _ header: PointHeader, _ value: Double, _ kind: Kind, _ now: Timestamp,
        _ points: inout [SeriesPoint]
    ) {
        guard value.isFinite else { return }
        let key = Key(name: name, labels: labels(header.attributes))
        var kept: SeriesPoint.Value? = kind == .gauge ? .gauge(value) : .delta(value)
        if kind == .cumulative { kept = difference(key, value, header.start).map { .delta($0) } }
        if let kept {
            points.append(SeriesPoint(name, labels: key.labels, time: time(header, now), value: kept))
        }
    }

    /// Nil for the first report of a series, which may count from long ago. A counter that began again, by its start or
    /// by falling, counts from 0.
    private mutating func difference(_ key: Key, _ value: Double, _ start: Timestamp) -> Double? {
        guard let before = last[key] else {
            guard last.count < limit else {
                omitted += 1
                return nil
            }
            last[key] = Last(start: start, value: value)
            return nil
        }
        last[key] = Last(start: start, value: value)
        return start != before.start || value < before.value ? value : value - before.value
    }

    private func labels(_ attributes: Attributes) -> [String: String] {
        Dictionary(attributes.list.map { ($0.name, $0.value.text) }, uniquingKeysWith: { first, _ in first })
    }

    private func time(_ header: PointHeader, _ now: Timestamp) -> Timestamp {
        header.time == .epoch ? now : header.time
    }
}
