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

        mutating func take(_ window: CallWindow) -> Bool {
            // An older epoch's windows come from a spool that outlived its agent: they are new unless they come twice,
            // which the store tells.
            if window.epoch > epoch { self = Seen(epoch: window.epoch) }
            guard window.epoch == epoch else { return true }
            guard window.sequence + WindowLedger.remembered > highest else { return false }
            guard recent.insert(window.sequence).inserted else { return false }
            guard window.sequence > highest else { return true }
            highest = window.sequence
            if recent.count > Int(WindowLedger.remembered) * 2 {
                let highest = highest
                recent = recent.filter { $0 + WindowLedger.remembered > highest }
            }
            return true
        }
    }
    /// Scoped by the sender: nobody can use up the numbers of another.
    private struct Counter: Hashable {
        var source: SignalSource
        var name: String
    }
    private var counters: RecentTable<Counter, Seen>

    /// - Parameter limit: Counters that are remembered.
    init(limit: Int) { counters = RecentTable(limit: limit) }

    /// Whether the window is new; from now on it is not.
    mutating func take(_ window: CallWindow, of source: SignalSource) -> Bool {
        counters.update(Counter(source: source, name: window.counter), first: Seen(epoch: window.epoch)) {
            $0.take(window)
        }
    }
}
