import Console
import ControlPlane
import Expressions
import GantryBase
import HTTPTypes
import NIOCore
import Telemetry
import Wire

/// Pages of log lines: the search, one line, and new lines as they come.
extension Routes {
    var logPages: [Route] {
        [
            .page("/search", searchLogs), .page("/search/lines/{line}", logLine),
            .page("/search/tail", logTail),
        ]
    }

    private func searchLogs(_ call: PageCall) async throws -> Answer {
        let question = LogQuestion(call.fields)
        async let choices = signalChoices(call)
        let (content, status): (LogsPage.Content, HTTPResponse.Status) = try await Self.content {
            .found(try await found(question, call))
        } failed: {
            .failed($0)
        } mistaken: {
            .mistake($0)
        }
        return .page(
            LogsPage(question, content, choices: try await choices).render(call.context), status)
    }

    /// The search that a question of the console asks of the verbs.
    private func search(_ question: LogQuestion, _ now: Timestamp) throws(ExpressionError) -> LogSearch {
        LogSearch(
            question.selection, range: question.range.range(now), query: try question.filter().description,
            after: question.after, limit: LogsPage.pageLines)
    }

    private func found(_ question: LogQuestion, _ call: PageCall) async throws -> LogsPage.Found {
        let search = try search(question, call.context.now)
        async let histogram = logHistogram(search, call)
        var found = LogsPage.Found()
        if question.isLive {
            // The place first: no line between this page and its stream is left out or shown twice.
            let tail = try await operations.followLogs(search, lines: LogsPage.pageLines, by: call.identity)
            (found.entries, found.position) = (tail.first.reversed(), tail.position)
        } else {
            let page = try await operations.searchLogs(search, by: call.identity)
            (found.entries, found.next, found.cost) = (page.entries, page.next, page.cost)
        }
        found.histogram = await histogram
        if found.entries.isEmpty, question.after == nil {
            found.newest = try? await operations.newestLog(search, by: call.identity)
        }
        return found
    }

    /// The lines are worth showing without it.
    private func logHistogram(_ search: LogSearch, _ call: PageCall) async -> LogHistogram? {
        try? await operations.logHistogram(search, buckets: LogsPage.bars, by: call.identity)
    }

    /// One line; with `part=1` only what it opens to, for the list that it stands in.
    private func logLine(_ call: PageCall) async throws -> Answer {
        let missing = GantryError(
            .notFound, "this line is not here", hint: "it may be older than what is kept")
        guard let cursor = LogCursor(call.parameter("line")) else { throw missing }
        // A clock may say the same for many lines, but not for more than a page of them.
        let moment = TimeRange(
            from: cursor.time,
            to: Timestamp(nanoseconds: cursor.time.nanoseconds.addingReportingOverflow(1).partialValue))
        let page = try await operations.searchLogs(
            LogSearch(range: moment, limit: TelemetryLimits.pageRecords), by: call.identity)
        guard let entry = page.entries.first(where: { $0.position == cursor.position }) else { throw missing }
        let line = LogLinePage(LogLine(entry), question: LogQuestion(call.fields))
        return .page(
            call.request.query("part") == "1" ? line.part(call.context) : line.render(call.context))
    }

    /// New lines as server-sent events, from the position that the page ended with; a browser that was cut off says
    /// by `Last-Event-ID` where to go on.
    private func logTail(_ call: PageCall) async throws -> Answer {
        let question = LogQuestion(call.fields)
        let search: LogSearch
        do {
            search = try self.search(question, call.context.now)
        } catch {
            throw error.gantryError
        }
        let resumed = HTTPField.Name("Last-Event-ID").flatMap { call.request.headers[$0] }
        let position = (resumed ?? call.request.query("position")).flatMap { UInt64($0) }
        let tail = try await operations.followLogs(search, lines: 0, after: position, by: call.identity)
        guard let seat = logs.take() else {
            throw GantryError(
                .unavailable, "\(logs.limit) logs are being read, which is the limit",
                hint: "end some of them")
        }
        let events = LogEvents(
            operations: operations, search: search, call: call,
            phrases: SearchTerms.phrases(question.query), renewal: limits.recheckPeriod)
        let body = LiveBody(
            seat: seat, producer: { send in try await events.write(tail, to: send) },
            recheck: {
                _ = try await operations.followLogs(
                    search, lines: 0, after: tail.position, by: try await call.call.identityNow())
            }, heartbeat: ByteBuffer(string: ": \n\n"),
            farewell: { error in
                // Whoever may no longer look does not ask again; every other end is one to come back from.
                let isOver = [.forbidden, .unauthenticated].contains(error.code)
                return ByteBuffer(string: isOver ? ServerEvent(name: "end").text : ": again\n\n")
            })
        return Answer(.ok, type: Answer.eventsType, .live(body))
    }
}

/// The lines of a tail as events that a page takes in.
private struct LogEvents: Sendable {
    let operations: Operations
    let search: LogSearch
    let call: PageCall
    let phrases: [String]
    let renewal: Period

    /// Lines of one step that are sent; a browser shows no more in the same blink, and says how many it was spared.
    private static let mostAtOnce = 500

    func write(_ tail: LogTail, to send: (ByteBuffer) async throws -> Void) async throws {
        var tail = tail
        var renewed = ContinuousClock.now
        // At once, so that a proxy and the browser know that the stream is there.
        try await send(ByteBuffer(string: ": \n\n"))
        while true {
            let entries = try await tail.next()
            try await send(ByteBuffer(string: text(of: entries, position: tail.position)))
            if Period.since(renewed) > renewal {
                // What the asker may see is asked again, too.
                tail = try await operations.followLogs(
                    search, lines: 0, after: tail.position, by: try await call.call.identityNow())
                renewed = .now
            }
        }
    }

    private func text(of entries: [LogEntry], position: UInt64) -> String {
        var context = call.context
        context.now = max(context.now, entries.last?.record.time ?? context.now)
        var text = ""
        for entry in entries.suffix(Self.mostAtOnce) {
            var html = HTML(context)
            html.add(LogLine(entry).record(marking: phrases))
            text += ServerEvent(name: "append", data: html.string, id: String(position)).text
        }
        return text.isEmpty ? "id: \(position)\n\n" : text
    }
}
