extension ExponentialHistogramPoint.Buckets {
    /// The index after the last bucket.
    var end: Int { Int(offset) + counts.count }

    /// How many steps of scale must go until these buckets and one more at `index` are few enough.
    func excess(with index: Int32) -> Int32 {
        if counts.isEmpty { return 0 }
        return Self.excess(Swift.min(Int(offset), Int(index)), Swift.max(end - 1, Int(index)))
    }

    static func excess(_ first: Int, _ last: Int) -> Int32 {
        var steps: Int32 = 0
        while (last >> Int(steps)) - (first >> Int(steps)) >= ExponentialHistogram.mostBuckets { steps += 1 }
        return steps
    }

    /// Adds to a bucket that is known to be near enough.
    mutating func add(_ times: UInt64, at index: Int32) {
        if counts.isEmpty { offset = index }
        if index < offset {
            counts.insert(contentsOf: repeatElement(0, count: Int(offset) - Int(index)), at: 0)
            offset = index
        } else if Int(index) >= end {
            counts.append(contentsOf: repeatElement(0, count: Int(index) - end + 1))
        }
        let at = Int(index) - Int(offset)
        counts[at] = counts[at].saturating(times)
    }

    mutating func downscale(by steps: Int32) {
        guard steps > 0, !counts.isEmpty else { return }
        let first = Int(offset) >> Int(steps)
        var merged = [UInt64](repeating: 0, count: ((end - 1) >> Int(steps)) - first + 1)
        for (at, count) in counts.enumerated() {
            let index = ((Int(offset) + at) >> Int(steps)) - first
            merged[index] = merged[index].saturating(count)
        }
        counts = merged
        offset = Int32(first)
    }

    /// Without empty buckets at the ends.
    func trimmed() -> Self {
        guard let first = counts.firstIndex(where: { $0 != 0 }),
            let last = counts.lastIndex(where: { $0 != 0 })
        else { return Self() }
        return Self(offset: offset + Int32(first), counts: Array(counts[first...last]))
    }
}

extension ExponentialHistogram {
    /// Adds all of another histogram.
    public mutating func merge(_ other: ExponentialHistogram) {
        var other = other
        let threshold = Swift.max(zeroThreshold, other.zeroThreshold)
        raiseZeroThreshold(to: threshold)
        other.raiseZeroThreshold(to: zeroThreshold)
        downscale(by: scale - other.scale)
        other.downscale(by: other.scale - scale)
        let steps = Swift.max(
            Self.excess(positive, other.positive), Self.excess(negative, other.negative))
        downscale(by: steps)
        other.downscale(by: steps)
        positive.merge(other.positive)
        negative.merge(other.negative)
        count = count.saturating(other.count)
        zeroCount = zeroCount.saturating(other.zeroCount)
        sum += other.sum
        (min, max) = (Swift.min(min, other.min), Swift.max(max, other.max))
    }

    private static func excess(_ a: Buckets, _ b: Buckets) -> Int32 {
        if a.counts.isEmpty || b.counts.isEmpty { return 0 }
        return Buckets.excess(
            Swift.min(Int(a.offset), Int(b.offset)), Swift.max(a.end, b.end) - 1)
    }

    /// Counts as zero what is no farther from it than `threshold`, and the rest of a bucket that reaches beyond.
    private mutating func raiseZeroThreshold(to threshold: Double) {
        guard threshold > zeroThreshold else { return }
        zeroThreshold = threshold
        for path in [\Self.positive, \Self.negative] {
            var buckets = self[keyPath: path]
            while let first = buckets.counts.first,
                Self.bound(Int(buckets.offset), scale: scale) < zeroThreshold
            {
                zeroCount = zeroCount.saturating(first)
                zeroThreshold = Swift.max(
                    zeroThreshold, Self.bound(Int(buckets.offset) + 1, scale: scale))
                buckets.counts.removeFirst()
                buckets.offset += 1
            }
            self[keyPath: path] = buckets.trimmed()
        }
    }
}

extension ExponentialHistogramPoint.Buckets {
    fileprivate mutating func merge(_ other: Self) {
        for (at, count) in other.counts.enumerated() where count > 0 {
            add(count, at: other.offset + Int32(at))
        }
    }
}
