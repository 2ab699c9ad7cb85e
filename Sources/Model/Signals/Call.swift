public import Wire

/// The end of a call that reported it. The two are compared and never added.
public enum CallSide: String, Codable, Sendable, Hashable, CaseIterable { case client, server }

/// How a call ended.
public enum CallClass: String, Codable, Sendable, Hashable, CaseIterable { case success, exception, timeout }

/// What calls are counted by.
public struct CallKey: Codable, Sendable, Hashable {
    /// What stands for a peer that nothing names.
    public static let unknown = "unknown"

    public var side: CallSide
    /// `BUSINESS/SERVICE`, the address of something that is none of ours, or `unknown`.
    public var caller: String
    public var callee: String
    /// The operation, with what varies taken out: `GET /articles/{id}`.
    public var interface: String
    /// What the callee answered, such as `200`; empty where the protocol has none.
    public var code: String
    public var outcome: CallClass

    public init(
        side: CallSide, caller: String, callee: String, interface: String, code: String, outcome: CallClass
    ) {
        (self.side, self.caller, self.callee) = (side, caller, callee)
        (self.interface, self.code, self.outcome) = (interface, code, outcome)
    }
}

/// The calls of one key: how many, how long they took, and one of them to look at.
public struct CallCounts: Codable, Sendable, Hashable {
    /// Where the sender kept only a sample of its traces, each of them counts for as many as it stands for.
    public var count: UInt64
    /// In seconds.
    public var durations: ExponentialHistogram
    /// The trace of the slowest.
    public var exemplar: TraceID?
    /// In seconds: how long that one took.
    public var slowest: Double

    public init(
        count: UInt64 = 0, durations: ExponentialHistogram = ExponentialHistogram(),
        exemplar: TraceID? = nil, slowest: Double = 0
    ) {
        (self.count, self.durations, self.exemplar, self.slowest) = (count, durations, exemplar, slowest)
    }

    public mutating func merge(_ other: CallCounts) {
        count += other.count
        durations.merge(other.durations)
        if other.slowest >= slowest { (slowest, exemplar) = (other.slowest, other.exemplar ?? exemplar) }
    }
}

/// What one counter saw of the calls that ended within one second.
///
/// Sent at least once and counted once: the counter numbers its windows, and `(counter, epoch, sequence)` never names two.
/// Spans come late, so a second may have several windows; they add up.
public struct CallWindow: Codable, Sendable, Hashable {
    /// Who counted: the instance's agent, or the gateway for what came without one.
    public var counter: String
    /// When the counter began, in nanoseconds since 1970: a counter that starts again begins another sequence.
    public var epoch: Int64
    public var sequence: UInt64
    /// The second in which the calls ended, since 1970.
    public var second: Int64
    public var calls: [Entry]

    public struct Entry: Codable, Sendable, Hashable {
        public var key: CallKey
        public var counts: CallCounts
        public init(_ key: CallKey, _ counts: CallCounts) { (self.key, self.counts) = (key, counts) }
    }

    public init(counter: String, epoch: Int64, sequence: UInt64, second: Int64, calls: [Entry]) {
        (self.counter, self.epoch, self.sequence) = (counter, epoch, sequence)
        (self.second, self.calls) = (second, calls)
    }
}
