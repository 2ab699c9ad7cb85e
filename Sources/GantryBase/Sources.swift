/// Where a part gets the time from, so that tests and simulations decide it.
///
/// `now` may go backwards, as a wall clock does: deadlines that must hold are kept as `ContinuousClock` instants by
/// whoever waits, and stored times are for people.
public struct TimeSource: Sendable {
    public var now: @Sendable () -> Timestamp
    public var sleep: @Sendable (Period) async throws -> Void

    public init(
        now: @escaping @Sendable () -> Timestamp, sleep: @escaping @Sendable (Period) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }
}

/// Where a part gets random numbers from; a seeded one makes a run repeatable.
public struct RandomSource: Sendable {
    public var next: @Sendable () -> UInt64
    public init(next: @escaping @Sendable () -> UInt64) { self.next = next }

    public static let system = RandomSource { UInt64.random(in: .min ... .max) }
}

/// A repeatable generator (SplitMix64; Steele, Lea and Flood, OOPSLA 2014).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64
    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Short random names that are safe in file names, host names and URLs.
public enum RandomName {
    /// Without vowels and look-alikes, so that no words appear and every letter can be read out.
    private static let letters = Array("bcdfghjkmnpqrstvwxz2456789".utf8)

    /// - Parameter length: in letters of 4.7 bits each; 12 letters make a collision among a million ids unlikely
    ///   (1 in 190,000).
    public static func make(length: Int, from random: RandomSource = .system) -> String {
        var bytes: [UInt8] = []
        for _ in 0..<length { bytes.append(letters[Int(random.next() % UInt64(letters.count))]) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
