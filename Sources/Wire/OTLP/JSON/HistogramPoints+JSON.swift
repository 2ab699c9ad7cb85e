extension HistogramPoint {
    init(json object: OTLPObject) throws(OTLPError) {
        self.init(try PointHeader(json: object))
        count = try object.integer("count")
        sum = try object.double("sum")
        min = try object.double("min")
        max = try object.double("max")
        bounds = try object.doubles("explicitBounds")
        bucketCounts = try object.integers("bucketCounts")
    }

    var json: JSONValue {
        OTLPJSONBuilder.object { json in
            header.write(to: &json)
            json.uint64("count", count)
            json.double("sum", sum)
            json.list("bucketCounts", bucketCounts.map { .string(String($0)) })
            json.list("explicitBounds", bounds.map(OTLPJSONBuilder.number))
            json.double("min", min)
            json.double("max", max)
        }
    }
}

extension ExponentialHistogramPoint {
    init(json object: OTLPObject) throws(OTLPError) {
        self.init(try PointHeader(json: object))
        count = try object.integer("count")
        sum = try object.double("sum")
        min = try object.double("min")
        max = try object.double("max")
        scale = try object.integer("scale")
        zeroCount = try object.integer("zeroCount")
        zeroThreshold = try object.double("zeroThreshold") ?? 0
        positive = try object.object("positive", Buckets.init(json:)) ?? Buckets()
        negative = try object.object("negative", Buckets.init(json:)) ?? Buckets()
    }

    var json: JSONValue {
        OTLPJSONBuilder.object { json in
            header.write(to: &json)
            json.uint64("count", count)
            json.double("sum", sum)
            json.int32("scale", scale)
            json.uint64("zeroCount", zeroCount)
            if positive != Buckets() { json.value("positive", positive.json) }
            if negative != Buckets() { json.value("negative", negative.json) }
            json.double("min", min)
            json.double("max", max)
            if zeroThreshold != 0 { json.double("zeroThreshold", zeroThreshold) }
        }
    }
}

extension ExponentialHistogramPoint.Buckets {
    fileprivate init(json object: OTLPObject) throws(OTLPError) {
        self.init(offset: try object.integer("offset"), counts: try object.integers("bucketCounts"))
    }

    fileprivate var json: JSONValue {
        OTLPJSONBuilder.object { json in
            json.int32("offset", offset)
            json.list("bucketCounts", counts.map { .string(String($0)) })
        }
    }
}
