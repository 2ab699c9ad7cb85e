import API
import ArgumentParser
import GantryBase
import Wire

struct TracesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "traces", abstract: "Find traces by their spans.",
        discussion: """
            gantry traces 'duration:>500ms status:error'
            gantry traces yidian/portal 'http.route:/articles/{id}' --sort duration --last 1h

            Each trace is shown by the longest of its spans that match; `gantry trace ID` shows the whole.
            """)
    @Argument(help: "A business, a service, a workload or an instance; else of all.") var name: String?
    @Argument(help: "What to search for; docs/expressions.md.") var query: String?
    @OptionGroup var signals: SignalOptions
    @Option(help: "Sorted by: time or duration.") var sort = Order.time
    @Option(help: "At most so many traces.") var limit = 20
    @OptionGroup var output: OutputOptions
    @OptionGroup var client: ClientOptions

    enum Order: String, ExpressibleByArgument, CaseIterable { case time, duration }

    static let standardPeriod = Period.minutes(15)
    /// Spans of one search; a trace has several that match.
    static let searched = 1000

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit takes 1 or more") }
    }

    func run() async throws {
        let client = try client.client()
        let (place, query) = try await SignalPlace.read(
            name, self.query, isBusiness: client.isBusiness)
        var parameters = try signals.query(place, standard: Self.standardPeriod)
        if !query.isEmpty { parameters.append(("query", query)) }
        parameters.append(("limit", "\(Self.searched)"))
        guard output.output == .table else {
            return try output.print(try await client.get("/v1/spans", parameters) as JSONValue)
        }
        let answer: SpanAnswer = try await client.get("/v1/spans", parameters)
        let traces = Self.traces(answer.items, sort)
        var table = Table("STARTED", "TRACE", "SERVICE", "SPAN", "TOOK", "STATUS")
        for span in traces.prefix(limit) {
            table.rows.append([
                SignalText.time(span.start), span.traceID.description, span.service, span.name,
                SignalText.nanoseconds(span.durationNanoseconds), span.status == "unset" ? "" : span.status,
            ])
        }
        table.print(
            whenEmpty: "no spans\(query.isEmpty ? "" : " match")\(place.map { " of \($0.path)" } ?? "") "
                + signals.words(standard: Self.standardPeriod),
            next: "--last 2h looks farther back",
            shrinking: [.init(column: 2, keepsEnd: true), .init(column: 3)])
        if traces.count > limit { Notice.say("these are the first \(limit); --limit shows more") }
        if !answer.cost.isComplete {
            Notice.say("the search was given up after \(answer.cost.records) spans; narrow it")
        } else if answer.items.count == Self.searched {
            Notice.say(
                "more than \(Self.searched) spans match: only the newest were looked at; narrow the search")
        }
    }

    /// The longest span of each trace.
    static func traces(_ spans: [SpanItem], _ order: Order) -> [SpanItem] {
        var longest: [TraceID: SpanItem] = [:]
        for span in spans
        where span.durationNanoseconds > longest[span.traceID]?.durationNanoseconds ?? -1 {
            longest[span.traceID] = span
        }
        switch order {
        case .time: return longest.values.sorted { $0.start > $1.start }
        case .duration: return longest.values.sorted { $0.durationNanoseconds > $1.durationNanoseconds }
        }
    }
}
