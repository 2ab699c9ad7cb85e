import Model

/// Remembers something for each sender, for a bounded number of them: those that were silent longest are forgotten first.
struct SenderTable<Value: Sendable>: Sendable {
    private struct Entry {
        var value: Value
        var usedAt: UInt64
    }
    private let limit: Int
    private var entries: [SignalSource: Entry] = [:]
    private var clock: UInt64 = 0

    init(limit: Int) { self.limit = limit }

    var count: Int { entries.count }

    subscript(source: SignalSource) -> Value? {
        get { entries[source]?.value }
        set {
            guard let newValue else {
                entries[source] = nil
                return
            }
            clock += 1
            if entries[source] == nil, entries.count >= limit {
                // Half at once, so that the walk is paid for by many.
                let line = entries.values.map(\.usedAt).sorted()[entries.count / 2]
                entries = entries.filter { $0.value.usedAt > line }
            }
            entries[source] = Entry(value: newValue, usedAt: clock)
        }
    }
}
