extension ExponentialHistogram {
    /// Takes a point as it came over a wire: one with more buckets or a finer scale than are kept here is downscaled.
    /// Nil when the indices or the scale cannot be.
    public init?(_ point: ExponentialHistogramPoint) {
        guard (Self.coarsestScale...31).contains(point.scale), Self.fits(point.positive),
            Self.fits(point.negative), point.zeroThreshold >= 0, point.zeroThreshold.isFinite
        else { return nil }
        self.init()
        scale = point.scale
        (positive, negative) = (point.positive.trimmed(), point.negative.trimmed())
        let steps = [positive, negative].map { Buckets.excess(Int($0.offset), $0.end - 1) }
        downscale(by: Swift.max(scale - Self.finestScale, steps[0], steps[1]))
        guard scale >= Self.coarsestScale else { return nil }
        (zeroCount, zeroThreshold) = (point.zeroCount, point.zeroThreshold)
        count = (positive.counts + negative.counts).reduce(zeroCount) { $0.saturating($1) }
        let known = point.sum ?? 0
        sum = known.isFinite ? known : 0
        if count > 0, let least = point.min, let greatest = point.max, least.isFinite, greatest.isFinite,
            least <= greatest
        {
            (min, max) = (least, greatest)
        }
    }

    private static func fits(_ buckets: Buckets) -> Bool {
        buckets.end <= Int(Int32.max) && buckets.counts.count <= OTLP.mostElements
    }

    /// Makes the point that OTLP carries; its header names series and time.
    public func point(_ header: PointHeader = PointHeader()) -> ExponentialHistogramPoint {
        var point = ExponentialHistogramPoint(header)
        (point.count, point.sum, point.scale) = (count, sum, scale)
        if min <= max { (point.min, point.max) = (min, max) }
        (point.zeroCount, point.zeroThreshold) = (zeroCount, zeroThreshold)
        (point.positive, point.negative) = (positive, negative)
        return point
    }

    /// Makes the point with fixed bounds that Prometheus and older readers want.
    public func fixedPoint(_ bounds: [Double], _ header: PointHeader = PointHeader()) -> HistogramPoint {
        var point = HistogramPoint(header)
        (point.count, point.sum, point.bounds) = (count, sum, bounds)
        if min <= max { (point.min, point.max) = (min, max) }
        point.bucketCounts = fixedBuckets(bounds)
        return point
    }
}

extension ExponentialHistogram: Codable {
    /// Coded as its point, and checked like one.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Self(try container.decode(ExponentialHistogramPoint.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "is no histogram of a scale and indices that can be")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(point())
    }
}
