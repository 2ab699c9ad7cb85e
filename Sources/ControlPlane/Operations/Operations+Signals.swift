package import Access
package import GantryBase
import Model
import State
package import Telemetry
package import Wire

// Signals as people ask for them. Every verb takes the right `view` and narrows what is looked through to the businesses
// in which the asker has it.
extension Operations {
    /// Log records that match, newest first, a page at a time.
    package func searchLogs(_ search: LogSearch, by identity: Identity) async throws -> LogPage {
        var query = try search.logQuery()
        query.selection = try await visible(search.selection, by: identity, for: "logs.search")
        return try await signals().logs(query)
    }

    /// How many records match, by time and severity.
    package func logHistogram(
        _ search: LogSearch, buckets: Int, by identity: Identity
    ) async throws -> LogHistogram {
        var query = try search.logQuery()
        query.selection = try await visible(search.selection, by: identity, for: "logs.search")
        return try await signals().logHistogram(query, buckets: buckets)
    }

    /// When the newest record of the search's selection was written, whatever its range and query; nil without any. For
    /// whoever finds nothing.
    package func newestLog(_ search: LogSearch, by identity: Identity) async throws -> Timestamp? {
        let selection = try await visible(search.selection, by: identity, for: "logs.search")
        let query = LogQuery(
            selection, range: .always, limit: 1, budget: QueryBudget(time: Self.newestLogTime))
        return try await signals().logs(query).entries.first?.record.time
    }

    /// The answer is only a hint.
    private static let newestLogTime = Period.seconds(1)

    /// Follows the log: records that match, as they are appended, none left out and none twice.
    ///
    /// - Parameters:
    ///   - lines: How many of the newest records of the search's range stand before it.
    ///   - position: Goes on behind this position instead, as `LogTail.position` said before.
    package func followLogs(
        _ search: LogSearch, lines: Int, after position: UInt64? = nil, by identity: Identity
    ) async throws -> LogTail {
        var query = try search.logQuery()
        query.selection = try await visible(search.selection, by: identity, for: "logs.follow")
        return try await LogTail(store: signals(), query: query, lines: lines, after: position)
    }

    /// Calls added up by the dimensions that the query names.
    package func callTable(_ query: CallQuery, by identity: Identity) async throws -> CallTable {
        var query = query
        query.selection = try await visible(query.selection, by: identity, for: "calls.list")
        return try await signals().calls(query)
    }

    /// A trace as a tree; nil when nothing of it is there that the asker may see.
    ///
    /// Spans of businesses that the asker may not look into are not in it: where visible spans hang below them, a node
    /// without a name stands for them.
    package func trace(_ id: TraceID, by identity: Identity) async throws -> TraceTree? {
        let selection = try await visible(Selection(), by: identity, for: "trace.get", id.description)
        let page = try await signals().trace(id)
        return TraceTree(id, page.spans, omitted: page.omitted) { selection.contains($0) }
    }

    /// Spans that match, those that began last first.
    package func searchSpans(_ search: SpanSearch, by identity: Identity) async throws -> SpanPage {
        var query = try search.spanQuery()
        query.selection = try await visible(search.selection, by: identity, for: "spans.search")
        return try await signals().spans(query)
    }

    /// How much of everything the store holds, whosever it is.
    package func signalStatistics(by identity: Identity) async throws -> TelemetryStatistics {
        try await require(.view, on: nil, by: identity, for: "signals.count", "")
        return try await signals().statistics()
    }

    private func signals() throws(GantryError) -> any TelemetryStore {
        if let telemetry { return telemetry }
        throw GantryError(.unavailable, "this server keeps no signals")
    }

    /// The part of a selection that the asker may see.
    ///
    /// - Throws: `.forbidden`, written down, for a business that is named and may not be looked into, and where there is
    ///   none at all.
    private func visible(
        _ selection: Selection, by identity: Identity, for action: String, _ object: String = ""
    ) async throws -> Selection {
        var selection = selection
        let platform = try await store.get(StoredPlatform.self, StoredPlatform.name)?.spec
        func require(_ business: BusinessName?, _ object: String) async throws {
            try await gate.require(
                .view, on: business, identity: identity, platform: platform, action: action, object: object)
        }
        if let service = selection.service {
            try await require(service.business, service.path)
            guard selection.businesses?.contains(service.business) ?? true else { return selection }
            selection.businesses = [service.business]
        } else if let asked = selection.businesses {
            for business in asked.sorted() { try await require(business, business.text) }
        } else {
            try await require(nil, object)
            // What came from businesses that are gone since is an admin's to see.
            guard !identity.isAdmin else { return selection }
            selection.businesses = platform.map {
                Set(Rights.businesses(with: .view, identity: identity, platform: $0))
            }
        }
        return selection
    }
}
