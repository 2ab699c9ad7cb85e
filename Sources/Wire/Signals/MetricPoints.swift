public import GantryBase

/// What every point has: its series and its time.
public struct PointHeader: Sendable, Hashable, Codable {
    public var attributes: Attributes
    /// Where a sum or histogram began; the epoch for gauges.
    public var start: Timestamp
    public var time: Timestamp
    /// Bit 0: there is no recorded value.
    public var flags: UInt32
    public var exemplars: [Exemplar]

    public init(
        attributes: Attributes = [:], start: Timestamp = .epoch, time: Timestamp = .epoch, flags: UInt32 = 0,
        exemplars: [Exemplar] = []
    ) {
        (self.attributes, self.start, self.time) = (attributes, start, time)
        (self.flags, self.exemplars) = (flags, exemplars)
    }
}

/// A point of a gauge or a sum.
public struct NumberPoint: Sendable, Hashable, Codable {
    public var header: PointHeader
    public var value: MetricNumber
    public init(_ header: PointHeader = PointHeader(), value: MetricNumber = .none) {
        (self.header, self.value) = (header, value)
    }
}

/// A point of a histogram with fixed bounds; `bucketCounts` has one element more than `bounds`, or both are empty.
public struct HistogramPoint: Sendable, Hashable, Codable {
    public var header: PointHeader
    public var count: UInt64 = 0
    public var sum: Double?
    public var min: Double?
    public var max: Double?
    public var bounds: [Double] = []
    public var bucketCounts: [UInt64] = []
    public init(_ header: PointHeader = PointHeader()) { self.header = header }
}

/// A point of an exponential histogram: bucket `i` holds values in (base^i, base^(i+1)], base = 2^(2^-scale).
public struct ExponentialHistogramPoint: Sendable, Hashable, Codable {
    public struct Buckets: Sendable, Hashable, Codable {
        /// The index of the first element of `counts`.
        public var offset: Int32
        public var counts: [UInt64]
        public init(offset: Int32 = 0, counts: [UInt64] = []) {
            (self.offset, self.counts) = (offset, counts)
        }
    }

    public var header: PointHeader
    public var count: UInt64 = 0
    public var sum: Double?
    public var min: Double?
    public var max: Double?
    public var scale: Int32 = 0
    public var zeroCount: UInt64 = 0
    /// Values up to this far from zero are in `zeroCount`.
    public var zeroThreshold: Double = 0
    public var positive = Buckets()
    public var negative = Buckets()
    public init(_ header: PointHeader = PointHeader()) { self.header = header }
}

/// A point of a summary, which only old sources send: its quantiles cannot be merged.
public struct SummaryPoint: Sendable, Hashable, Codable {
    public struct Quantile: Sendable, Hashable, Codable {
        public var quantile: Double
        public var value: Double
        public init(_ quantile: Double, _ value: Double) { (self.quantile, self.value) = (quantile, value) }
    }

    public var header: PointHeader
    public var count: UInt64 = 0
    public var sum: Double = 0
    public var quantiles: [Quantile] = []
    public init(_ header: PointHeader = PointHeader()) { self.header = header }
}
