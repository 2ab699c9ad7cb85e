import Console
import Expressions
import GantryBase
import Model
import Telemetry
import Wire

/// Signals of a made-up afternoon, the same at every run.
enum SignalSamples {
    static let now = Timestamp(seconds: 1_795_513_388)
    static let trace = TraceID(high: 0x4bf9_2f35_77b3_4da6, low: 0xa3ce_929d_0e0e_4736)
    static let hostile =
        "<script>alert(1)</script> \" onload='x' & \u{202E}gpj.exe \u{1B}[31mred\u{7} zero\u{200B}width"
    static let choices = SignalChoices(
        services: ["yidian/article", "yidian/author", "yidian/comment", "yisheng/doctor"],
        environments: ["development", "testing", "staging", "production"],
        regions: ["guangzhou", "nanjing", "tianjin", "hongkong"])

    static func source(_ service: String, _ region: RegionName = "guangzhou", _ id: String = "x7k2m9pq")
        -> SignalSource
    {
        let name = ServiceName(path: service) ?? ServiceName("yidian", "article")
        return SignalSource(
            instance: InstanceName(WorkloadName(name, "production", region), id),
            release: ReleaseName(name, 12))
    }

    static func entry(
        _ position: UInt64, _ text: String, _ severity: Severity = .info, secondsAgo: Double = 1,
        service: String = "yidian/article", attributes: Attributes = [:], trace: TraceID? = nil
    ) -> LogEntry {
        let time = Timestamp(nanoseconds: now.nanoseconds - Int64(secondsAgo * 1e9))
        return LogEntry(
            position: position, source: source(service),
            record: LogRecord(
                time: time, observedTime: time, severity: severity, body: .string(text),
                attributes: attributes,
                traceID: trace, spanID: trace.map { _ in SpanID(0x00f0_67aa_0ba9_02b7) }))
    }

    static var entries: [LogEntry] {
        let texts: [(String, Severity, String, Attributes)] = [
            (
                "GET /articles/1842 200", .info, "yidian/article",
                ["status": 200, "duration_ms": 12, "channel": "cardiology"]
            ),
            ("cache hit author:77", .debug, "yidian/author", ["key": "author:77"]),
            (
                "timeout after 1000 ms calling yisheng/doctor GET /doctors:batch", .error, "yidian/article",
                ["error.type": "timeout", "peer": "yisheng/doctor"]
            ),
            (
                "slow query: SELECT * FROM articles WHERE channel = 'cardiology' took 812 ms", .warn,
                "yidian/article", ["rows": 340]
            ),
            ("读取文章 1842 成功，用时 12 毫秒", .info, "yidian/article", ["user": "chen.yu"]),
            ("POST /comments 201", .info, "yidian/comment", ["status": 201, "duration_ms": 31.5]),
            (hostile, .info, "yidian/comment", ["<b>name</b>": "<img src=x onerror=alert(1)>"]),
            ("draining: 3 requests in flight", .unspecified, "yisheng/doctor", [:]),
        ]
        return (0..<100).map { index in
            let line = texts[index % texts.count]
            return entry(
                UInt64(1000 - index), line.0, line.1, secondsAgo: Double(index) * 4.37 + 0.213,
                service: line.2,
                attributes: line.3, trace: index % 3 == 0 ? trace : nil)
        }
    }

    static var histogram: LogHistogram {
        var generator = SeededGenerator(seed: 7)
        let start = now - .minutes(15)
        return LogHistogram(
            buckets: (0..<LogsPage.bars).map { index in
                func random(_ most: Int) -> Int { Int(generator.next() % UInt64(most)) }
                return .init(
                    start: start + .seconds(Int64(index * 15)),
                    counts: [
                        "info": 180 + random(90), "debug": 40 + random(20), "warn": 4 + random(9),
                        "error": index > 38 && index < 47 ? 12 + random(24) : random(3),
                    ])
            }, cost: QueryCost(records: 22_481, took: .milliseconds(38)))
    }

    static func logs(_ question: LogQuestion = LogQuestion()) -> LogsPage {
        LogsPage(
            question,
            .found(
                .init(
                    entries: entries, next: entries.last?.cursor,
                    cost: QueryCost(records: 22_481, took: .milliseconds(41)), histogram: histogram,
                    position: 1000)), choices: choices)
    }

    // Calls.

    static func row(
        _ side: CallSide, _ caller: String, _ callee: String, _ interface: String, _ total: UInt64,
        exceptions: Double = 0, timeouts: Double = 0, p50: Double, start: Timestamp = now - .minutes(15)
    ) -> CallRow {
        var durations = ExponentialHistogram()
        let timed = UInt64(Double(total) * timeouts)
        let failed = UInt64(Double(total) * exceptions)
        durations.record(p50 / 1000, times: max(1, total * 6 / 10))
        durations.record(p50 / 1000 * 2.2, times: total * 3 / 10)
        durations.record(p50 / 1000 * 7, times: max(1, total / 30))
        return CallRow(
            key: [.side: side.rawValue, .caller: caller, .callee: callee, .interface: interface],
            start: start,
            counts: [.success: total - timed - failed, .exception: failed, .timeout: timed],
            durations: durations, exemplar: trace, slowest: p50 / 1000 * 9.4)
    }

    static let pairs: [(String, String, String, UInt64, Double, Double, Double)] = [
        ("gateway", "yidian/article", "GET /articles/{id}", 378_900, 0.0002, 0, 12),
        ("yidian/article", "yidian/author", "GET /authors/{id}", 358_200, 0, 0, 4),
        ("yidian/article", "yisheng/doctor", "GET /doctors:batch", 73_080, 0.009, 0.022, 48),
        ("yidian/feed", "yidian/article", "POST /articles:batch", 48_720, 0.0041, 0.001, 31),
        ("unknown", "yidian/search", "GET /search", 21_600, 0, 0.0004, 72),
        ("yidian/comment", "yidian/author", "GET /authors/{id}", 9_840, 0, 0, 5),
        ("yidian/article", "mysql.internal:3306", "SELECT articles", 4_410, 0, 0, 2.4),
    ]

    static var callLines: [CallLine] {
        var generator = SeededGenerator(seed: 11)
        return pairs.flatMap { pair in
            [CallSide.client, .server].compactMap { side -> CallLine? in
                if side == .client, pair.0 == "unknown" { return nil }
                if side == .server, pair.1.contains(":") { return nil }
                let isServer = side == .server
                let row = row(
                    side, pair.0, pair.1, pair.2, isServer ? pair.3 - pair.3 / 220 : pair.3,
                    exceptions: pair.4,
                    timeouts: isServer ? 0 : pair.5, p50: isServer ? pair.6 * 0.86 : pair.6)
                let counts = (0..<CallLine.steps).map { index in
                    Int(Double(pair.3) / 30 * (0.7 + Double(index % 12) / 24))
                        + Int(generator.next() % (pair.3 / 90 + 1))
                }
                let failures = counts.enumerated().map { index, count in
                    Int(Double(count) * (pair.4 + pair.5) * (index > 17 && index < 23 ? 6 : 0.4))
                }
                return CallLine(row, counts: counts, failures: failures)
            }
        }
    }

    static var range: TimeRange { TimeRange(from: now - .minutes(15), to: now) }

    static func calls(_ question: CallQuestion = CallQuestion()) -> CallsPage {
        CallsPage(
            question,
            .found(
                .init(
                    lines: CallLine.sorted(callLines, by: question), freshness: now - .seconds(1),
                    range: range)),
            choices: choices)
    }

    static func course(_ side: CallSide) -> CallCourse {
        let step = Period.seconds(15)
        let starts = CallLine.starts(range, step: step)
        let rows = starts.enumerated().map { index, start in
            let isBad = index > 34 && index < 44
            return row(
                side, "yidian/article", "yisheng/doctor", "GET /doctors:batch",
                UInt64(1200 + index * 37 % 160 - (side == .server && isBad ? 180 : 6)),
                exceptions: 0.009, timeouts: side == .client && isBad ? 0.12 : 0.002,
                p50: side == .client ? (isBad ? 130 : 48) : 41, start: start)
        }
        return CallCourse(rows, side: side, starts: starts, step: step)
    }

    static var pair: CallPairPage {
        var question = CallQuestion()
        (question.caller, question.callee) = ("yidian/article", "yisheng/doctor")
        let lines = callLines.filter { $0.row.key[.callee] == "yisheng/doctor" }
        return CallPairPage(
            question,
            .found(.init(lines: lines, client: course(.client), server: course(.server), range: range)),
            choices: choices)
    }

    static var service: CallServicePage {
        CallServicePage(
            CallQuestion(service: "yidian/article"),
            .found(
                .init(
                    callers: callLines.filter { $0.row.key[.callee] == "yidian/article" },
                    callees: callLines.filter { $0.row.key[.caller] == "yidian/article" },
                    course: course(.server), range: range)), choices: choices)
    }

    // Traces.

    static func span(
        _ id: UInt64, _ parent: UInt64?, _ service: String, _ name: String, _ start: Double,
        _ duration: Double,
        kind: SpanRecord.Kind = .server, isFailed: Bool = false, attributes: Attributes = [:]
    ) -> SpanEntry {
        let base = now - .seconds(90)
        func time(_ milliseconds: Double) -> Timestamp {
            Timestamp(nanoseconds: base.nanoseconds + Int64(milliseconds * 1e6))
        }
        var record = SpanRecord(
            traceID: trace, spanID: SpanID(id), parentSpanID: parent.map { SpanID($0) }, name: name,
            kind: kind,
            start: time(start), end: time(start + duration), attributes: attributes)
        if isFailed { record.status = .init(.error, message: "deadline exceeded") }
        return SpanEntry(
            source: source(service, "guangzhou", "\(service.split(separator: "/").last ?? "x")-1"),
            record: record)
    }

    static var spans: [SpanEntry] {
        var failed = span(
            8, 6, "yisheng/doctor", "GET /doctors:batch", 66, 201, isFailed: true,
            attributes: [
                "http.request.method": "GET", "http.route": "/doctors:batch",
                "http.response.status_code": 504,
                "url.query": "ids=18,77,203", "server.address": "yisheng-doctor.guangzhou",
            ])
        failed.record.events = [
            .init(
                time: failed.record.start + .milliseconds(198), name: "exception",
                attributes: [
                    "exception.type": "TimeoutError", "exception.message": "redis did not answer in 200 ms",
                    "exception.stacktrace": .string(
                        "Traceback (most recent call last):\n  File \"main.py\", line 88, in handle\n    doctors = await cache.mget(ids)\nTimeoutError: redis did not answer in 200 ms"
                    ),
                ])
        ]
        failed.record.links = [.init(traceID: TraceID(high: 1, low: 2), spanID: SpanID(3))]
        return [
            span(1, nil, "gateway/web", "GET /articles/{id}", 0, 284),
            span(2, 1, "yidian/article", "GET /articles/{id}", 6, 271),
            span(3, 2, "yidian/article", "SELECT articles", 9, 31, kind: .client),
            span(4, 2, "yidian/author", "GET /authors/{id}", 42, 18),
            span(6, 2, "yidian/article", "GET doctor", 62, 209, kind: .client, isFailed: true), failed,
            span(9, 8, "yisheng/doctor", "redis MGET", 68, 198, kind: .client, isFailed: true),
            // Its parent never came.
            span(10, 11, "yidian/comment", "SELECT comments", 66, 44, kind: .client),
        ]
    }

    static func tracePage(
        _ question: TraceQuestion? = nil, _ spans: [SpanEntry] = spans, lines: [LogEntry]? = nil
    )
        throws -> TraceTreePage
    {
        guard let tree = TraceTree(trace, spans) else { throw GantryError(.internal, "no spans") }
        let lines =
            lines
            ?? entries.filter { $0.record.traceID == trace && $0.record.severity >= .info }.prefix(6).map(
                \.self)
        return TraceTreePage(
            question ?? TraceQuestion(trace), .found(.init(tree: tree, lines: lines, hasMoreLines: false)))
    }

    /// A request that fans out and goes deep: ten thousand spans.
    static var hugeSpans: [SpanEntry] {
        var spans = [span(1, nil, "gateway/web", "POST /import", 0, 60_000)]
        for index in 2...10_000 {
            let parent: UInt64 =
                index < 4000 ? 1 : UInt64(index - 1) % 40 == 0 ? UInt64(index / 2) : UInt64(index - 1)
            spans.append(
                span(
                    UInt64(index), parent, "yidian/article",
                    "item \(index) of a long import with a long name",
                    Double(index) * 5.9, 5, kind: .internal, isFailed: index % 997 == 0))
        }
        return spans
    }

    static func traces(_ question: SpanQuestion = SpanQuestion()) -> TracesPage {
        let spans = (0..<120).map { index in
            var entry = Self.spans[index % Self.spans.count]
            let shift = Period.seconds(Int64(index * 7))
            (entry.record.start, entry.record.end) = (entry.record.start - shift, entry.record.end - shift)
            return entry
        }
        return TracesPage(
            question, .found(SpanPage(spans: spans, cost: QueryCost(records: 9000, took: .milliseconds(12)))),
            choices: choices)
    }
}
