/// How many traces were left out where this one was kept, as `ot=th:…` in `tracestate` tells it: a trace is kept when
/// the random 56 bits of its id are at or above the threshold.
///
/// Source: OpenTelemetry, "TraceState: Probability Sampling".
public struct SamplingThreshold: Sendable, Hashable, LosslessStringConvertible {
    /// Of 2^56: the share that is left out.
    public let rejected: UInt64
    private static let all: UInt64 = 1 << 56

    /// Keeps every trace.
    public static let always = SamplingThreshold(rejected: 0)

    private init(rejected: UInt64) { self.rejected = rejected }

    /// Makes the threshold that keeps this share of traces, of 2^-56 to 1; nil for others.
    public init?(probability: Double) {
        guard probability <= 1, probability * Double(Self.all) >= 1 else { return nil }
        rejected = Self.all - UInt64(probability * Double(Self.all))
    }

    /// Reads 1 to 14 lower-case hex digits; trailing zeros may be left out.
    public init?(_ text: String) {
        let digits = text.utf8.count
        guard (1...14).contains(digits), let value = Hex.readLower(text.utf8, count: digits) else {
            return nil
        }
        rejected = value << UInt64((14 - digits) * 4)
    }

    public var description: String {
        if rejected == 0 { return "0" }
        var digits = Hex.write(rejected).dropFirst(2)
        while digits.last == "0" { digits.removeLast() }
        return String(digits)
    }

    public var probability: Double { Double(Self.all - rejected) / Double(Self.all) }

    /// For how many traces the one that was kept stands: 1 or more.
    public var adjustedCount: Double { Double(Self.all) / Double(Self.all - rejected) }

    /// Says whether a trace with this randomness is kept.
    public func keeps(randomness: UInt64) -> Bool { randomness & (Self.all - 1) >= rejected }
}

extension TraceState {
    /// OpenTelemetry's own member.
    private static let openTelemetry = "ot"

    /// The threshold at which this trace was sampled before; nil when nobody said.
    public var samplingThreshold: SamplingThreshold? {
        get { field("th").flatMap { SamplingThreshold($0) } }
        set { setField("th", newValue?.description) }
    }

    /// For how many traces this one stands: 1 when nobody sampled, or said so.
    public var adjustedCount: Double { samplingThreshold?.adjustedCount ?? 1 }

    /// The randomness that samplers agree on: `rv` of 14 digits where a trace has it, else the end of its id.
    public func randomness(of traceID: TraceID) -> UInt64 {
        field("rv").flatMap { Hex.readLower($0.utf8, count: 14) } ?? traceID.low & ((1 << 56) - 1)
    }

    private func field(_ name: String) -> String? {
        self[Self.openTelemetry]?.split(separator: ";").first { $0.hasPrefix(name + ":") }
            .map { String($0.dropFirst(name.count + 1)) }
    }

    private mutating func setField(_ name: String, _ value: String?) {
        var fields = (self[Self.openTelemetry] ?? "").split(separator: ";").map(String.init)
            .filter { !$0.hasPrefix(name + ":") }
        if let value { fields.insert("\(name):\(value)", at: 0) }
        set(Self.openTelemetry, fields.isEmpty ? nil : fields.joined(separator: ";"))
    }
}
