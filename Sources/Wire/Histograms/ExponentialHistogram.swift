#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The distribution of values, such as latencies, in at most 160 buckets for each sign, whatever their range.
///
/// Bucket `i` holds values in (base^i, base^(i+1)] with base = 2^(2^-scale). The scale starts at its finest and is
/// lowered when values no longer fit; lowering it by one merges buckets in pairs, so that what was recorded apart and
/// merged equals what was recorded together, but for the rounding of `sum`. At 160 buckets a range of 1:1,000 keeps
/// scale 4: an error of 2.2 %. Source: OpenTelemetry metrics data model, "ExponentialHistogram".
public struct ExponentialHistogram: Sendable, Hashable {
    /// For each sign. Some 1.3 KB; finer does not help people.
    public static let mostBuckets = 160
    public static let finestScale: Int32 = 20
    /// All doubles fit in four buckets.
    public static let coarsestScale: Int32 = -10

    public internal(set) var scale = Self.finestScale
    public internal(set) var count: UInt64 = 0
    public internal(set) var sum = 0.0
    /// Of the values recorded; infinite when there are none, or when a merged part did not know.
    public internal(set) var min = Double.infinity
    public internal(set) var max = -Double.infinity
    public internal(set) var zeroCount: UInt64 = 0
    /// Values up to this far from zero are in `zeroCount`.
    public internal(set) var zeroThreshold = 0.0
    public internal(set) var positive = Buckets()
    public internal(set) var negative = Buckets()

    public typealias Buckets = ExponentialHistogramPoint.Buckets

    public init() {}

    public var isEmpty: Bool { count == 0 }
    public var mean: Double? { count == 0 ? nil : sum / Double(count) }

    /// Adds a value, `times` times. One that is no finite number is left out.
    public mutating func record(_ value: Double, times: UInt64 = 1) {
        guard value.isFinite, times > 0 else { return }
        count = count.saturating(times)
        sum += value * Double(times)
        min = Swift.min(min, value)
        max = Swift.max(max, value)
        if abs(value) <= zeroThreshold {
            zeroCount = zeroCount.saturating(times)
            return
        }
        let finest = Self.finestIndex(abs(value))
        let buckets = value > 0 ? positive : negative
        downscale(by: buckets.excess(with: finest >> (Self.finestScale - scale)))
        let index = finest >> (Self.finestScale - scale)
        if value > 0 { positive.add(times, at: index) } else { negative.add(times, at: index) }
    }

    /// Lowers the scale by that many steps.
    mutating func downscale(by steps: Int32) {
        guard steps > 0 else { return }
        scale -= steps
        positive.downscale(by: steps)
        negative.downscale(by: steps)
    }

    /// Finds the bucket at the finest scale, from which all others follow by shifting: so a value lands in the same
    /// bucket whether it was recorded there or came there by downscaling. Exact at powers of two.
    static func finestIndex(_ value: Double) -> Int32 {
        let whole = Int32(value.exponent) << finestScale
        let fraction = value.significand
        if fraction == 1 { return whole - 1 }
        let steps = (log2(fraction) * Double(1 << finestScale)).rounded(.up)
        return whole + Swift.min(Swift.max(Int32(steps), 1), 1 << finestScale) - 1
    }

    /// The lower bound of a bucket, which is the upper one of the bucket before.
    static func bound(_ index: Int, scale: Int32) -> Double {
        exp2(Double(index) * exp2(-Double(scale)))
    }
}

extension UInt64 {
    /// Adds, and stays at the largest number: counts that came over a wire may be anything.
    func saturating(_ other: UInt64) -> UInt64 {
        let (result, overflow) = addingReportingOverflow(other)
        return overflow ? .max : result
    }
}
