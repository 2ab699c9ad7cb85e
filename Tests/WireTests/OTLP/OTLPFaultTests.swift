import GantryBase
import Testing
import Wire

/// Bodies that are wrong: each is refused with its kind, offset and path, and none crashes.
@Suite struct OTLPFaultTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var record: [UInt8]
        var kind: OTLPError.Kind
        var path: String
        init(_ name: String, _ record: [UInt8], _ kind: OTLPError.Kind, _ path: String) {
            (testDescription, self.record, self.kind, self.path) = (name, record, kind, path)
        }
    }

    static let span = "resourceSpans[0].scopeSpans[0].spans[0]"
    static let ids = Bytes.traceID + Bytes.spanID
    static let faults: [Fault] = [
        Fault("id of 15 bytes", Bytes.field(1, Array(1...15)), .wrongIDLength, span + ".traceId"),
        Fault("id of 17 bytes", Bytes.field(1, Array(1...17)), .wrongIDLength, span + ".traceId"),
        Fault("parent of 1 byte", Bytes.spanID + Bytes.field(4, [1]), .wrongIDLength, span + ".parentSpanId"),
        Fault("name as varint", [5 << 3, 1], .wrongType, span + ".name"),
        Fault("kind as text", Bytes.field(6, [1]), .wrongType, span + ".kind"),
        Fault("start as varint", [7 << 3, 1], .wrongType, span + ".startTimeUnixNano"),
        Fault("flags as fixed64", [0x81, 1] + [UInt8](repeating: 0, count: 8), .wrongType, span + ".flags"),
        Fault("status as fixed32", [15 << 3 | 5, 0, 0, 0, 0], .wrongType, span + ".status"),
        Fault("field number 0", [0, 0], .invalidField, span),
        Fault("wire type 6", [1 << 3 | 6], .invalidField, span),
        Fault("wire type 7", [1 << 3 | 7], .invalidField, span),
        Fault("end of a group that never began", [20 << 3 | 4 | 0x80, 1], .invalidField, span),
        Fault(
            "varint of 11 bytes", [6 << 3] + [UInt8](repeating: 0xFF, count: 10) + [1], .overlongVarint,
            span + ".kind"),
        Fault(
            "varint beyond 64 bits", [6 << 3] + [UInt8](repeating: 0xFF, count: 9) + [2], .overlongVarint,
            span + ".kind"),
        Fault("length beyond the span", [5 << 3 | 2, 100, 65], .truncated, span + ".name"),
        Fault(
            "length of 2^63", [5 << 3 | 2] + Bytes.varint(1 << 63), .truncated, span + ".name"),
        Fault(
            "fault in the second attribute",
            ids + Bytes.field(9, Bytes.field(1, [65]))
                + Bytes.field(9, Bytes.field(2, [3 << 3 | 5, 0, 0, 0, 0])),
            .wrongType, span + ".attributes[1].value.intValue"),
        Fault(
            "fault in an event's attribute",
            ids + Bytes.field(11, Bytes.field(3, Bytes.field(1, [])) + [3 << 3, 1]),
            .wrongType, span + ".events[0].attributes[1]"),
    ]

    @Test(arguments: faults) func aFaultIsToldWithKindOffsetAndPath(fault: Fault) throws {
        let body = Bytes.request(fault.record)
        let error = #expect(throws: OTLPError.self) { try OTLP.decodeTraces(body) }
        #expect(error?.kind == fault.kind)
        #expect(error?.path == fault.path)
        let offset = try #require(error?.offset)
        #expect((6...body.count).contains(offset))
    }

    @Test(arguments: Fixture.signals) func aBodyCutAnywhereIsRefusedOrShorter(name: String) throws {
        let body = try Fixture.bytes("\(name).pb")
        var refused = 0
        for length in 0..<body.count {
            do throws(OTLPError) {
                let again = try Fixture.recode(name, Array(body[..<length]), as: .protobuf, to: .protobuf)
                // Only where a whole resource group ends is a shorter body right.
                #expect(again == Array(body[..<length]))
            } catch {
                #expect(error.kind == .truncated)
                refused += 1
            }
        }
        #expect(refused >= body.count - 3)
    }

    @Test(arguments: Fixture.signals) func jsonCutAnywhereIsRefused(name: String) throws {
        let body = try Fixture.bytes("\(name).json")
        // The last byte is the line's end.
        for length in 0..<body.count - 1 {
            #expect(throws: OTLPError.self) {
                try Fixture.recode(name, Array(body[..<length]), as: .json, to: .json)
            }
        }
    }

    @Test func spansWithoutIDsAreLeftOutAndCounted() throws {
        let good = Bytes.field(2, Bytes.traceID + Bytes.spanID)
        let bad = [Bytes.spanID, Bytes.traceID, Bytes.field(1, []) + Bytes.spanID, []]
            .flatMap { Bytes.field(2, $0) }
        let zero = Bytes.field(2, Bytes.field(1, [UInt8](repeating: 0, count: 16)) + Bytes.spanID)
        let decoded = try OTLP.decodeTraces(Bytes.field(1, Bytes.field(2, good + bad + zero + good)))
        #expect(decoded.batch.recordCount == 2)
        #expect(decoded.rejected == 5)
        #expect(decoded.firstRejection?.kind == .missingID)
        #expect(decoded.firstRejection?.path == "resourceSpans[0].scopeSpans[0].spans[1]")
        let json = #"{"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":"0102030405060708"},{}]}]}]}"#
        #expect(try OTLP.decodeTraces(Array(json.utf8), as: .json).rejected == 2)
    }

    @Test func unknownFieldsOfEveryKindAreSkipped() throws {
        let unknown: [UInt8] =
            Bytes.varint(100 << 3) + [5] + Bytes.varint(101 << 3 | 1) + [1, 2, 3, 4, 5, 6, 7, 8]
            + Bytes.field(102, [1, 2, 3]) + Bytes.varint(103 << 3 | 5) + [1, 2, 3, 4]
            + Bytes.varint(104 << 3 | 3) + [1 << 3, 1] + Bytes.varint(105 << 3 | 3)
            + Bytes.varint(105 << 3 | 4) + Bytes.varint(104 << 3 | 4)
        let body = Bytes.request(unknown + Bytes.traceID + unknown + Bytes.spanID + unknown) + unknown
        let batch = try OTLP.decodeTraces(body).batch
        #expect(batch.groups[0].scopes[0].records[0].spanID == SpanID(0x0102_0304_0506_0708))
        let json = #"{"x":[1],"resourceSpans":[{"y":{},"scopeSpans":null,"resource":{"z":1}}]}"#
        #expect(try OTLP.decodeTraces(Array(json.utf8), as: .json).batch.groups.count == 1)
    }

    @Test func textThatIsNotUTF8IsRepairedAndCounted() throws {
        let record = Bytes.traceID + Bytes.spanID + Bytes.field(5, [0x61, 0xFF, 0x62])
        let decoded = try OTLP.decodeTraces(Bytes.request(record))
        #expect(decoded.batch.groups[0].scopes[0].records[0].name == "a\u{FFFD}b")
        #expect(decoded.repairedTexts == 1)
    }

    @Test func nestingHasALimitInBothForms() throws {
        func body(_ depth: Int) -> LogBatch {
            var value: AttributeValue = 1
            for level in 0..<depth { value = level % 2 == 0 ? [value] : .map(["k": value]) }
            return LogBatch([LogRecord(body: value, attributes: ["a": value])], from: SignalResource())
        }
        for encoding in OTLP.Encoding.allCases {
            let deepest = body(OTLP.deepestValue)
            #expect(try OTLP.decodeLogs(OTLP.encode(deepest, as: encoding), as: encoding).batch == deepest)
            let error = #expect(throws: OTLPError.self) {
                try OTLP.decodeLogs(OTLP.encode(body(OTLP.deepestValue + 1), as: encoding), as: encoding)
            }
            #expect(error?.kind == .tooDeep)
            #expect(error?.path.hasPrefix("resourceLogs[0].scopeLogs[0].logRecords[0]") == true)
        }
        // Thousands of levels cost no stack.
        var deep: [UInt8] = []
        for _ in 0..<2000 { deep = Bytes.field(5, Bytes.field(1, deep)) }
        let error = #expect(throws: OTLPError.self) {
            try OTLP.decodeLogs(Bytes.request(Bytes.field(5, deep)))
        }
        #expect(error?.kind == .tooDeep)
    }

    @Test func recordsAndElementsHaveALimit() throws {
        let empty = [UInt8](repeating: 0, count: 0)
        var records: [UInt8] = []
        for _ in 0...OTLP.mostRecords { records += Bytes.field(2, empty) }
        let many = #expect(throws: OTLPError.self) {
            try OTLP.decodeLogs(Bytes.field(1, Bytes.field(2, records)))
        }
        #expect(many?.kind == .tooMany)
        let buckets = Bytes.field(2, [UInt8](repeating: 1, count: OTLP.mostElements + 1))
        let metric = Bytes.field(10, Bytes.field(1, Bytes.field(8, buckets)))
        #expect(throws: OTLPError.self) { try OTLP.decodeMetrics(Bytes.request(metric)) }
        let ones = "{\"resourceLogs\":[" + String(repeating: "1,", count: OTLP.mostJSONValues) + "1]}"
        let values = #expect(throws: OTLPError.self) { try OTLP.decodeLogs(Array(ones.utf8), as: .json) }
        #expect(values?.kind == .tooMany)
        let large = #expect(throws: OTLPError.self) {
            try OTLP.decodeLogs([UInt8](repeating: 0, count: OTLP.largestBody + 1))
        }
        #expect(large?.kind == .tooLarge)
    }

    @Test(arguments: [
        (#"{"resourceSpans":1}"#, "resourceSpans", OTLPError.Kind.wrongType),
        (#"{"resourceSpans":[3]}"#, "resourceSpans[0]", .wrongType),
        (
            #"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"xyz"}]}]}]}"#,
            "resourceSpans[0].scopeSpans[0].spans[0].traceId", .wrongIDLength
        ),
        (
            #"{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"-1"}]}]}]}"#,
            "resourceSpans[0].scopeSpans[0].spans[0].startTimeUnixNano", .wrongType
        ),
        (
            #"{"resourceSpans":[{"resource":{"attributes":[{"key":"a","value":{"bytesValue":"!"}}]}}]}"#,
            "resourceSpans[0].resource.attributes[0].value.bytesValue", .wrongType
        ),
        ("[]", "", .wrongType), ("{", "", .invalidJSON),
    ]) func jsonFaultsNameTheirPlace(body: String, path: String, kind: OTLPError.Kind) {
        let error = #expect(throws: OTLPError.self) { try OTLP.decodeTraces(Array(body.utf8), as: .json) }
        #expect(error?.path == path)
        #expect(error?.kind == kind)
    }

    @Test func integersAreTakenAsTextAndAsNumbers() throws {
        let body = """
            {"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":17,"observedTimeUnixNano":"18",
            "severityNumber":9,"flags":"1","body":{"intValue":5},"traceId":"0102030405060708090A0b0c0d0e0f10",
            "attributes":[{"key":"a","value":{"doubleValue":"NaN"}},{"key":"b","value":{"doubleValue":3}}]}]}]}]}
            """
        let log = try OTLP.decodeLogs(Array(body.utf8), as: .json).batch.groups[0].scopes[0].records[0]
        #expect((log.time.nanoseconds, log.observedTime.nanoseconds, log.flags) == (17, 18, 1))
        #expect(log.body == 5)
        #expect(log.traceID?.description == "0102030405060708090a0b0c0d0e0f10")
        guard case .double(let number) = log.attributes["a"] else { throw OTLPTestError() }
        #expect(number.isNaN)
        #expect(log.attributes["b"] == .double(3))
    }

    struct OTLPTestError: Error {}
}
