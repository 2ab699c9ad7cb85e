import API
import ArgumentParser
import GantryBase
import Model
import Telemetry
import Wire

struct TopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top", abstract: "Show the busiest and the worst services, again every two seconds.",
        discussion: """
            Of the calls that services have answered in the last minute; where a service sends no spans, of those that \
            others have made to it. On what is no terminal it is shown once.
            """)
    @Argument(help: "Only of this business.") var business: String?
    @Option(name: .shortAndLong, help: "Only in this environment.") var environment: String?
    @Option(name: .shortAndLong, help: "Only in this region.") var region: String?
    @Option(help: "Of the last so much time.") var last = "1m"
    @Option(help: "So many rows in each list.") var limit = 8
    @Flag(help: "Show it once.") var once = false
    @OptionGroup var client: ClientOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit takes 1 or more") }
        guard let period = Period(last), period > .zero else {
            throw ValidationError("--last takes \(Period.form)")
        }
    }

    func run() async throws {
        let client = try client.client()
        guard !once, Terminal.isInteractive else {
            print(try await text(client), terminator: "")
            return
        }
        try await Screen.redraw { try await text(client) }
    }

    private func text(_ client: APIClient) async throws -> String {
        var parameters = [
            ("by", "callee,side"), ("limit", "1000"), ("last", last), ("sort", CallOrder.volume.rawValue),
        ]
        for (name, value) in [("business", business), ("environment", environment), ("region", region)] {
            if let value { parameters.append((name, value)) }
        }
        let answer: CallAnswer = try await client.get("/v1/calls", parameters)
        return TopText(period: Period(last) ?? .minutes(1), limit: limit).text(answer)
    }
}

/// Two lists of services: by their calls, and by what fails.
struct TopText: Sendable {
    var period: Period
    var limit: Int
    var columns = Terminal.columns

    func text(_ answer: CallAnswer) -> String {
        let services = Self.services(answer.items)
        var text = "Calls of the last \(period)"
        if let fresh = answer.freshness { text += ", up to \(fresh.readable)" }
        text += "\n\n"
        guard !services.isEmpty else {
            return text + "no service was called; gantry calls --last 1h looks farther back\n"
        }
        text += "Busiest\n\n" + table(services)
        let failing = services.filter { $0.failureRate > 0 }.sorted {
            ($0.failureRate, $0.total) > ($1.failureRate, $1.total)
        }
        text += "\nWorst\n\n" + (failing.isEmpty ? "nothing fails\n" : table(failing))
        return text
    }

    private func table(_ rows: [CallItem]) -> String {
        var table = Table("SERVICE", "SEEN BY", "CALLS/S", "FAILED", "TIMEOUT", "P50", "P99")
        for row in rows.prefix(limit) {
            let all = Double(max(row.total, 1))
            table.rows.append([
                row.value(.callee), row.value(.side) == CallSide.server.rawValue ? "itself" : "its callers",
                SignalText.rate(Double(row.total) / max(period.seconds, 1)),
                SignalText.share(Double(row.exception) / all), SignalText.share(Double(row.timeout) / all),
                SignalText.seconds(row.p50), SignalText.seconds(row.p99),
            ])
        }
        return table.text(columns: columns, shrinking: [.init(column: 0, keepsEnd: true)])
    }

    /// One row of each callee: as it has seen its calls itself, else as its callers have.
    static func services(_ rows: [CallItem]) -> [CallItem] {
        let own = Set(rows.filter { $0.value(.side) == CallSide.server.rawValue }.map { $0.value(.callee) })
        return rows.filter {
            $0.value(.side) == CallSide.server.rawValue || !own.contains($0.value(.callee))
        }
    }
}
