extension MetricRecord {
    static let schema = OTLPMessage.metrics
    static var names: (groups: String, scopes: String, records: String) {
        ("resourceMetrics", "scopeMetrics", "metrics")
    }

    static func read(
        _ reader: ProtobufReader, _ tally: inout OTLPTally
    ) throws(ProtobufFault) -> MetricRecord? {
        try MetricRecord(reader, &tally)
    }

    private init(_ reader: ProtobufReader, _ tally: inout OTLPTally) throws(ProtobufFault) {
        var reader = reader
        var metadata = RepeatedView<AttributeView>(number: 12)
        self.init(name: "", data: .none)
        while try reader.next() {
            switch reader.number {
            case 1: name = tally.text(try reader.text())
            case 2: description = tally.text(try reader.text())
            case 3: unit = tally.text(try reader.text())
            case 5: data = .gauge(try PointList(try reader.message(), &tally).points)
            case 7:
                let list = try PointList<NumberPoint>(try reader.message(), &tally)
                data = .sum(list.points, list.temporality, monotonic: list.isMonotonic)
            case 9:
                let list = try PointList<HistogramPoint>(try reader.message(), &tally)
                data = .histogram(list.points, list.temporality)
            case 10:
                let list = try PointList<ExponentialHistogramPoint>(try reader.message(), &tally)
                data = .exponentialHistogram(list.points, list.temporality)
            case 11: data = .summary(try PointList(try reader.message(), &tally).points)
            case 12: try metadata.add(&reader)
            default: try reader.skip()
            }
        }
        self.metadata = try Attributes(metadata, &tally)
    }
}

extension MetricRecord: OTLPRecord, ProtobufMessage {
    func write(to sink: inout some ProtobufSink) {
        sink.text(1, name)
        sink.text(2, description)
        sink.text(3, unit)
        switch data {
        case .none: break
        case .gauge(let points): Self.write(5, points, to: &sink)
        case .sum(let points, let temporality, let monotonic):
            Self.write(7, points, temporality, monotonic, to: &sink)
        case .histogram(let points, let temporality): Self.write(9, points, temporality, to: &sink)
        case .exponentialHistogram(let points, let temporality):
            Self.write(10, points, temporality, to: &sink)
        case .summary(let points): Self.write(11, points, to: &sink)
        }
        metadata.write(12, to: &sink)
    }

    private static func write(
        _ number: UInt32, _ points: [some ProtobufMessage], _ temporality: Temporality = .unspecified,
        _ monotonic: Bool = false, to sink: inout some ProtobufSink
    ) {
        sink.message(number) { sink in
            for point in points { sink.message(1, point) }
            sink.int32(2, temporality.rawValue)
            sink.bool(3, monotonic)
        }
    }
}

/// What can be read with a tally.
protocol TalliedMessage: ProtobufMessage {
    init(_ reader: ProtobufReader, _ tally: inout OTLPTally) throws(ProtobufFault)
}

/// The points of a metric: `Gauge`, `Sum`, `Histogram`, `ExponentialHistogram` and `Summary` have the same fields.
private struct PointList<Point: TalliedMessage> {
    var points: [Point] = []
    var temporality = MetricRecord.Temporality.unspecified
    var isMonotonic = false

    init(_ reader: ProtobufReader, _ tally: inout OTLPTally) throws(ProtobufFault) {
        var reader = reader
        while try reader.next() {
            switch reader.number {
            case 1:
                try tally.countElements(1, at: reader.at)
                points.append(try Point(try reader.message(), &tally))
            case 2: temporality = .init(rawValue: try reader.int32()) ?? .unspecified
            case 3: isMonotonic = try reader.bool()
            default: try reader.skip()
            }
        }
    }
}
