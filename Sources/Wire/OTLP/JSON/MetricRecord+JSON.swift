extension MetricRecord {
    static func read(_ object: OTLPObject, _ tally: inout OTLPJSONTally) throws(OTLPError) -> MetricRecord? {
        MetricRecord(
            name: try object.text("name"), description: try object.text("description"),
            unit: try object.text("unit"), metadata: try Attributes(json: object, "metadata"),
            data: try Data(json: object))
    }

    var json: JSONValue {
        OTLPJSONBuilder.object { json in
            json.text("name", name)
            json.text("description", description)
            json.text("unit", unit)
            data.write(to: &json)
            json.list("metadata", metadata.json)
        }
    }
}

extension MetricRecord.Data {
    fileprivate init(json object: OTLPObject) throws(OTLPError) {
        func points<Point>(
            _ name: String, _ read: (OTLPObject) throws(OTLPError) -> Point
        ) throws(OTLPError) -> (points: [Point], temporality: MetricRecord.Temporality, isMonotonic: Bool)? {
            try object.object(name) { (list) throws(OTLPError) in
                (
                    try list.objects("dataPoints", read),
                    MetricRecord.Temporality(rawValue: try list.integer("aggregationTemporality"))
                        ?? .unspecified,
                    try list.bool("isMonotonic")
                )
            }
        }
        if let list = try points("gauge", NumberPoint.init(json:)) {
            self = .gauge(list.points)
        } else if let list = try points("sum", NumberPoint.init(json:)) {
            self = .sum(list.points, list.temporality, monotonic: list.isMonotonic)
        } else if let list = try points("histogram", HistogramPoint.init(json:)) {
            self = .histogram(list.points, list.temporality)
        } else if let list = try points("exponentialHistogram", ExponentialHistogramPoint.init(json:)) {
            self = .exponentialHistogram(list.points, list.temporality)
        } else if let list = try points("summary", SummaryPoint.init(json:)) {
            self = .summary(list.points)
        } else {
            self = .none
        }
    }

    fileprivate func write(to json: inout OTLPJSONBuilder) {
        func write(
            _ name: String, _ points: [JSONValue], _ temporality: MetricRecord.Temporality = .unspecified,
            _ monotonic: Bool = false
        ) {
            json.value(
                name,
                OTLPJSONBuilder.object { json in
                    json.list("dataPoints", points)
                    json.int32("aggregationTemporality", temporality.rawValue)
                    json.bool("isMonotonic", monotonic)
                })
        }
        switch self {
        case .none: return
        case .gauge(let points): write("gauge", points.map(\.json))
        case .sum(let points, let temporality, let monotonic):
            write("sum", points.map(\.json), temporality, monotonic)
        case .histogram(let points, let temporality): write("histogram", points.map(\.json), temporality)
        case .exponentialHistogram(let points, let temporality):
            write("exponentialHistogram", points.map(\.json), temporality)
        case .summary(let points): write("summary", points.map(\.json))
        }
    }
}
