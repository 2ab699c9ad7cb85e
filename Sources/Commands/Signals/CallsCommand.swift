import API
import ArgumentParser
import GantryBase
import Model
import Telemetry
import Wire

struct CallsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls", abstract: "Show who calls whom, how often, how fast, and what fails.",
        discussion: """
            gantry calls yidian/article --sort rate
            gantry calls --by callee,region --side client --last 1h --watch

            Both ends of a call count it: a row is one side's view, and the two are never added. Given a name, the calls \
            that its instances have counted, made and answered.
            """)
    @Argument(help: "A business, a service, a workload or an instance; else of all.") var name: String?
    @OptionGroup var signals: SignalOptions
    @Option(help: "Told apart by these: \(CallDimension.list).") var by: String?
    @Option(help: "Sorted by: \(CallOrder.list).") var sort = CallOrder.volume
    @Option(help: "Only as one side has seen them: client or server.") var side: CallSide?
    @Option(help: "Only of this caller.") var caller: String?
    @Option(help: "Only of this callee.") var callee: String?
    @Option(help: "Only of this interface, such as 'GET /articles/{id}'.") var interface: String?
    @Option(help: "Only with this code, such as 500.") var code: String?
    @Option(help: "At most so many rows.") var limit = 50
    @Flag(help: "Draw the table again every two seconds, until Ctrl-C.") var watch = false
    @OptionGroup var output: OutputOptions
    @OptionGroup var client: ClientOptions

    static let standardPeriod = Period.minutes(15)

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit takes 1 or more") }
        _ = try dimensions
    }

    func run() async throws {
        let client = try client.client()
        var place: SignalPlace?
        if let name {
            guard let named = SignalPlace(name) else {
                throw ValidationError(
                    "\(name) is no name of a business, a service, a workload or an instance")
            }
            place = named
        }
        let parameters = try parameters(place)
        guard watch else { return try await show(client, parameters, place) }
        try await Screen.redraw {
            let answer: CallAnswer = try await client.get("/v1/calls", parameters)
            return CallText(dimensions: try dimensions).text(answer, columns: Terminal.columns)
                + (answer.items.isEmpty ? emptyWords(place) + "\n" : "")
        }
    }

    private func show(
        _ client: APIClient, _ parameters: [(String, String)], _ place: SignalPlace?
    ) async throws {
        guard output.output == .table else {
            return try output.print(try await client.get("/v1/calls", parameters) as JSONValue)
        }
        let answer: CallAnswer = try await client.get("/v1/calls", parameters)
        guard !answer.items.isEmpty else {
            Notice.say(emptyWords(place))
            return Notice.say(
                "  hint: calls are counted from spans; docs/service.md says how a service sends them")
        }
        print(CallText(dimensions: try dimensions).text(answer, columns: Terminal.columns), terminator: "")
        if answer.omitted > 0 {
            Notice.say(
                "these are the first \(answer.items.count) rows, \(answer.omitted) more are there; --limit")
        }
    }

    private func emptyWords(_ place: SignalPlace?) -> String {
        "no calls\(place.map { " of \($0.path)" } ?? "") \(signals.words(standard: Self.standardPeriod))"
    }

    private var dimensions: [CallDimension] {
        get throws {
            guard let by else { return [.caller, .callee, .interface, .side] }
            return try by.split(separator: ",").map { word in
                guard let dimension = CallDimension(rawValue: String(word)) else {
                    throw ValidationError(
                        "calls are not told apart by \(word); known are \(CallDimension.list)")
                }
                return dimension
            }
        }
    }

    private func parameters(_ place: SignalPlace?) throws -> [(String, String)] {
        var parameters = try signals.query(place, standard: Self.standardPeriod)
        parameters.append(("by", try dimensions.map(\.rawValue).joined(separator: ",")))
        parameters += [("sort", sort.rawValue), ("limit", "\(limit)")]
        let filters = [
            ("side", side?.rawValue), ("caller", caller), ("callee", callee), ("interface", interface),
            ("code", code),
        ]
        for (name, value) in filters { if let value { parameters.append((name, value)) } }
        return parameters
    }
}

extension CallDimension {
    static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
extension CallOrder {
    static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

/// Calls as a table.
struct CallText: Sendable {
    var dimensions: [CallDimension]

    func text(_ answer: CallAnswer, columns: Int?) -> String {
        guard !answer.items.isEmpty else { return "" }
        var table = Table()
        table.headings =
            dimensions.map { $0.rawValue.uppercased() } + ["CALLS", "FAILED", "TIMEOUT", "P50", "P99"]
        for row in answer.items {
            let all = Double(max(row.total, 1))
            table.rows.append(
                dimensions.map { row.value($0).isEmpty ? "–" : row.value($0) } + [
                    "\(row.total)", SignalText.share(Double(row.exception) / all),
                    SignalText.share(Double(row.timeout) / all), SignalText.seconds(row.p50),
                    SignalText.seconds(row.p99),
                ])
        }
        // Of names the end tells them apart, of interfaces the beginning.
        let shrinking = dimensions.enumerated().compactMap { at, dimension -> Table.Shrinking? in
            switch dimension {
            case .caller, .callee, .release, .instance: Table.Shrinking(column: at, keepsEnd: true)
            case .interface: Table.Shrinking(column: at)
            default: nil
            }
        }
        return table.text(columns: columns, shrinking: shrinking)
    }
}
