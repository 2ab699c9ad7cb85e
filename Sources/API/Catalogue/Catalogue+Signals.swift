import HTTPTypes
import Model
import Telemetry

extension Catalogue {
    private static let places: [QueryParameter] = [
        .text("business", "only of this business"),
        .text("service", "only of this service: BUSINESS/SERVICE"),
        .text("environment", "only in this environment"), .text("region", "only in this region"),
        .text("instance", "only of this instance"),
        .text("release", "only of this release: BUSINESS/SERVICE/NUMBER"),
        .text("last", "of so long until now or `to`, such as 15m, which is what holds without any time"),
        .text("from", "from this time on, or from so long ago"),
        .text("to", "up to this time, or up to so long ago"),
    ]
    private static let search = places + [.text("query", "a search: see docs/expressions.md")]
    private static let limit = QueryParameter.number(
        "limit", 1...TelemetryLimits.pageRecords, "at most so many items")

    static var signals: [Operation] {
        [
            Operation(
                .get, "/v1/logs", "Search log records, the newest first", verb: "logs",
                query: search + [.text("after", "what `next` of the page before said"), limit],
                answer: .value(LogAnswer.self), right: "view"),
            Operation(
                .get, "/v1/logs/histogram", "Count log records by time and level",
                verb: .none("it is the drawing above the console's list; gantry logs prints the records"),
                query: search + [.number("buckets", 1...TelemetryLimits.histogramBuckets, "so many bars")],
                answer: .value(HistogramAnswer.self), right: "view"),
            Operation(
                .get, "/v1/logs/tail", "Follow log records as lines of JSON", verb: "logs",
                query: search + [
                    .number("lines", 0...TelemetryLimits.pageRecords, "begin with so many that are there"),
                    .number("position", 0...Int.max, "go on after this position"),
                ], answer: .stream(Answer.linesType), right: "view"),
            Operation(
                .get, "/v1/calls", "Tell the calls between services", verb: "calls",
                query: places + [
                    .choice("side", CallSide.allCases.map(\.rawValue), "only as this side reported them"),
                    .text("caller", "only by this service"), .text("callee", "only to this service"),
                    .text("interface", "only of this interface"), .text("code", "only with this answer"),
                    .text("by", "what rows are told apart by: dimensions with commas between them"),
                    .choice("sort", CallOrder.allCases.map(\.rawValue), "what comes first"),
                    .text("step", "cut into steps, such as 10s"),
                    .number("limit", 1...TelemetryLimits.callRows, "at most so many rows"),
                ], answer: .value(CallAnswer.self), right: "view"),
            Operation(
                .get, "/v1/traces/{id}", "Show a trace as a tree", verb: "trace",
                answer: .value(TraceAnswer.self), right: "view"),
            Operation(
                .get, "/v1/spans", "Search spans", verb: "traces", query: search + [limit],
                answer: .value(SpanAnswer.self), right: "view"),
        ]
    }
}
