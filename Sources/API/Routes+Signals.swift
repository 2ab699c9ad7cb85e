import Access
import ControlPlane
import GantryBase
import HTTPTypes
import Model
import NIOCore
import Telemetry
import Wire

extension Routes {
    /// Logs, calls and traces, of the businesses that the asker may look into.
    var signals: [Route] {
        [
            .signedIn(.get, "/v1/logs", searchLogs),
            .signedIn(.get, "/v1/logs/histogram", countLogs),
            .signedIn(.get, "/v1/logs/tail", followLogs),
            .signedIn(.get, "/v1/calls", listCalls),
            .signedIn(.get, "/v1/traces/{id}", oneTrace),
            .signedIn(.get, "/v1/spans", searchSpans),
        ]
    }

    private static let places = APIRequest.placeParameters
    private static let times = APIRequest.timeParameters

    private func search(_ request: APIRequest) throws(GantryError) -> LogSearch {
        LogSearch(
            try request.selection(), range: try request.range(now: parts.time.now()),
            query: request.query("query") ?? "",
            limit: try request.number("limit", in: 1...TelemetryLimits.pageRecords)
                ?? LogSearch.standardLimit)
    }

    private func searchLogs(_ call: Call) async throws -> Answer {
        let request = call.request
        try request.allowQuery(Self.places.union(Self.times).union(["query", "after", "limit"]))
        var search = try search(request)
        if let text = request.query("after") {
            guard let cursor = LogCursor(text) else {
                throw GantryError(
                    .invalid, "after=\(text) is none of what `next` says", hint: "give the last page's next")
            }
            search.after = cursor
        }
        let page = try await operations.searchLogs(search, by: call.identity)
        let isEmpty = page.entries.isEmpty && search.after == nil
        return try .value(
            LogAnswer(
                items: page.entries.map { LogItem($0) }, next: page.next?.description,
                newest: isEmpty ? try await operations.newestLog(search, by: call.identity) : nil,
                cost: CostView(page.cost)))
    }

    private func countLogs(_ call: Call) async throws -> Answer {
        let request = call.request
        try request.allowQuery(Self.places.union(Self.times).union(["query", "buckets"]))
        let search = try search(request)
        let buckets = try request.number("buckets", in: 1...TelemetryLimits.histogramBuckets)
        let histogram = try await operations.logHistogram(
            search, buckets: buckets ?? Self.standardBuckets, by: call.identity)
        return try .value(HistogramAnswer(histogram, search.range))
    }

    /// A bar each on a screen of 80 columns, with room for the rest.
    private static let standardBuckets = 60

    private func oneTrace(_ call: Call) async throws -> Answer {
        try call.request.allowQuery([])
        let text = call.parameter("id")
        guard let id = TraceID(text.lowercased()), id.isValid else {
            throw GantryError(
                .invalid, "\(text) is no id of a trace", hint: "it has 32 hexadecimal digits")
        }
        guard let tree = try await operations.trace(id, by: call.identity) else {
            throw GantryError(
                .notFound, "there is no trace \(id)",
                hint: "it may be older than spans are kept, or of a business that you may not look into")
        }
        return try .value(TraceAnswer(tree))
    }

    private func searchSpans(_ call: Call) async throws -> Answer {
        let request = call.request
        try request.allowQuery(Self.places.union(Self.times).union(["query", "limit"]))
        let search = SpanSearch(
            try request.selection(), range: try request.range(now: parts.time.now()),
            query: request.query("query") ?? "",
            limit: try request.number("limit", in: 1...TelemetryLimits.pageRecords)
                ?? LogSearch.standardLimit)
        let page = try await operations.searchSpans(search, by: call.identity)
        return try .value(SpanAnswer(items: page.spans.map { SpanItem($0) }, cost: CostView(page.cost)))
    }
}

// Calls.
extension Routes {
    /// What calls are told apart by where nothing else is said.
    private static let standardDimensions: Set<CallDimension> = [.caller, .callee, .interface, .side]
    /// Dimensions that are filters of their own; the others are places.
    private static let filters: [CallDimension] = [.side, .caller, .callee, .interface, .code]
    private static let standardCalls = 100

    private func listCalls(_ call: Call) async throws -> Answer {
        let request = call.request
        try request.allowQuery(
            Self.places.union(Self.times).union(Self.filters.map(\.rawValue)).union([
                "by", "sort", "limit", "step",
            ]))
        let range = try request.range(now: parts.time.now())
        var query = CallQuery(
            try request.selection(), range: range,
            by: try request.query("by").map { try Self.dimensions($0) } ?? Self.standardDimensions)
        for filter in Self.filters { query.only[filter] = request.query(filter.rawValue) }
        if let side = query.only[.side], CallSide(rawValue: side) == nil {
            throw GantryError(.invalid, "side=\(side) is no side of a call", hint: "client or server")
        }
        if let text = request.query("step") {
            guard let step = Period(text), step >= .seconds(1) else {
                throw GantryError(.invalid, "step=\(text) is not \(Period.form)", hint: "at least 1s")
            }
            query.step = step
        }
        let order = try request.query("sort").map { try Self.order($0) } ?? .volume
        let limit = try request.number("limit", in: 1...TelemetryLimits.callRows) ?? Self.standardCalls
        let table = try await operations.callTable(query, by: call.identity)
        let rows = order.sorted(table.rows)
        return try .value(
            CallAnswer(
                from: range.from, to: range.to,
                items: rows.prefix(limit).map { CallItem($0, hasSteps: query.step != nil) },
                omitted: table.omitted + max(0, rows.count - limit), freshness: table.freshness))
    }

    private static func dimensions(_ text: String) throws(GantryError) -> Set<CallDimension> {
        var dimensions: Set<CallDimension> = []
        for word in text.split(separator: ",") {
            guard let dimension = CallDimension(rawValue: String(word)) else {
                throw GantryError(
                    .invalid, "calls are not told apart by \(word)",
                    hint: "known are \(CallDimension.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            dimensions.insert(dimension)
        }
        return dimensions
    }

    private static func order(_ text: String) throws(GantryError) -> CallOrder {
        if let order = CallOrder(rawValue: text) { return order }
        throw GantryError(
            .invalid, "calls are not sorted by \(text)",
            hint: "known are \(CallOrder.allCases.map(\.rawValue).joined(separator: ", "))")
    }
}

// Following.
extension Routes {
    private static let tailLines = 10

    private func followLogs(_ call: Call) async throws -> Answer {
        let request = call.request
        try request.allowQuery(Self.places.union(Self.times).union(["query", "lines", "position"]))
        let search = try search(request)
        let lines = try request.number("lines", in: 0...TelemetryLimits.pageRecords) ?? Self.tailLines
        let position = try request.number("position", in: 0...Int.max).map { UInt64($0) }
        guard let seat = logs.take() else {
            throw GantryError(
                .unavailable, "\(logs.limit) logs are being read, which is the limit",
                hint: "end some of them")
        }
        let scope = try await operations.visibleSignals(
            search.selection, by: call.identity, for: "logs.follow")
        let tail = try await operations.followLogs(
            search, lines: lines, after: position, by: call.identity)
        return Answer(
            .ok, type: Answer.linesType,
            .live(
                LiveBody(
                    seat: seat, producer: { try await Self.write(tail, to: $0) },
                    recheck: {
                        let now = try await operations.visibleSignals(
                            search.selection, by: call.identityNow(), for: "logs.follow")
                        guard now == scope else {
                            throw GantryError(
                                .conflict, "the businesses that you may look into have changed",
                                hint: "follow again")
                        }
                    }, heartbeat: ByteBuffer(string: "\n"),
                    farewell: { error in
                        // The status has been sent: an error is a line of its own, and the last.
                        ByteBuffer(
                            bytes: (try? Self.line(TailLine(problem: Problem(error).document))) ?? [])
                    })))
    }

    private static func write(_ tail: LogTail, to send: (ByteBuffer) async throws -> Void) async throws {
        var tail = tail
        // Where to go on, before anything has come: a client that loses its connection now misses nothing either.
        var lines = try tail.first.flatMap { try line(TailLine($0)) }
        lines += try line(TailLine(position: tail.position))
        try await send(ByteBuffer(bytes: lines))
        var told = ContinuousClock.now
        while true {
            let entries = try await tail.next()
            var lines = try entries.flatMap { try line(TailLine($0)) }
            if !entries.isEmpty || ContinuousClock.now - told > positionPeriod {
                lines += try line(TailLine(position: tail.position))
                told = .now
            }
            if !lines.isEmpty { try await send(ByteBuffer(bytes: lines)) }
        }
    }

    /// Between two positions while nothing matches: what a client looks through again after a lost connection.
    private static let positionPeriod = Duration.seconds(5)

    private static func line(_ line: TailLine) throws -> [UInt8] {
        try JSON.encode(line) + [UInt8(ascii: "\n")]
    }
}

extension Answer {
    /// A value as a JSON body.
    static func value(_ value: some Encodable) throws -> Answer {
        .bytes(try JSON.encode(value), type: jsonType)
    }
}
