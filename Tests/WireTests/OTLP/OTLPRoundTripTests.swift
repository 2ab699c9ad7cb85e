import GantryBase
import Testing
import Wire

/// Held against OpenTelemetry's own messages: its bytes must come out again byte by byte.
@Suite struct OTLPRoundTripTests {
    @Test(arguments: Fixture.canonical) func protobufComesBackByteByByte(name: String) throws {
        let body = try Fixture.bytes("\(name).pb")
        #expect(try Fixture.recode(name, body, as: .protobuf, to: .protobuf) == body)
    }

    @Test(arguments: Fixture.canonical) func jsonHoldsTheSameValuesAsProtobuf(name: String) throws {
        let json = try Fixture.bytes("\(name).json")
        #expect(try Fixture.recode(name, json, as: .json, to: .protobuf) == Fixture.bytes("\(name).pb"))
    }

    @Test(arguments: Fixture.canonical) func jsonIsWrittenAsOpenTelemetryWritesIt(name: String) throws {
        let written = try Fixture.recode(name, try Fixture.bytes("\(name).pb"), as: .protobuf, to: .json)
        // Resource and scope are written even when empty.
        let wanted = try JSON.parse(try Fixture.bytes("\(name).json"))
        #expect(normal(try JSON.parse(written)) == normal(wanted))
    }

    @Test func whatTheSDKSendsIsTheSameInBothForms() throws {
        let spans = try OTLP.decodeTraces(try Fixture.bytes("sdk-traces.pb")).batch
        #expect(try OTLP.decodeTraces(try Fixture.bytes("sdk-traces.json"), as: .json).batch == spans)
        #expect(spans.groups[0].resource.attributes["n"] == [1, 2])
        let inner = spans.groups[0].scopes[0].records[0]
        #expect((inner.name, inner.kind, inner.status.message) == ("inner", .client, "refused"))
        #expect(inner.parentSpanID == spans.groups[0].scopes[0].records[1].spanID)
        #expect(inner.traceID.description == "0123456789abcdef0011223344556677")
    }

    @Test func everyFieldOfASpanHasItsPlace() throws {
        let batch = try OTLP.decodeTraces(try Fixture.bytes("traces.pb")).batch
        #expect(batch.recordCount == 4)
        let group = try #require(batch.groups.first)
        #expect(group.resource.attributes.string("service.name") == "article")
        #expect(group.resource.droppedAttributes == 3)
        #expect(group.schemaURL == "https://example.com/resource")
        #expect(
            group.scopes[0].scope
                == SignalScope("lib", version: "1.2", attributes: ["a": "b"], droppedAttributes: 1))
        let span = group.scopes[0].records[0]
        #expect(span.traceID.description == "0102030405060708090a0b0c0d0e0f10")
        #expect(span.spanID.description == "a0a1a2a3a4a5a6a7")
        #expect(span.parentSpanID?.description == "ff00000000000001")
        #expect(span.traceState == "ot=th:8,vendor=x")
        #expect((span.name, span.kind) == ("GET /articles/{id}", .server))
        #expect(span.start.nanoseconds == 1_700_000_000_123_456_789)
        #expect(span.durationNanoseconds == 1_500_000)
        #expect(span.attributes["text"] == "中文 \"quoted\"\n😀")
        #expect(span.attributes["empty"] == "")
        #expect(span.attributes["min"] == .int(.min))
        #expect(span.attributes["whole"] == .double(1))
        #expect(span.attributes["nothing.inside"] == .map([:]))
        #expect(span.attributes["bytes"] == .bytes([0, 255, 16, 128]))
        #expect(span.attributes["list"] == ["a", 1, [true, .map(["deep": 0.5])]])
        #expect(span.events.count == 2)
        #expect(span.events[0].attributes == ["exception.type": "KeyError"])
        #expect(span.links[0].flags == 0x301)
        #expect(span.status == SpanRecord.Status(.error, message: "it broke"))
        #expect(
            (span.droppedAttributes, span.droppedEvents, span.droppedLinks, span.flags) == (7, 4, 6, 0x101))
        #expect(group.scopes[0].records[1].parentSpanID == nil)
    }

    @Test func everyFieldOfALogRecordHasItsPlace() throws {
        let batch = try OTLP.decodeLogs(try Fixture.bytes("logs.pb")).batch
        let records = batch.groups[0].scopes[0].records
        #expect(records[0].severity == .error)
        #expect(records[0].severityText == "ERROR")
        #expect(records[0].body == "upstream timed out")
        #expect(records[0].eventName == "upstream.timeout")
        #expect(records[0].traceID?.description == "0102030405060708090a0b0c0d0e0f10")
        #expect(records[0].observedTime.nanoseconds - records[0].time.nanoseconds == 1)
        #expect(records[1].body == .map(["structured": [1, "two", 3.0]]))
        #expect(records[1].time == .epoch)
        #expect(records[2].body == "")
    }

    @Test func everyKindOfMetricHasItsPlace() throws {
        let metrics = try OTLP.decodeMetrics(try Fixture.bytes("metrics.pb")).batch.groups[0].scopes[0]
            .records
        guard case .gauge(let gauge) = metrics[0].data,
            case .sum(let sum, .cumulative, true) = metrics[1].data,
            case .histogram(let histogram, .delta) = metrics[2].data,
            case .exponentialHistogram(let exponential, .delta) = metrics[3].data,
            case .summary(let summary) = metrics[4].data
        else {
            Issue.record("a metric is of another kind")
            return
        }
        #expect(metrics[0].metadata == ["source": "test"])
        #expect(gauge.map(\.value) == [.double(1.5), .int(.min), .int(0), .double(0), .none])
        #expect(gauge[0].header.exemplars[0].spanID?.description == "a0a1a2a3a4a5a6a7")
        #expect(sum[0].value == .int(42))
        #expect(histogram[0].bucketCounts == [1, 2, 3])
        #expect(histogram[0].bounds == [0.5, 1])
        #expect((histogram[0].min, histogram[0].max, histogram[1].sum) == (-2, 0, nil))
        #expect(exponential[0].scale == -3)
        #expect(exponential[0].positive == .init(offset: -7, counts: [1, 0, 300]))
        #expect(exponential[0].negative.counts == [1 << 63])
        #expect(summary[0].quantiles == [.init(0, 0.5), .init(0.99, 2)])
        #expect(metrics[5].data == .none)
    }

    @Test func valuesSurviveTheirCodableForm() throws {
        let traces = try OTLP.decodeTraces(try Fixture.bytes("traces.pb")).batch
        #expect(try JSON.decode(TraceBatch.self, from: try JSON.encode(traces)) == traces)
        let logs = try OTLP.decodeLogs(try Fixture.bytes("logs.pb")).batch
        #expect(try JSON.decode(LogBatch.self, from: try JSON.encode(logs)) == logs)
    }

    @Test func walkingInPlaceSeesWhatDecodingSees() throws {
        let body = try Fixture.bytes("traces.pb")
        var seen: [String] = []
        try body.withUnsafeBytes { bytes in
            try OTLP.forEachSpan(in: bytes) { (resource, scope, span) throws(ProtobufFault) in
                var line = "\(scope.name.string) \(span.spanID) \(span.name.string)"
                var attributes = span.attributes
                while let attribute = try attributes.next() { line += " " + attribute.name.string }
                var events = span.events
                while let event = try events.next() { line += " !" + event.name.string }
                var links = span.links
                while let link = try links.next() { line += " >\(link.spanID)" }
                #expect(span.attributes.count == (span.name == "root" ? 0 : 14))
                seen.append(line)
            }
        }
        #expect(seen.count == 4)
        #expect(
            seen[0] == "lib a0a1a2a3a4a5a6a7 GET /articles/{id} text empty yes no zero min max float whole "
                + "nothing.inside no.elements bytes list map !exception !bare >ff00000000000001")
        #expect(seen[1] == "lib ff00000000000001 root")
        let logs = try Fixture.bytes("logs.pb")
        var bodies = 0
        try logs.withUnsafeBytes { bytes in
            try OTLP.forEachLog(in: bytes) { _, _, log in
                if case .string(let text) = log.body, text == "upstream timed out" { bodies += 1 }
            }
        }
        #expect(bodies == 1)
    }

    @Test(arguments: OTLP.Signal.allCases, OTLP.Encoding.allCases)
    func aResponseComesBack(signal: OTLP.Signal, encoding: OTLP.Encoding) throws {
        let partial = OTLP.PartialSuccess(rejected: 12, message: "3 spans without ids")
        let body = OTLP.encodeResponse(partial, for: signal, as: encoding)
        #expect(try OTLP.decodeResponse(body, for: signal, as: encoding) == partial)
        let all = OTLP.encodeResponse(nil, for: signal, as: encoding)
        #expect(try OTLP.decodeResponse(all, for: signal, as: encoding) == nil)
    }
}
