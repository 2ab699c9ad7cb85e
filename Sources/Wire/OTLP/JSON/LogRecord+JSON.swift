extension LogRecord {
    static func read(_ object: OTLPObject, _ tally: inout OTLPJSONTally) throws(OTLPError) -> LogRecord? {
        LogRecord(
            time: try object.time("timeUnixNano"), observedTime: try object.time("observedTimeUnixNano"),
            severity: Severity(rawValue: try object.integer("severityNumber")),
            severityText: try object.text("severityText"), eventName: try object.text("eventName"),
            body: try object.object("body") { (body) throws(OTLPError) in
                try AttributeValue(json: body, depth: 0)
            } ?? .empty,
            attributes: try Attributes(json: object, "attributes"),
            droppedAttributes: try object.integer("droppedAttributesCount"),
            flags: try object.integer("flags"), traceID: try object.traceID("traceId"),
            spanID: try object.spanID("spanId"))
    }

    var json: JSONValue {
        OTLPJSONBuilder.object { json in
            json.time("timeUnixNano", time)
            json.time("observedTimeUnixNano", observedTime)
            json.int32("severityNumber", severity.rawValue)
            json.text("severityText", severityText)
            if body != .empty { json.value("body", body.json) }
            json.list("attributes", attributes.json)
            json.uint32("droppedAttributesCount", droppedAttributes)
            json.uint32("flags", flags)
            json.id("traceId", traceID)
            json.id("spanId", spanID)
            json.text("eventName", eventName)
        }
    }
}
