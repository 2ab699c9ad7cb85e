import GantryBase

/// Lets so much through in a second, and what was not used for up to `seconds` of them at once.
struct TokenBucket {
    private let rate: Double
    private let depth: Double
    private var level: Double
    private var last: ContinuousClock.Instant

    /// The depth in seconds: a batch of a few seconds comes at once.
    static let seconds = 10.0

    init(perSecond: Int, now: ContinuousClock.Instant) {
        rate = Double(max(1, perSecond))
        depth = rate * Self.seconds
        level = depth
        last = now
    }

    /// Takes `amount` when there is that much; one larger than the depth passes when the bucket is full.
    mutating func take(_ amount: Int, now: ContinuousClock.Instant) -> Bool {
        fill(now)
        guard level >= min(Double(amount), depth) else { return false }
        level -= Double(amount)
        return true
    }

    private mutating func fill(_ now: ContinuousClock.Instant) {
        let parts = (now - last).components
        guard parts.seconds > 0 || parts.attoseconds > 0 else { return }
        last = now
        level = min(depth, level + rate * (Double(parts.seconds) + Double(parts.attoseconds) / 1e18))
    }
}
