import GantryBase

/// How long a lane waits before it sends again: longer with each failure up to a bound, and never to the beat of others.
struct RetryPause {
    private let limits: CollectorLimits
    private let random: RandomSource
    private var failures = 0

    init(_ limits: CollectorLimits, random: RandomSource) { (self.limits, self.random) = (limits, random) }

    mutating func succeeded() { failures = 0 }

    /// - Parameter answer: what came; nil when there was nobody to ask.
    mutating func next(after answer: GatewayAnswer?) -> Period {
        defer { failures = min(failures + 1, 30) }
        let doubled = limits.firstPause.milliseconds << min(Int64(failures), 20)
        let pause = min(doubled, limits.longestPause.milliseconds)
        switch answer {
        case .busy(let asked?):
            // Never earlier than asked, and a tenth later at most.
            let bounded = min(asked.milliseconds, limits.longestRetryAfter.milliseconds)
            return .milliseconds(bounded + share(of: max(bounded / 10, limits.firstPause.milliseconds)))
        case .refusedToken: return spread(limits.refusedTokenPause.milliseconds)
        default: return spread(pause)
        }
    }

    /// Between a half and the whole.
    private func spread(_ milliseconds: Int64) -> Period {
        .milliseconds(milliseconds - share(of: milliseconds / 2))
    }

    private func share(of milliseconds: Int64) -> Int64 {
        milliseconds <= 0 ? 0 : Int64(random.next() % UInt64(milliseconds + 1))
    }
}
