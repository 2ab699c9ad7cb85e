import Model

/// Knows which call windows were handed on, so that a window that is sent again is not handed on twice.
///
/// The store knows for good; this knows for the running process, at a fixed cost for each counter.
struct WindowLedger: Sendable {
    /// Sequences behind the highest that are told apart. A counter that is an hour behind sends in order.
    static let remembered: UInt64 = 4096

    private struct Seen {
        var epoch: Int64
        var highest: UInt64 = 0
        var recent: Set<UInt64> = []
        var usedAt: UInt64 = 0
    }
    private let limit: Int
    private var counters: [String: Seen] = [:]
    private var clock: UInt64 = 0

    /// - Parameter limit: Counters that are remembered.
    init(limit: Int) { self.limit = limit }

    /// Whether the window is new; from now on it is not.
    mutating func take(_ window: CallWindow) -> Bool {
        clock += 1
        var seen = counters[window.counter] ?? Seen(epoch: window.epoch)
        // An older epoch's windows come from a spool that outlived its agent: they are new unless they come twice, which
        // the store tells.
        if window.epoch > seen.epoch { seen = Seen(epoch: window.epoch) }
        seen.usedAt = clock
        defer { keep(seen, window.counter) }
        guard window.epoch == seen.epoch else { return true }
        guard window.sequence + Self.remembered > seen.highest else { return false }
        guard seen.recent.insert(window.sequence).inserted else { return false }
        if window.sequence > seen.highest {
            seen.highest = window.sequence
            if seen.recent.count > Int(Self.remembered) * 2 {
                seen.recent = seen.recent.filter { $0 + Self.remembered > seen.highest }
            }
        }
        return true
    }

    private mutating func keep(_ seen: Seen, _ counter: String) {
        if counters[counter] == nil, counters.count >= limit {
            // Half at once, so that the walk is paid for by many.
            let line = counters.values.map(\.usedAt).sorted()[counters.count / 2]
            counters = counters.filter { $0.value.usedAt > line }
        }
        counters[counter] = seen
    }
}
