/// Remembers something for each key, for a bounded number of them: those that were used longest ago are forgotten first.
struct RecentTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        var value: Value
        var usedAt: UInt64

        mutating func use<Result>(at time: UInt64, _ body: (inout Value) -> Result) -> Result {
            usedAt = time
            return body(&value)
        }
    }
    private let limit: Int
    private var entries: [Key: Entry] = [:]
    private var clock: UInt64 = 0

    init(limit: Int) { self.limit = limit }

    /// Changes the value of a key where it lies, without a copy of it; where there is none it begins as `first`.
    mutating func update<Result>(
        _ key: Key, first: @autoclosure () -> Value, _ body: (inout Value) -> Result
    ) -> Result {
        clock += 1
        if entries[key] == nil { makeRoom() }
        return entries[key, default: Entry(value: first(), usedAt: clock)].use(at: clock, body)
    }

    private mutating func makeRoom() {
        guard entries.count >= limit else { return }
        // Half at once, so that the walk is paid for by many.
        let line = entries.values.map(\.usedAt).sorted()[entries.count / 2]
        entries = entries.filter { $0.value.usedAt > line }
    }
}
