import Foundation
import GantryBase
import Testing
import Wire

@Suite struct ExponentialHistogramTests {
    static func latencies(_ count: Int, _ random: inout SeededGenerator) -> [Double] {
        (0..<count).map { _ in exp(Double.random(in: -7...1, using: &random)) }
    }

    static func histogram(_ values: some Sequence<Double>) -> ExponentialHistogram {
        var histogram = ExponentialHistogram()
        for value in values { histogram.record(value) }
        return histogram
    }

    /// Bounds of bucket `index`, computed apart from the code under test.
    static func holds(_ value: Double, _ index: Int, scale: Int32) -> Bool {
        let low = pow(2, Double(index) * pow(2, -Double(scale)))
        let high = pow(2, Double(index + 1) * pow(2, -Double(scale)))
        return value > low * (1 - 1e-9) && value <= high * (1 + 1e-9)
    }

    @Test(arguments: [
        (1.0, -1), (2, 1_048_575), (4, 2_097_151), (0.5, -1_048_577), (1.0000001, 0),
        (.greatestFiniteMagnitude, 1_073_741_823), (.leastNonzeroMagnitude, -1_126_170_625),
    ]) func aValueIsInTheBucketOfItsBounds(value: Double, index: Int) {
        let histogram = Self.histogram([value])
        #expect((histogram.scale, histogram.positive.offset) == (20, Int32(index)))
        #expect(histogram.positive.counts == [1])
    }

    @Test func randomValuesAreInTheirBuckets() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        for value in Self.latencies(2000, &random) {
            let histogram = Self.histogram([value, value * 500])
            #expect(Self.holds(value, Int(histogram.positive.offset), scale: histogram.scale), "seed \(seed)")
        }
    }

    @Test func bucketsNeverExceedTheirNumber() {
        let all = Self.histogram([
            .leastNonzeroMagnitude, 1e-300, 1, 1e300, .greatestFiniteMagnitude, -.leastNonzeroMagnitude,
            -.greatestFiniteMagnitude, 0, .nan, .infinity,
        ])
        #expect(all.count == 8)
        #expect(all.zeroCount == 1)
        #expect(all.positive.counts.count <= ExponentialHistogram.mostBuckets)
        #expect(all.negative.counts.count <= ExponentialHistogram.mostBuckets)
        #expect((all.min, all.max) == (-.greatestFiniteMagnitude, .greatestFiniteMagnitude))
        #expect(Self.histogram([1.01, 1000]).scale == 4)
    }

    @Test func mergedPartsEqualTheWhole() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let parts = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                let spread = Double.random(in: 0...60, using: &random)
                return (0..<Int.random(in: 0...60, using: &random)).map { _ in
                    let size = exp(Double.random(in: -spread...spread, using: &random))
                    return [size, -size, 0, size, size].randomElement(using: &random) ?? size
                }
            }
            var merged = ExponentialHistogram()
            for part in parts.shuffled(using: &random) { merged.merge(Self.histogram(part)) }
            let whole = Self.histogram(parts.joined())
            #expect(merged.scale == whole.scale, "seed \(seed)")
            #expect(merged.positive == whole.positive && merged.negative == whole.negative, "seed \(seed)")
            #expect(merged.count == whole.count && merged.zeroCount == whole.zeroCount, "seed \(seed)")
            #expect(merged.min == whole.min && merged.max == whole.max, "seed \(seed)")
        }
    }

    @Test func quantilesAreWithinABucketOfTheTruth() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        let values = Self.latencies(20_000, &random).sorted()
        let histogram = Self.histogram(values)
        let width = pow(2, pow(2, -Double(histogram.scale))) - 1
        for q in [0.001, 0.1, 0.5, 0.9, 0.99, 0.999] {
            let estimate = try #require(histogram.quantile(q))
            let truth = values[Int(q * Double(values.count))]
            #expect(abs(estimate / truth - 1) < width * 2, "q \(q), seed \(seed)")
        }
        #expect(histogram.quantile(0) == values.first && histogram.quantile(1) == values.last)
        #expect(ExponentialHistogram().quantile(0.5) == nil)
        #expect(Self.histogram([7, 7, 7]).quantile(0.5) == 7)
        let signs = Self.histogram([-8, -1, 0, 1, 8])
        #expect(abs(signs.quantile(0.5) ?? 9) < 1e-9)
        #expect((signs.quantile(0.1) ?? 0) < -1 && (signs.quantile(0.9) ?? 0) > 1)
    }

    @Test func fixedBucketsKeepTheCount() {
        let histogram = Self.histogram([0.001, 0.004, 0.02, 0.3, 0.3, 7, 0, -1])
        #expect(histogram.fixedBuckets([0.005, 0.1, 1, 5]) == [4, 1, 2, 0, 1])
        #expect(histogram.fixedBuckets([]) == [8])
        #expect(Self.histogram([1, 2, 4, 8]).fixedBuckets([1, 2, 4, 8]) == [1, 1, 1, 1, 0])
        #expect(ExponentialHistogram().fixedBuckets([1]) == [0, 0])
        let point = histogram.fixedPoint([1])
        #expect((point.count, point.min, point.bucketCounts) == (8, -1, [7, 1]))
    }

    @Test func aPointComesBack() throws {
        let histogram = Self.histogram([0, 0.001, 3, 500, -2])
        #expect(ExponentialHistogram(histogram.point()) == histogram)
        #expect(try JSON.decode(ExponentialHistogram.self, from: try JSON.encode(histogram)) == histogram)
    }

    @Test func aForeignPointIsBroughtIntoOurLimits() throws {
        var point = ExponentialHistogramPoint()
        point.scale = 25
        point.positive = .init(offset: -3, counts: [UInt64](repeating: 2, count: 1000))
        let histogram = try #require(ExponentialHistogram(point))
        #expect(histogram.scale <= 20 && histogram.positive.counts.count <= 160)
        #expect(histogram.count == 2000)
        point.positive = .init(offset: .max, counts: [1, 2])
        #expect(ExponentialHistogram(point) == nil)
        point.scale = -11
        #expect(ExponentialHistogram(point) == nil)
        var huge = ExponentialHistogramPoint()
        huge.positive = .init(offset: 0, counts: [.max, .max])
        var twice = try #require(ExponentialHistogram(huge))
        twice.merge(twice)
        #expect(twice.count == .max)
        #expect(twice.quantile(0.5) != nil && twice.fixedBuckets([1.5]).count == 2)
        var wide = ExponentialHistogramPoint()
        wide.zeroThreshold = 1
        wide.zeroCount = 3
        var merged = Self.histogram([0.5, 0.9, 2, 3])
        merged.merge(try #require(ExponentialHistogram(wide)))
        #expect((merged.zeroCount, merged.count) == (5, 7))
    }

    @Test func hostilePointsNeverTrap() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        var sum = ExponentialHistogram()
        for _ in 0..<3000 {
            var point = ExponentialHistogramPoint()
            point.scale = Int32.random(in: -12...33, using: &random)
            point.zeroThreshold = [0, 1e-9, 1, 1e300, -1, .nan, .infinity].randomElement(using: &random) ?? 0
            point.zeroCount = [0, 1, .max].randomElement(using: &random) ?? 0
            point.positive = Self.buckets(&random)
            point.negative = Self.buckets(&random)
            point.sum = [nil, 0, .nan, .infinity, -5].randomElement(using: &random) ?? nil
            point.min = [nil, 0, .nan, -.infinity, 9].randomElement(using: &random) ?? nil
            point.max = [nil, 0, .nan, .infinity, 9].randomElement(using: &random) ?? nil
            guard let histogram = ExponentialHistogram(point) else { continue }
            sum.merge(histogram)
            for q in [0, 0.5, 1] { _ = histogram.quantile(q) }
            let fixed = histogram.fixedBuckets([-1, 0, 0.5, 1, 1e9])
            #expect(fixed.reduce(UInt64(0), &+) == histogram.count, "seed \(seed)")
            #expect(sum.positive.counts.count <= 160 && sum.negative.counts.count <= 160, "seed \(seed)")
        }
    }

    static func buckets(_ random: inout SeededGenerator) -> ExponentialHistogramPoint.Buckets {
        let offsets: [Int32] = [.min, -1 << 30, -5, 0, 7, 1 << 30, .max - 400]
        return .init(
            offset: offsets.randomElement(using: &random) ?? 0,
            counts: (0..<Int.random(in: 0...300, using: &random)).map { _ in
                [0, 0, 1, 5, .max].randomElement(using: &random) ?? 0
            })
    }
}
