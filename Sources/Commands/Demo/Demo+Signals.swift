import API
import GantryBase
import Model
import Telemetry
import Wire

/// What was seen of the demo's requests, compared with what was sent.
extension Demo {
    /// Agents send within a second or two; on a loaded machine it may take longer.
    static let signalLimit = Period.minutes(1)
    /// What the generator asks for, as the services call it.
    static let interface = "GET /articles/{id}"
    static let calledFirst = ServiceName("yidian", "article")
    /// Lines of the trace that are shown.
    static let shownLines = 3
    static let shownCalls = 24

    /// Compares the calls that both sides counted with the requests that were sent, and shows one of them as a trace with
    /// its lines.
    func observe(_ people: DemoPeople, since start: Timestamp, _ report: inout DemoReport) async throws {
        let client = people.approver
        let calls = try await settledCalls(client, asked: report.asked, since: start)
        let answered = calls.count(.server, to: Self.frontDoor)
        report.claim(
            "every request that was sent is counted by \(Self.frontDoor), once", answered == report.asked,
            "\(report.asked) sent, \(answered) counted")
        let made = calls.count(.client, from: Self.frontDoor, to: Self.calledFirst)
        let taken = calls.count(.server, from: Self.frontDoor, to: Self.calledFirst)
        report.claim(
            "both sides of the calls from \(Self.frontDoor) to \(Self.calledFirst) agree",
            made == taken && made > 0,
            "\(made) made, \(taken) answered")
        report.show(
            "Who called whom in production",
            CallText(dimensions: [.caller, .callee, .interface, .side]).text(calls, columns: Terminal.columns)
        )
        let slowest = calls.items.first {
            $0.value(.callee) == Self.frontDoor.path && $0.value(.interface) == Self.interface
                && $0.exemplar != nil
        }
        guard let id = slowest?.exemplar else {
            return report.claim("the slowest request has a trace", false, "no call names one")
        }
        try await show(id, client, &report)
    }

    private func show(_ id: TraceID, _ client: APIClient, _ report: inout DemoReport) async throws {
        let deadline = ContinuousClock.now + Self.signalLimit.duration
        var trace: TraceAnswer
        var lines: [LogItem]
        // Logs travel behind calls and spans.
        repeat {
            trace = try await client.get("/v1/traces/\(id)")
            lines = try await client.logs(of: trace)
            if trace.services.count >= 3, trace.missing == 0, lines.count >= Self.shownLines { break }
            try await Task.sleep(for: .seconds(1))
        } while ContinuousClock.now < deadline
        report.claim(
            "the slowest request is a trace of at least three services, none of its spans missing",
            trace.services.count >= 3 && trace.missing == 0,
            "\(trace.nodes.count) nodes of \(trace.services.joined(separator: ", ")), \(trace.missing) missing"
        )
        report.claim(
            "lines of several services carry its id",
            lines.count >= Self.shownLines && lines.allSatisfy { $0.traceID == id }
                && Set(lines.map(\.service)).count > 1,
            "\(lines.count) lines of \(Set(lines.map(\.service)).sorted().joined(separator: ", "))")
        report.show(
            "The slowest of them",
            TraceText(columns: Terminal.columns ?? TraceText.standardColumns).text(trace))
        let text = LogText()
        report.show(
            "What was written meanwhile",
            lines.prefix(Self.shownLines).map { text.line($0) + "\n" }.joined())
    }

    /// The calls when all that was sent is counted, or as they are when that takes too long.
    private func settledCalls(
        _ client: APIClient, asked: Int, since start: Timestamp
    ) async throws -> CallAnswer {
        let deadline = ContinuousClock.now + Self.signalLimit.duration
        while true {
            let calls: CallAnswer = try await client.get(
                "/v1/calls",
                [
                    ("environment", Self.production.text), ("from", start.description),
                    ("limit", "\(Self.shownCalls)"),
                ])
            let isSettled =
                calls.count(.server, to: Self.frontDoor) == asked
                && calls.count(.client, from: Self.frontDoor, to: Self.calledFirst)
                    == calls.count(.server, from: Self.frontDoor, to: Self.calledFirst)
            if isSettled || ContinuousClock.now > deadline { return calls }
            try await Task.sleep(for: .seconds(1))
        }
    }
}

extension CallAnswer {
    /// Calls of the interface that the demo asks for, as one side has counted them.
    fileprivate func count(_ side: CallSide, from caller: ServiceName? = nil, to callee: ServiceName) -> Int {
        items.reduce(0) { sum, row in
            let fits =
                row.value(.side) == side.rawValue && row.value(.callee) == callee.path
                && (caller.map { row.value(.caller) == $0.path } ?? true)
                && row.value(.interface) == Demo.interface
            return fits ? sum + Int(row.total) : sum
        }
    }
}
