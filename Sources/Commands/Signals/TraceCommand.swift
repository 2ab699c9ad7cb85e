import API
import ArgumentParser
import GantryBase
import Wire

struct TraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Show one trace as a tree, with what it waited for.",
        discussion: """
            Spans marked with * are what the duration is made of; their bars are full where the trace waited for just \
            them. Spans that others name as their parents and nobody has sent stand as missing.
            """)
    @Argument(help: "The trace's id: 32 hexadecimal digits.") var id: String
    @Flag(help: "Print the log lines of the trace below it.") var logs = false
    @OptionGroup var output: OutputOptions
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let client = try client.client()
        guard let id = TraceID(id.lowercased()) else {
            throw ValidationError("\(id) is no id of a trace; it has 32 hexadecimal digits")
        }
        guard output.output == .table else {
            return try output.print(try await client.get("/v1/traces/\(id)") as JSONValue)
        }
        let trace: TraceAnswer = try await client.get("/v1/traces/\(id)")
        print(
            TraceText(columns: Terminal.columns ?? TraceText.standardColumns, hasColour: Terminal.hasColour)
                .text(trace), terminator: "")
        guard logs else { return }
        let found = try await client.logs(of: trace)
        print("")
        let printer = LogPrinter(format: .text, text: LogText(hasColour: Terminal.hasColour))
        for record in found { printer.print(record) }
        if found.isEmpty { Notice.say("no line of a log has the id of this trace") }
    }
}

extension APIClient {
    /// The lines that carry the id of the trace, oldest first.
    func logs(of trace: TraceAnswer) async throws -> [LogItem] {
        // Lines may be written a while after the last span, by clocks that stand elsewhere.
        let margin = Period.minutes(1)
        let end = Timestamp(nanoseconds: trace.start.nanoseconds + trace.durationNanoseconds)
        let answer = try await logs(
            [
                ("query", "trace_id:\(trace.id)"), ("from", (trace.start - margin).description),
                ("to", (end + margin).description),
            ], limit: LogsCommand.pageSize)
        return answer.items.reversed()
    }
}
