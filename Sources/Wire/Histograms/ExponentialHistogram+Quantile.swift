#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension ExponentialHistogram {
    /// A stretch of values with how many are in it.
    private struct Stretch {
        var low: Double
        var high: Double
        var count: UInt64

        /// The value that has this share of the stretch below it: on a logarithmic scale, as the buckets are.
        func value(at share: Double) -> Double {
            if low == high { return low }
            if low < 0, high > 0 { return low + (high - low) * share }
            if high <= 0 { return -Stretch(low: -high, high: -low, count: count).value(at: 1 - share) }
            if low == 0 { return high * share }
            return low * pow(high / low, share)
        }

        /// The share of the stretch at or below `value`.
        func share(upTo value: Double) -> Double {
            if value >= high { return 1 }
            if value < low { return 0 }
            if high <= 0 { return 1 - Stretch(low: -high, high: -low, count: count).share(upTo: -value) }
            if low <= 0 { return (value - low) / (high - low) }
            return log(value / low) / log(high / low)
        }
    }

    /// All stretches, from the least values to the greatest.
    private var stretches: [Stretch] {
        var all: [Stretch] = []
        for (at, count) in negative.counts.enumerated().reversed() where count > 0 {
            let index = Int(negative.offset) + at
            all.append(
                Stretch(
                    low: -Self.bound(index + 1, scale: scale), high: -Self.bound(index, scale: scale),
                    count: count))
        }
        if zeroCount > 0 { all.append(Stretch(low: -zeroThreshold, high: zeroThreshold, count: zeroCount)) }
        for (at, count) in positive.counts.enumerated() where count > 0 {
            let index = Int(positive.offset) + at
            all.append(
                Stretch(
                    low: Self.bound(index, scale: scale), high: Self.bound(index + 1, scale: scale),
                    count: count))
        }
        return all
    }

    /// Estimates the value below which the share `q` of all lies, 0 to 1; nil when nothing was recorded. The error is
    /// below the width of one bucket, and 0 and 1 give the least and the greatest value where these are known.
    public func quantile(_ q: Double) -> Double? {
        guard count > 0, !q.isNaN else { return nil }
        let q = Swift.min(Swift.max(q, 0), 1)
        if q == 0, min.isFinite { return min }
        if q == 1, max.isFinite { return max }
        let stretches = stretches
        let rank = q * stretches.reduce(0) { $0 + Double($1.count) }
        var below = 0.0
        for stretch in stretches {
            let count = Double(stretch.count)
            if below + count >= rank { return clamped(stretch.value(at: (rank - below) / count)) }
            below += count
        }
        return stretches.last.map { clamped($0.high) }
    }

    private func clamped(_ value: Double) -> Double {
        guard min <= max else { return value }
        return Swift.min(Swift.max(value, min), max)
    }

    /// Counts by fixed bounds, which must ascend: one element more than `bounds`. Exact where a bound is also one of a
    /// bucket's, else divided by the share of the bucket on each side. The sum of all is `count`.
    public func fixedBuckets(_ bounds: [Double]) -> [UInt64] {
        let stretches = stretches
        var counts: [UInt64] = []
        var below: UInt64 = 0
        for bound in bounds {
            var upTo: UInt64 = 0
            if bound >= max, min <= max {
                upTo = count
            } else if !(bound < min && min <= max) {
                for stretch in stretches {
                    let part = Double(stretch.count) * stretch.share(upTo: bound)
                    upTo = upTo.saturating(
                        part >= Double(stretch.count) ? stretch.count : UInt64(part.rounded()))
                }
            }
            upTo = Swift.min(Swift.max(upTo, below), count)
            counts.append(upTo - below)
            below = upTo
        }
        return counts + [count - below]
    }
}
