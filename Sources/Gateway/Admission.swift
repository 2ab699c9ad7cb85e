import GantryBase
import Model
import Synchronization

/// Decides who may send how much now: a bucket of bytes for each service that refills with time.
struct Admission: Sendable {
    private struct Bucket {
        var bytes: Double
        var at: ContinuousClock.Instant
    }
    private let rate: Double
    private let burst: Double
    private var buckets: [ServiceName: Bucket] = [:]
    /// Bodies that were refused, by service.
    private(set) var refused: [ServiceName: Int] = [:]

    init(_ limits: GatewayLimits) {
        (rate, burst) = (Double(limits.serviceBytesPerSecond), Double(limits.serviceBurst))
    }

    /// Takes the bytes from the service's bucket; if they are not there, says how long until they are.
    ///
    /// A body larger than the whole bucket is taken when the bucket is full, else it could never be.
    mutating func admit(_ bytes: Int, of service: ServiceName, now: ContinuousClock.Instant) -> Period? {
        var bucket = buckets[service] ?? Bucket(bytes: burst, at: now)
        let passed = now - bucket.at
        let seconds = Double(passed.components.seconds) + Double(passed.components.attoseconds) / 1e18
        bucket.bytes = min(burst, bucket.bytes + max(0, seconds) * rate)
        bucket.at = now
        let wanted = min(Double(bytes), burst)
        guard bucket.bytes >= wanted else {
            refused[service, default: 0] += 1
            buckets[service] = bucket
            return .milliseconds(Int64(((wanted - bucket.bytes) / rate * 1000).rounded(.up)))
        }
        bucket.bytes -= wanted
        buckets[service] = bucket
        return nil
    }
}
