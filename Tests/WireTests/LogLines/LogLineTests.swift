import GantryBase
import Testing
import Wire

@Suite struct LogLineTests {
    static func record(_ line: String, _ format: LogFormat = LogFormat()) -> LogRecord {
        var line = line
        return line.withUTF8 { format.record(UnsafeRawBufferPointer($0), observed: Timestamp(seconds: 7)) }
    }

    struct Line: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var time: String
        var severity: Severity
        var word: String
        var body: String
        var attributes: [String]
        init(
            _ logger: String, _ text: String, _ time: String, _ severity: Severity, _ word: String,
            _ body: String, _ attributes: [String]
        ) {
            (testDescription, self.text, self.time, self.severity) = (logger, text, time, severity)
            (self.word, self.body, self.attributes) = (word, body, attributes)
        }
    }

    static let lines: [Line] = [
        Line(
            "pino", #"{"level":30,"time":1715000889123,"pid":7,"hostname":"a","msg":"ready"}"#,
            "2024-05-06T13:08:09.123Z", .info, "info", "ready", ["pid", "hostname"]),
        Line(
            "zap", #"{"level":"warn","ts":1715000889.123456,"caller":"a/b.go:3","msg":"slow","took":0.5}"#,
            "2024-05-06T13:08:09.123456Z", .warn, "warn", "slow", ["caller", "took"]),
        Line(
            "logrus", #"{"level":"error","msg":"no","time":"2024-05-06T21:08:09+08:00","err":{"code":5}}"#,
            "2024-05-06T13:08:09Z", .error, "error", "no", ["err"]),
        Line(
            "slog", #"{"time":"2024-05-06T13:08:09.123456789Z","level":"INFO+2","msg":"hi","msg":"twice"}"#,
            "2024-05-06T13:08:09.123456789Z", Severity(rawValue: 11), "INFO+2", "hi", ["msg"]),
        Line(
            "logback",
            #"{"@timestamp":"2024-05-06T21:08:09.123+0800","@version":"1","message":"中文","level":"ERROR"}"#,
            "2024-05-06T13:08:09.123Z", .error, "ERROR", "中文", ["@version"]),
        Line(
            "python-json-logger",
            #"{"asctime": "2024-05-06 13:08:09,123", "levelname": "CRITICAL", "name": "x", "message": "m"}"#,
            "", .fatal, "CRITICAL", "m", ["asctime", "name"]),
        Line(
            "Serilog", #"{"@t":"2024-05-06T13:08:09Z","@m":"done","@l":"Warning","Id":3}"#,
            "2024-05-06T13:08:09Z", .warn, "Warning", "done", ["Id"]),
        Line(
            "bunyan", #"{"name":"a","level":50,"msg":"","time":"2024-05-06T13:08:09Z","v":0}"#,
            "2024-05-06T13:08:09Z", .error, "error", "", ["name", "v"]),
        Line(
            "wrong kinds", #"{"time":{"a":1},"level":[2],"msg":{"k":1},"trace_id":"x","message":null}"#,
            "", .unspecified, "", #"{"k":1}"#, ["time", "level", "trace_id", "message"]),
        Line(
            "logfmt", #"time="2024-05-06T13:08:09Z" level=warning msg="a \"b\"" user=7 retry"#,
            "2024-05-06T13:08:09Z", .warn, "warning", #"a "b""#, ["user", "retry"]),
        Line("prose with =", "a=b and c", "", .unspecified, "", "a=b and c", []),
        Line(
            "prose", "Something happened: INFO is a word", "", .info, "INFO",
            "Something happened: INFO is a word", []),
        Line(
            "plain", "2024-05-06T13:08:09Z [main] ERROR com.example.App - broke", "2024-05-06T13:08:09Z",
            .error, "ERROR", "2024-05-06T13:08:09Z [main] ERROR com.example.App - broke", []),
        Line("brackets", "[warn] careful", "", .warn, "warn", "[warn] careful", []),
        Line(
            "half JSON", #"{"level":"info","msg":"cu"#, "", .unspecified, "", #"{"level":"info","msg":"cu"#,
            []),
        Line("nothing", "", "", .unspecified, "", "", []),
    ]

    @Test(arguments: lines) func aLineOfAKnownLoggerIsUnderstood(line: Line) {
        let record = Self.record(line.text)
        #expect(record.time == (line.time.isEmpty ? .epoch : Timestamp(line.time)))
        #expect(record.observedTime == Timestamp(seconds: 7))
        #expect(record.severity == line.severity)
        #expect(record.severityText == line.word)
        #expect(record.body.text == line.body)
        #expect(record.attributes.map(\.name) == line.attributes)
    }

    @Test(arguments: [
        ("trace_id", "span_id"), ("traceId", "spanId"), ("traceID", "spanID"), ("trace.id", "span.id"),
        ("otelTraceID", "otelSpanID"),
    ]) func traceAndSpanAreFound(trace: String, span: String) {
        let record = Self.record(
            #"{"msg":"m","\#(trace)":"0AF7651916cd43dd8448eb211c80319c","\#(span)":"b7ad6b7169203331","trace_flags":"01"}"#
        )
        #expect(record.traceID?.description == "0af7651916cd43dd8448eb211c80319c")
        #expect(record.spanID?.description == "b7ad6b7169203331")
        #expect(record.flags == 1)
        #expect(record.attributes.isEmpty)
        #expect(Self.record(#"{"trace_id":"b7ad6b7169203331"}"#).traceID?.low == 0xb7ad_6b71_6920_3331)
        #expect(Self.record(#"{"trace_id":"00000000000000000000000000000000"}"#).traceID == nil)
    }

    @Test(arguments: [
        ("1715000889", "2024-05-06T13:08:09Z"), ("\"1715000889\"", "2024-05-06T13:08:09Z"),
        ("1715000889123", "2024-05-06T13:08:09.123Z"), ("1715000889123456", "2024-05-06T13:08:09.123456Z"),
        ("1715000889123456789", "2024-05-06T13:08:09.123456789Z"),
        ("1.715000889123e9", "2024-05-06T13:08:09.123Z"),
        ("\"1715000889.5\"", "2024-05-06T13:08:09.500Z"), ("1715000889123.25", "2024-05-06T13:08:09.123250Z"),
        ("\"2024-05-06T13:08:09.123456789999Z\"", "2024-05-06T13:08:09.123456789Z"),
        ("\"2024/05/06 21:08:09 +0800\"", "2024-05-06T13:08:09Z"),
        ("\"2024-05-06t08:08:09-05\"", "2024-05-06T13:08:09Z"),
        ("\"2024-02-29T00:00:00Z\"", "2024-02-29T00:00:00Z"),
        ("\"2023-02-29T00:00:00Z\"", ""), ("\"2024-13-01T00:00:00Z\"", ""), ("\"2024-05-06\"", ""),
        ("\"yesterday\"", ""), ("5", ""), ("-1", ""), ("1e300", ""), ("true", ""),
        ("\"2024-05-06T13:08:09Zulu\"", ""),
    ]) func timesAreReadInTheirForms(json: String, time: String) {
        let record = Self.record(#"{"msg":"m","time":\#(json)}"#)
        #expect(record.time == (time.isEmpty ? .epoch : Timestamp(time)))
        #expect(record.attributes.isEmpty == !time.isEmpty)
    }

    @Test func aTimeWithoutZoneCountsWhereTheZoneIsKnown() {
        let line = "2024-05-06 21:08:09,123 -10 items"
        #expect(Self.record(line).time == .epoch)
        let china = LogFormat(.plain, zoneOffsetSeconds: 8 * 3600)
        #expect(Self.record(line, china).time == Timestamp("2024-05-06T13:08:09.123Z"))
        #expect(Self.record("[2024-05-06 21:08:09] x", china).time == Timestamp("2024-05-06T13:08:09Z"))
        #expect(Self.record(#"{"a":1}"#, china).body == .string(#"{"a":1}"#))
    }

    @Test func whatALineBecomesCanBeSent() throws {
        let deep = String(repeating: "[", count: 60) + String(repeating: "]", count: 60)
        let record = Self.record(#"{"msg":"m","deep":\#(deep),"no":\#(deep)}"#)
        let batch = LogBatch([record], from: SignalResource())
        #expect(try OTLP.decodeLogs(OTLP.encode(batch)).batch == batch)
        #expect(try OTLP.decodeLogs(OTLP.encode(batch, as: .json), as: .json).batch == batch)
    }

    @Test func damagedLinesNeverCrash() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            for line in Self.lines {
                let damaged = OTLPFuzzTests.damage(Array(line.text.utf8), &random)
                for syntax in LogFormat.Syntax.allCases {
                    let record = damaged.withUnsafeBytes {
                        LogFormat(syntax).record($0, observed: .epoch)
                    }
                    #expect((0...24).contains(record.severity.rawValue), "seed \(seed)")
                }
            }
        }
    }

    @Test func linesAreTheSameHoweverTheyAreCutIntoChunks() {
        let text = "one\n\ntwo\r\n三 and more\n" + String(repeating: "x", count: 25) + "\r\nlast"
        let wanted = ["one", "", "two", "三 and more", "xxxxxxxxxxxxxxxxxxxx+6", "last"]
        for size in 1...60 {
            var splitter = LineSplitter(longestLine: 20)
            var lines: [String] = []
            func take(_ line: LineSplitter.Line) {
                lines.append(
                    String(decoding: line.bytes, as: UTF8.self) + (line.cut > 0 ? "+\(line.cut)" : ""))
            }
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { splitter.push($0, take) }
                #expect(splitter.heldBytes <= 20)
            }
            splitter.finish(take)
            splitter.finish(take)
            #expect(lines == wanted, "chunks of \(size)")
            #expect(splitter.cutLines == 1)
        }
    }

    @Test(arguments: [
        ("plain 中文 😀\t", "plain 中文 😀\t"), ("a\nb\r", "a\\nb\\r"), ("\u{1B}[2J", "\\x1B[2J"),
        ("\u{7}\u{0}\u{7F}", "\\x07\\x00\\x7F"), ("\u{9B}31m", "\\x9B31m"), ("a\u{202E}b", "a\\u{202E}b"),
        ("e\u{301}", "e\u{301}"), ("\r\n", "\\r\\n"),
    ]) func whatATerminalWouldObeyIsShown(text: String, safe: String) {
        #expect(TerminalText.safe(text) == safe)
        #expect(TerminalText.safe("x\ny", keepsLines: true) == "x\ny")
    }
}
