import Console
import Expressions
import GantryBase
import Model
import Telemetry
import Testing
import Wire

/// A question is its address and an address its question, whatever stands in either.
@Suite struct SignalQuestionTests {
    @Test(arguments: [
        LogQuestion(), LogQuestion(query: "level:error \"a&b=c\" 超时 % + #"),
        LogQuestion(
            query: "x", service: "yidian/article", environment: "production", region: "nanjing",
            level: "warn",
            range: .last(.minutes(60)), after: LogCursor(time: SignalSamples.now, position: 7), isLive: true),
        LogQuestion(range: .fixed(TimeRange(from: SignalSamples.now - .minutes(2), to: SignalSamples.now))),
    ])
    func aQuestionOfLogsComesBack(question: LogQuestion) {
        #expect(LogQuestion(fields(of: question.address)) == question)
    }

    @Test func aQuestionOfCallsComesBack() {
        for grouping in CallQuestion.Grouping.allCases {
            let question = CallQuestion(
                service: "a/b", caller: "c/d", callee: "mysql:3306", interface: "GET /{id}?x", side: .server,
                environment: "production", region: "nanjing", query: "x y", grouping: grouping, order: .p99,
                isAscending: true, range: .last(.minutes(1440)), skip: 50)
            #expect(CallQuestion(fields(of: question.address)) == question)
            #expect(question.grouping.dimensions.contains(.side))
        }
        #expect(CallQuestion(fields(of: CallQuestion().address)) == CallQuestion())
    }

    @Test func aQuestionOfSpansComesBack() {
        let question = SpanQuestion(
            query: "http.route:/x", service: "a/b", environment: "e", region: "r", operation: "GET /a b",
            least: "500ms", isFailed: true, order: .slowest, range: .last(.minutes(60)))
        #expect(SpanQuestion(fields(of: question.address)) == question)
    }

    @Test func whatCannotBeReadCountsAsNotSaid() {
        let fields = [
            "last": "for ever", "from": "yesterday", "to": "now", "level": "loud", "after": "?",
            "live": "yes",
            "skip": "-3", "sort": "-colour", "by": "mood", "side": "both", "least": "long",
        ]
        #expect(LogQuestion(fields) == LogQuestion())
        #expect(CallQuestion(fields) == CallQuestion())
        #expect(SpanQuestion(fields) == SpanQuestion())
        #expect(SignalRange(["from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"]) == .usual)
        #expect(SignalRange(["last": "9000d"]) == .last(.minutes(90 * 1440)))
    }

    @Test func theFilterHoldsWhatWasTypedAndWhatWasPressed() throws {
        let question = LogQuestion(query: "timeout OR reset", service: "article", level: "warn")
        let filter = try question.filter()
        #expect(filter.description == "(timeout OR reset) level:warn.. service:article")
        #expect(question.selection.service == nil)
        #expect(LogQuestion(service: "yidian/article").selection.service == ServiceName("yidian", "article"))
        let spans = try SpanQuestion(operation: "GET /a b", least: "500ms", isFailed: true).filter()
        #expect(spans.description == "name:=\"GET /a b\" duration:>=500ms status:error")
    }

    @Test func aRangeGrowsAroundItsMiddleAndNotIntoTheFuture() {
        let now = SignalSamples.now
        let range = SignalRange.fixed(TimeRange(from: now - .minutes(20), to: now - .minutes(10)))
        #expect(range.wider(now) == .fixed(TimeRange(from: now - .minutes(25), to: now - .minutes(5))))
        let last = SignalRange.fixed(TimeRange(from: now - .minutes(2), to: now))
        #expect(last.wider(now) == .fixed(TimeRange(from: now - .minutes(3), to: now)))
        #expect(SignalRange.usual.wider(now) == .last(.minutes(60)))
    }

    @Test func stepsCoverTheRangeAsTheStoreCutsIt() {
        let from = Timestamp(seconds: 1_000_007)
        let range = TimeRange(from: from, to: from + .minutes(15))
        let step = CallLine.step(of: range)
        #expect(step == .seconds(30))
        let aligned = CallLine.aligned(range, step: step)
        #expect(aligned.from.seconds % 30 == 0 && aligned.from <= range.from)
        let starts = CallLine.starts(aligned, step: step)
        #expect(starts.first == aligned.from && starts.count == 31)
        #expect((starts.last.map { $0 + step >= range.to }) == true)
    }

    @Test func rowsAreFilteredAndSortedByWhatWasAsked() {
        let lines = SignalSamples.callLines
        func order(_ question: CallQuestion) -> [CallLine] { CallLine.sorted(lines, by: question) }
        let volumes = order(CallQuestion()).map(\.row.total)
        #expect(volumes == volumes.sorted(by: >))
        let rates = order(CallQuestion(order: .failures)).map(\.row.failureRate)
        #expect(rates == rates.sorted(by: >) && rates[0] > 0.03)
        let callers = order(CallQuestion(order: .caller, isAscending: true)).compactMap {
            $0.row.key[.caller]
        }
        #expect(callers == callers.sorted())
        let found = order(CallQuestion(query: "DOCTOR batch"))
        #expect(found.count == 2 && found.allSatisfy { $0.row.key[.callee] == "yisheng/doctor" })
    }

    @Test func linesAreJoinedWithTheirCourse() {
        let range = TimeRange(from: Timestamp(seconds: 600), to: Timestamp(seconds: 660))
        let starts = CallLine.starts(range, step: .seconds(30))
        let whole = SignalSamples.row(.client, "a", "b", "i", 30, exceptions: 0.1, p50: 3, start: range.from)
        let first = SignalSamples.row(.client, "a", "b", "i", 10, exceptions: 0.1, p50: 3, start: starts[0])
        let second = SignalSamples.row(.client, "a", "b", "i", 20, exceptions: 0.1, p50: 3, start: starts[1])
        let other = SignalSamples.row(.server, "a", "b", "i", 500, p50: 3, start: starts[1])
        let lines = CallLine.lines(
            CallTable(rows: [whole]), stepped: CallTable(rows: [first, second, other]), starts: starts)
        #expect(lines.map(\.counts) == [[10, 20]] && lines.map(\.failures) == [[1, 2]])
        let course = CallCourse([first, second, other], side: .client, starts: starts, step: .seconds(30))
        #expect(course.perSecond == [10.0 / 30, 20.0 / 30] && course.failureRate == [0.1, 0.1])
        // The other side is no part of it.
        let server = CallCourse([first, second, other], side: .server, starts: starts, step: .seconds(30))
        #expect(server.perSecond[0] == 0 && server.failureRate[0].isNaN && server.perSecond[1] > 16)
    }
}
