extension PointHeader {
    init(json object: OTLPObject) throws(OTLPError) {
        self.init(
            attributes: try Attributes(json: object, "attributes"),
            start: try object.time("startTimeUnixNano"), time: try object.time("timeUnixNano"),
            flags: try object.integer("flags"),
            exemplars: try object.objects("exemplars", Exemplar.init(json:)))
    }

    func write(to json: inout OTLPJSONBuilder) {
        json.list("attributes", attributes.json)
        json.time("startTimeUnixNano", start)
        json.time("timeUnixNano", time)
        json.uint32("flags", flags)
        json.list("exemplars", exemplars.map(\.json))
    }
}

extension MetricNumber {
    init(json object: OTLPObject) throws(OTLPError) {
        if object["asInt"] != nil {
            self = .int(try object.integer("asInt"))
        } else if let number = try object.double("asDouble") {
            self = .double(number)
        } else {
            self = .none
        }
    }

    func write(to json: inout OTLPJSONBuilder) {
        switch self {
        case .none: return
        case .int(let value): json.value("asInt", .string(String(value)))
        case .double(let value): json.double("asDouble", value)
        }
    }
}

extension Exemplar {
    init(json object: OTLPObject) throws(OTLPError) {
        self.init(
            time: try object.time("timeUnixNano"), value: try MetricNumber(json: object),
            traceID: try object.traceID("traceId"), spanID: try object.spanID("spanId"),
            attributes: try Attributes(json: object, "filteredAttributes"))
    }

    var json: JSONValue {
        OTLPJSONBuilder.object { json in
            json.list("filteredAttributes", attributes.json)
            json.time("timeUnixNano", time)
            value.write(to: &json)
            json.id("spanId", spanID)
            json.id("traceId", traceID)
        }
    }
}

extension NumberPoint {
    init(json object: OTLPObject) throws(OTLPError) {
        self.init(try PointHeader(json: object), value: try MetricNumber(json: object))
    }

    var json: JSONValue {
        OTLPJSONBuilder.object { json in
            header.write(to: &json)
            value.write(to: &json)
        }
    }
}

extension SummaryPoint {
    init(json object: OTLPObject) throws(OTLPError) {
        self.init(try PointHeader(json: object))
        count = try object.integer("count")
        sum = try object.double("sum") ?? 0
        quantiles = try object.objects("quantileValues") { (entry) throws(OTLPError) in
            Quantile(try entry.double("quantile") ?? 0, try entry.double("value") ?? 0)
        }
    }

    var json: JSONValue {
        OTLPJSONBuilder.object { json in
            header.write(to: &json)
            json.uint64("count", count)
            if sum != 0 { json.double("sum", sum) }
            json.list(
                "quantileValues",
                quantiles.map { quantile in
                    OTLPJSONBuilder.object { json in
                        if quantile.quantile != 0 { json.double("quantile", quantile.quantile) }
                        if quantile.value != 0 { json.double("value", quantile.value) }
                    }
                })
        }
    }
}
