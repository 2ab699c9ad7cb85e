package import GantryBase

/// A reader that follows the log from one place on.
///
/// Not for several tasks at once: each follower has its own.
package struct LogTail: Sendable {
    /// Between two looks at a store that is written to without a pause: a reader sees a line so much later at most, and
    /// costs ten queries in a second.
    package static let pause = Period.milliseconds(100)

    /// What was there before, oldest first.
    package let first: [LogEntry]
    /// Everything up to here was looked at; a new follower that begins behind it misses nothing and repeats nothing.
    package private(set) var position: UInt64
    private let store: any TelemetryStore
    private var query: LogQuery
    private var seen: Set<UInt64> = []
    private var hasMore = false

    /// - Parameters:
    ///   - query: its order and, but for the first records, its range are the follower's own.
    ///   - lines: so many of the newest records that match stand in `first`; none with `after`.
    package init(
        store: any TelemetryStore, query: LogQuery, lines: Int, after: UInt64? = nil
    ) async throws {
        (self.store, self.query) = (store, query)
        self.query.order = .appended(after: 0)
        self.query.limit = TelemetryLimits.pageRecords
        // A line may come late: what it is followed by is when it came.
        self.query.range = .always
        if let after {
            (position, first) = (after, [])
            return
        }
        // The place first: what is appended while the page is read may be in both, and is left out later.
        position = try await store.lastPosition()
        guard lines > 0 else {
            first = []
            return
        }
        var page = query
        page.order = .newestFirst(after: nil)
        page.limit = min(lines, TelemetryLimits.pageRecords)
        first = try await store.logs(page).entries.reversed()
        seen = Set(first.map(\.position).filter { [position] in $0 > position })
    }

    /// Waits for records and gives them in the order in which they came; also none, when what came did not match.
    package mutating func next() async throws -> [LogEntry] {
        if !hasMore {
            try await store.logsAppended(after: position)
            try await Task.sleep(for: Self.pause.duration)
        }
        query.order = .appended(after: position)
        let page = try await store.logs(query)
        position = max(position, page.reached)
        // A page that ended at its limit or its budget is gone on with at once.
        hasMore = page.entries.count == query.limit || !page.cost.isComplete
        guard !seen.isEmpty else { return page.entries }
        defer { seen = seen.filter { [position] in $0 > position } }
        return page.entries.filter { [seen] in !seen.contains($0.position) }
    }
}
