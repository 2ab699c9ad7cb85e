public import GantryBase

/// One metric with its points at this moment, as a service reports it.
public struct MetricRecord: Sendable, Hashable, Codable {
    public var name: String
    public var description: String
    /// In UCUM: `s`, `By`, `1`, `{request}`.
    public var unit: String
    public var metadata: Attributes
    public var data: Data

    public enum Data: Sendable, Hashable, Codable {
        /// A metric without points, or of a kind that is not known here.
        case none
        case gauge([NumberPoint])
        case sum([NumberPoint], Temporality, monotonic: Bool)
        case histogram([HistogramPoint], Temporality)
        case exponentialHistogram([ExponentialHistogramPoint], Temporality)
        case summary([SummaryPoint])
    }

    /// Whether points tell the change since the last one or since the start.
    public enum Temporality: Int32, Sendable, Codable, CaseIterable { case unspecified, delta, cumulative }

    public init(
        name: String, description: String = "", unit: String = "", metadata: Attributes = [:], data: Data
    ) {
        (self.name, self.description, self.unit) = (name, description, unit)
        (self.metadata, self.data) = (metadata, data)
    }
}

/// The number of a point or exemplar, in the type in which it was measured.
public enum MetricNumber: Sendable, Hashable, Codable {
    /// Not recorded: see the flags of its point.
    case none
    case int(Int64)
    case double(Double)

    public var double: Double? {
        switch self {
        case .none: nil
        case .int(let value): Double(value)
        case .double(let value): value
        }
    }
}

/// A single measurement with the trace in which it was made.
public struct Exemplar: Sendable, Hashable, Codable {
    public var time: Timestamp
    public var value: MetricNumber
    public var traceID: TraceID?
    public var spanID: SpanID?
    /// What was left out of the point's attributes.
    public var attributes: Attributes

    public init(
        time: Timestamp, value: MetricNumber, traceID: TraceID? = nil, spanID: SpanID? = nil,
        attributes: Attributes = [:]
    ) {
        (self.time, self.value) = (time, value)
        (self.traceID, self.spanID, self.attributes) = (traceID, spanID, attributes)
    }
}
