extension SpanRecord {
    static func read(
        _ object: OTLPObject, _ tally: inout OTLPJSONTally
    ) throws(OTLPError) -> SpanRecord? {
        let traceID = try object.traceID("traceId")
        let spanID = try object.spanID("spanId")
        var span = SpanRecord(
            traceID: traceID ?? TraceID(high: 0, low: 0), spanID: spanID ?? SpanID(0),
            parentSpanID: try object.spanID("parentSpanId"), name: try object.text("name"),
            kind: Kind(rawValue: try object.integer("kind")) ?? .unspecified,
            start: try object.time("startTimeUnixNano"), end: try object.time("endTimeUnixNano"),
            attributes: try Attributes(json: object, "attributes"))
        span.traceState = try object.text("traceState")
        span.flags = try object.integer("flags")
        span.droppedAttributes = try object.integer("droppedAttributesCount")
        span.events = try object.objects("events", Event.init(json:))
        span.droppedEvents = try object.integer("droppedEventsCount")
        span.links = try object.objects("links", Link.init(json:))
        span.droppedLinks = try object.integer("droppedLinksCount")
        span.status = try object.object("status", Status.init(json:)) ?? Status()
        guard traceID != nil, spanID != nil else {
            tally.reject(.missingID)
            return nil
        }
        return span
    }

    var json: JSONValue {
        OTLPJSONBuilder.object { json in
            json.id("traceId", traceID)
            json.id("spanId", spanID)
            json.text("traceState", traceState)
            json.id("parentSpanId", parentSpanID)
            json.text("name", name)
            json.int32("kind", kind.rawValue)
            json.time("startTimeUnixNano", start)
            json.time("endTimeUnixNano", end)
            json.list("attributes", attributes.json)
            json.uint32("droppedAttributesCount", droppedAttributes)
            json.list("events", events.map(\.json))
            json.uint32("droppedEventsCount", droppedEvents)
            json.list("links", links.map(\.json))
            json.uint32("droppedLinksCount", droppedLinks)
            if status != Status() { json.value("status", status.json) }
            json.uint32("flags", flags)
        }
    }
}

extension SpanRecord.Status {
    fileprivate init(json object: OTLPObject) throws(OTLPError) {
        self.init(
            Code(rawValue: try object.integer("code")) ?? .unset, message: try object.text("message"))
    }

    fileprivate var json: JSONValue {
        OTLPJSONBuilder.object { json in
            json.text("message", message)
            json.int32("code", code.rawValue)
        }
    }
}

extension SpanRecord.Event {
    fileprivate init(json object: OTLPObject) throws(OTLPError) {
        self.init(
            time: try object.time("timeUnixNano"), name: try object.text("name"),
            attributes: try Attributes(json: object, "attributes"),
            droppedAttributes: try object.integer("droppedAttributesCount"))
    }

    fileprivate var json: JSONValue {
        OTLPJSONBuilder.object { json in
            json.time("timeUnixNano", time)
            json.text("name", name)
            json.list("attributes", attributes.json)
            json.uint32("droppedAttributesCount", droppedAttributes)
        }
    }
}

extension SpanRecord.Link {
    fileprivate init(json object: OTLPObject) throws(OTLPError) {
        self.init(
            traceID: try object.traceID("traceId") ?? TraceID(high: 0, low: 0),
            spanID: try object.spanID("spanId") ?? SpanID(0))
        traceState = try object.text("traceState")
        attributes = try Attributes(json: object, "attributes")
        droppedAttributes = try object.integer("droppedAttributesCount")
        flags = try object.integer("flags")
    }

    fileprivate var json: JSONValue {
        OTLPJSONBuilder.object { json in
            json.id("traceId", traceID)
            json.id("spanId", spanID)
            json.text("traceState", traceState)
            json.list("attributes", attributes.json)
            json.uint32("droppedAttributesCount", droppedAttributes)
            json.uint32("flags", flags)
        }
    }
}
