extension HistogramPoint: TalliedMessage {
    init(_ reader: ProtobufReader, _ tally: inout OTLPTally) throws(ProtobufFault) {
        var reader = reader
        var attributes = RepeatedView<AttributeView>(number: 9)
        self.init()
        while try reader.next() {
            switch reader.number {
            case 2: header.start = try reader.time()
            case 3: header.time = try reader.time()
            case 4: count = try reader.fixed64()
            case 5: sum = try reader.double()
            case 6: try reader.fixed64s(&tally) { bucketCounts.append($0) }
            case 7: try reader.fixed64s(&tally) { bounds.append(Double(bitPattern: $0)) }
            case 8: header.exemplars.append(try Exemplar(try reader.message(), &tally))
            case 9: try attributes.add(&reader)
            case 10: header.flags = try reader.uint32()
            case 11: min = try reader.double()
            case 12: max = try reader.double()
            default: try reader.skip()
            }
        }
        header.attributes = try Attributes(attributes, &tally)
    }

    func write(to sink: inout some ProtobufSink) {
        sink.time(2, header.start)
        sink.time(3, header.time)
        sink.fixed64(4, count)
        sink.double(5, sum)
        sink.fixed64s(6, bucketCounts)
        sink.fixed64s(7, bounds.lazy.map(\.bitPattern))
        for exemplar in header.exemplars { sink.message(8, exemplar) }
        header.attributes.write(9, to: &sink)
        sink.uint32(10, header.flags)
        sink.double(11, min)
        sink.double(12, max)
    }
}

extension ExponentialHistogramPoint: TalliedMessage {
    init(_ reader: ProtobufReader, _ tally: inout OTLPTally) throws(ProtobufFault) {
        var reader = reader
        var attributes = RepeatedView<AttributeView>(number: 1)
        self.init()
        while try reader.next() {
            switch reader.number {
            case 1: try attributes.add(&reader)
            case 2: header.start = try reader.time()
            case 3: header.time = try reader.time()
            case 4: count = try reader.fixed64()
            case 5: sum = try reader.double()
            case 6: scale = try reader.sint32()
            case 7: zeroCount = try reader.fixed64()
            case 8: positive = try Buckets(try reader.message(), &tally)
            case 9: negative = try Buckets(try reader.message(), &tally)
            case 10: header.flags = try reader.uint32()
            case 11: header.exemplars.append(try Exemplar(try reader.message(), &tally))
            case 12: min = try reader.double()
            case 13: max = try reader.double()
            case 14: zeroThreshold = try reader.double()
            default: try reader.skip()
            }
        }
        header.attributes = try Attributes(attributes, &tally)
    }

    func write(to sink: inout some ProtobufSink) {
        header.attributes.write(1, to: &sink)
        sink.time(2, header.start)
        sink.time(3, header.time)
        sink.fixed64(4, count)
        sink.double(5, sum)
        sink.sint32(6, scale)
        sink.fixed64(7, zeroCount)
        if positive != Buckets() { sink.message(8, positive) }
        if negative != Buckets() { sink.message(9, negative) }
        sink.uint32(10, header.flags)
        for exemplar in header.exemplars { sink.message(11, exemplar) }
        sink.double(12, min)
        sink.double(13, max)
        sink.fixed64(14, zeroThreshold.bitPattern)
    }
}

extension ExponentialHistogramPoint.Buckets: TalliedMessage {
    init(_ reader: ProtobufReader, _ tally: inout OTLPTally) throws(ProtobufFault) {
        var reader = reader
        self.init()
        while try reader.next() {
            switch reader.number {
            case 1: offset = try reader.sint32()
            case 2: try reader.varints(&tally) { counts.append($0) }
            default: try reader.skip()
            }
        }
    }

    func write(to sink: inout some ProtobufSink) {
        sink.sint32(1, offset)
        sink.varints(2, counts)
    }
}
