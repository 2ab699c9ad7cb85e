import Console
import ControlPlane
import Expressions
import GantryBase
import HTTPTypes
import Telemetry
import Wire

/// Pages of spans and traces.
extension Routes {
    var tracePages: [Route] { [.page("/traces", traces), .page("/traces/{id}", trace)] }

    private func traces(_ call: PageCall) async throws -> Answer {
        let question = SpanQuestion(call.fields)
        // Whoever pastes the id of a trace wants that trace.
        if let id = TraceID(question.query), id.isValid { return .seeOther(TraceAddress.trace(id)) }
        async let choices = signalChoices(call)
        let (content, status): (TracesPage.Content, HTTPResponse.Status) = try await Self.content {
            let search = SpanSearch(
                question.selection, range: question.range.range(call.context.now),
                query: try question.filter().description, limit: TracesPage.askedSpans)
            return .found(try await operations.searchSpans(search, by: call.identity))
        } failed: {
            .failed($0)
        } mistaken: {
            .mistake($0)
        }
        return .page(TracesPage(question, content, choices: try await choices).render(call.context), status)
    }

    private func trace(_ call: PageCall) async throws -> Answer {
        guard let id = TraceID(call.parameter("id").lowercased()) else {
            throw GantryError(
                .notFound, "there is no trace of this name",
                hint: "the id of a trace is 32 hexadecimal digits")
        }
        let question = TraceQuestion(id, call.fields)
        let (content, status): (TraceTreePage.Content, HTTPResponse.Status) = try await Self.content {
            guard let tree = try await operations.trace(id, by: call.identity) else { return .missing }
            return .found(await found(tree, call))
        } failed: {
            .failed($0)
        }
        var isMissing = false
        if case .missing = content { isMissing = true }
        return .page(TraceTreePage(question, content).render(call.context), isMissing ? .notFound : status)
    }

    /// The tree with its lines; it is worth showing without them.
    private func found(_ tree: TraceTree, _ call: PageCall) async -> TraceTreePage.Found {
        let length = Period.milliseconds(tree.durationNanoseconds / 1_000_000 + 1)
        let search = LogSearch(
            range: TimeRange(
                from: tree.start - TraceTreePage.margin, to: tree.start + length + TraceTreePage.margin),
            query: "trace_id:\(tree.id)", limit: TraceTreePage.lines + 1)
        let entries = (try? await operations.searchLogs(search, by: call.identity))?.entries ?? []
        return TraceTreePage.Found(
            tree: tree, lines: Array(entries.prefix(TraceTreePage.lines)),
            hasMoreLines: entries.count > TraceTreePage.lines)
    }
}
