/// The messages of OTLP with the names of their fields in JSON, only to say where in a body a fault lies: the readers
/// know no names, and walk again with these when something is wrong.
enum OTLPMessage {
    case traces, logs, metrics, response, partialSuccess
    case resourceSpans, resourceLogs, resourceMetrics, scopeSpans, scopeLogs, scopeMetrics, resource, scope
    case span, event, link, status, log
    case metric, numbers, histograms, exponentialHistograms, summaries
    case number, histogram, exponentialHistogram, buckets, summary, quantile, exemplar
    case attribute, value, array, map

    /// Fields by number from 1; an empty name is a number that is not used.
    var fields: [Field] {
        switch self {
        case .traces: [Field("resourceSpans[]", .resourceSpans)]
        case .logs: [Field("resourceLogs[]", .resourceLogs)]
        case .metrics: [Field("resourceMetrics[]", .resourceMetrics)]
        case .response: [Field("partialSuccess", .partialSuccess)]
        case .partialSuccess: ["rejected", "errorMessage"]
        case .resourceSpans: [Field("resource", .resource), Field("scopeSpans[]", .scopeSpans), "schemaUrl"]
        case .resourceLogs: [Field("resource", .resource), Field("scopeLogs[]", .scopeLogs), "schemaUrl"]
        case .resourceMetrics:
            [Field("resource", .resource), Field("scopeMetrics[]", .scopeMetrics), "schemaUrl"]
        case .scopeSpans: [Field("scope", .scope), Field("spans[]", .span), "schemaUrl"]
        case .scopeLogs: [Field("scope", .scope), Field("logRecords[]", .log), "schemaUrl"]
        case .scopeMetrics: [Field("scope", .scope), Field("metrics[]", .metric), "schemaUrl"]
        case .resource: [.attributes, "droppedAttributesCount"]
        case .scope: ["name", "version", .attributes, "droppedAttributesCount"]
        case .attribute: ["key", Field("value", .value)]
        case .value:
            [
                "stringValue", "boolValue", "intValue", "doubleValue", Field("arrayValue", .array),
                Field("kvlistValue", .map), "bytesValue",
            ]
        case .array: [Field("values[]", .value)]
        case .map: [Field("values[]", .attribute)]
        case .span, .event, .link, .status, .log: recordFields
        default: metricFields
        }
    }

    private var recordFields: [Field] {
        switch self {
        case .span:
            [
                "traceId", "spanId", "traceState", "parentSpanId", "name", "kind", "startTimeUnixNano",
                "endTimeUnixNano", .attributes, "droppedAttributesCount", Field("events[]", .event),
                "droppedEventsCount", Field("links[]", .link), "droppedLinksCount",
                Field("status", .status), "flags",
            ]
        case .event: ["timeUnixNano", "name", .attributes, "droppedAttributesCount"]
        case .link: ["traceId", "spanId", "traceState", .attributes, "droppedAttributesCount", "flags"]
        case .status: ["", "message", "code"]
        default:
            [
                "timeUnixNano", "severityNumber", "severityText", "", Field("body", .value), .attributes,
                "droppedAttributesCount", "flags", "traceId", "spanId", "observedTimeUnixNano", "eventName",
            ]
        }
    }

    private var metricFields: [Field] {
        switch self {
        case .metric:
            [
                "name", "description", "unit", "", Field("gauge", .numbers), "", Field("sum", .numbers), "",
                Field("histogram", .histograms), Field("exponentialHistogram", .exponentialHistograms),
                Field("summary", .summaries), Field("metadata[]", .attribute),
            ]
        case .numbers: [Field("dataPoints[]", .number), "aggregationTemporality", "isMonotonic"]
        case .histograms: [Field("dataPoints[]", .histogram), "aggregationTemporality"]
        case .exponentialHistograms:
            [Field("dataPoints[]", .exponentialHistogram), "aggregationTemporality"]
        case .summaries: [Field("dataPoints[]", .summary)]
        case .number:
            ["", "startTimeUnixNano", "timeUnixNano", "asDouble", .exemplars, "asInt", .attributes, "flags"]
        case .histogram:
            [
                "", "startTimeUnixNano", "timeUnixNano", "count", "sum", "bucketCounts", "explicitBounds",
                .exemplars, .attributes, "flags", "min", "max",
            ]
        case .exponentialHistogram:
            [
                .attributes, "startTimeUnixNano", "timeUnixNano", "count", "sum", "scale", "zeroCount",
                Field("positive", .buckets), Field("negative", .buckets), "flags", .exemplars, "min", "max",
                "zeroThreshold",
            ]
        case .buckets: ["offset", "bucketCounts"]
        case .summary:
            [
                "", "startTimeUnixNano", "timeUnixNano", "count", "sum",
                Field("quantileValues[]", .quantile), .attributes, "flags",
            ]
        case .quantile: ["quantile", "value"]
        default:
            [
                "", "timeUnixNano", "asDouble", "spanId", "traceId", "asInt",
                Field("filteredAttributes[]", .attribute),
            ]
        }
    }

    struct Field: ExpressibleByStringLiteral {
        var name: String
        var isList: Bool
        var message: OTLPMessage?

        init(_ name: String, _ message: OTLPMessage? = nil) {
            isList = name.hasSuffix("[]")
            self.name = isList ? String(name.dropLast(2)) : name
            self.message = message
        }

        init(stringLiteral name: String) { self.init(name) }

        static let attributes = Field("attributes[]", .attribute)
        static let exemplars = Field("exemplars[]", .exemplar)
    }
}
