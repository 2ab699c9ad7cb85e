import API
import ArgumentParser
import Foundation
import GantryBase
import Wire

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Search the logs of all instances, or follow them.",
        discussion: """
            gantry logs yidian/article 'level:error timeout' --last 15m
            gantry logs 'trace_id:4bf92f3577b34da6a3ce929d0e0e4736'
            gantry logs yidian/article/production/guangzhou -f

            The language of searches is in docs/expressions.md. Lines are printed oldest first. What one instance has \
            printed, as it is, is shown by `gantry output`.
            """)
    @Argument(help: "A business, a service, a workload or an instance; else of all.") var name: String?
    @Argument(help: "What to search for.") var query: String?
    @OptionGroup var signals: SignalOptions
    @Flag(name: .shortAndLong, help: "Go on as lines come.") var follow = false
    @Option(
        name: [.customShort("n"), .long], help: "At most so many lines, the newest; 200, or 10 to follow.")
    var limit: Int?
    @Option(name: .shortAndLong, help: "How to print: text, or a line of JSON for each record.")
    var output = Format.text
    @OptionGroup var client: ClientOptions

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    static let standardPeriod = Period.minutes(15)
    static let standardLimit = 200
    static let standardLines = 10
    /// Of one page of the API.
    static let pageSize = 1000

    func validate() throws {
        if let limit, limit < 0 || (limit == 0 && !follow) {
            throw ValidationError("--limit takes 1 or more")
        }
        if follow, let limit, limit > Self.pageSize {
            throw ValidationError("to follow begins with at most \(Self.pageSize) lines")
        }
        if follow, signals.to != nil { throw ValidationError("what is followed has no --to") }
    }

    func run() async throws {
        let client = try client.client()
        let (place, query) = try await SignalPlace.read(
            name, self.query, isBusiness: client.isBusiness)
        var parameters = try signals.query(place, standard: Self.standardPeriod)
        if !query.isEmpty { parameters.append(("query", query)) }
        let printer = LogPrinter(
            format: output, text: LogText(place: place, hasColour: Terminal.hasColour))
        guard !follow else {
            return try await LogFollower(client: client, parameters: parameters, printer: printer)
                .follow(lines: limit ?? Self.standardLines)
        }
        let found = try await client.logs(parameters, limit: limit ?? Self.standardLimit)
        for record in found.items.reversed() { printer.print(record) }
        tell(found, place, query)
    }

    private func tell(_ found: LogAnswer, _ place: SignalPlace?, _ query: String) {
        if found.items.isEmpty {
            let what = query.isEmpty ? "no logs" : "nothing matches"
            let whose = place.map { " of \($0.path)" } ?? ""
            let newest = found.newest.map { "; the newest line is of \(Age.since($0))" }
            Notice.say(
                "\(what)\(whose) \(signals.words(standard: Self.standardPeriod))"
                    + (newest ?? "; nothing has been written there yet"))
            if found.newest != nil { Notice.say("  hint: --last 2h looks farther back") }
        } else if found.next != nil {
            Notice.say("these are the newest \(found.items.count) lines; --limit shows more")
        }
        if !found.cost.isComplete {
            Notice.say(
                "the search was given up after \(found.cost.records) lines; narrow it by a service or a time")
        }
        if found.cost.undecided > 0 {
            Notice.say("\(found.cost.undecided) lines took a regular expression too long and are left out")
        }
    }
}

struct LogPrinter: Sendable {
    var format: LogsCommand.Format
    var text: LogText

    func print(_ record: LogItem) {
        let line: String
        switch format {
        case .text: line = text.line(record)
        // Other programs get the text as it is: in JSON control characters are escaped.
        case .json: line = (try? JSON.encodeString(record)) ?? ""
        }
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}

extension APIClient {
    /// The newest records, newest first, over as many pages as it takes.
    func logs(_ parameters: [(String, String)], limit: Int) async throws -> LogAnswer {
        var answer: LogAnswer = try await get(
            "/v1/logs", parameters + [("limit", "\(min(limit, LogsCommand.pageSize))")])
        while let next = answer.next, answer.items.count < limit {
            let page: LogAnswer = try await get(
                "/v1/logs",
                parameters + [
                    ("after", next), ("limit", "\(min(limit - answer.items.count, LogsCommand.pageSize))"),
                ])
            answer.items += page.items
            answer.next = page.next
            answer.cost = page.cost
        }
        return answer
    }
}
