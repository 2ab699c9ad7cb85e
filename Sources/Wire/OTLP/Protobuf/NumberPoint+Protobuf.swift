import GantryBase

extension NumberPoint: TalliedMessage {
    init(_ reader: ProtobufReader, _ tally: inout OTLPTally) throws(ProtobufFault) {
        var reader = reader
        var attributes = RepeatedView<AttributeView>(number: 7)
        self.init()
        while try reader.next() {
            switch reader.number {
            case 2: header.start = try reader.time()
            case 3: header.time = try reader.time()
            case 4: value = .double(try reader.double())
            case 5: header.exemplars.append(try Exemplar(try reader.message(), &tally))
            case 6: value = .int(Int64(bitPattern: try reader.fixed64()))
            case 7: try attributes.add(&reader)
            case 8: header.flags = try reader.uint32()
            default: try reader.skip()
            }
        }
        header.attributes = try Attributes(attributes, &tally)
    }

    func write(to sink: inout some ProtobufSink) {
        sink.time(2, header.start)
        sink.time(3, header.time)
        if case .double(let value) = value { sink.double(4, value) }
        for exemplar in header.exemplars { sink.message(5, exemplar) }
        if case .int(let value) = value { sink.fixed64(6, UInt64(bitPattern: value), always: true) }
        header.attributes.write(7, to: &sink)
        sink.uint32(8, header.flags)
    }
}

extension Exemplar: TalliedMessage {
    init(_ reader: ProtobufReader, _ tally: inout OTLPTally) throws(ProtobufFault) {
        try tally.countElements(1, at: reader.at)
        var reader = reader
        var attributes = RepeatedView<AttributeView>(number: 7)
        self.init(time: .epoch, value: .none)
        while try reader.next() {
            switch reader.number {
            case 2: time = try reader.time()
            case 3: value = .double(try reader.double())
            case 4:
                let id = try reader.spanID()
                spanID = id.isValid ? id : nil
            case 5:
                let id = try reader.traceID()
                traceID = id.isValid ? id : nil
            case 6: value = .int(Int64(bitPattern: try reader.fixed64()))
            case 7: try attributes.add(&reader)
            default: try reader.skip()
            }
        }
        self.attributes = try Attributes(attributes, &tally)
    }

    func write(to sink: inout some ProtobufSink) {
        sink.time(2, time)
        if case .double(let value) = value { sink.double(3, value) }
        sink.id(4, spanID)
        sink.id(5, traceID)
        if case .int(let value) = value { sink.fixed64(6, UInt64(bitPattern: value), always: true) }
        attributes.write(7, to: &sink)
    }
}

extension SummaryPoint: TalliedMessage {
    init(_ reader: ProtobufReader, _ tally: inout OTLPTally) throws(ProtobufFault) {
        var reader = reader
        var attributes = RepeatedView<AttributeView>(number: 7)
        self.init()
        while try reader.next() {
            switch reader.number {
            case 2: header.start = try reader.time()
            case 3: header.time = try reader.time()
            case 4: count = try reader.fixed64()
            case 5: sum = try reader.double()
            case 6:
                try tally.countElements(1, at: reader.at)
                quantiles.append(try Quantile(try reader.message(), &tally))
            case 7: try attributes.add(&reader)
            case 8: header.flags = try reader.uint32()
            default: try reader.skip()
            }
        }
        header.attributes = try Attributes(attributes, &tally)
    }

    func write(to sink: inout some ProtobufSink) {
        sink.time(2, header.start)
        sink.time(3, header.time)
        sink.fixed64(4, count)
        sink.fixed64(5, sum.bitPattern)
        for quantile in quantiles { sink.message(6, quantile) }
        header.attributes.write(7, to: &sink)
        sink.uint32(8, header.flags)
    }
}

extension SummaryPoint.Quantile: TalliedMessage {
    init(_ reader: ProtobufReader, _ tally: inout OTLPTally) throws(ProtobufFault) {
        var reader = reader
        self.init(0, 0)
        while try reader.next() {
            switch reader.number {
            case 1: quantile = try reader.double()
            case 2: value = try reader.double()
            default: try reader.skip()
            }
        }
    }

    func write(to sink: inout some ProtobufSink) {
        sink.fixed64(1, quantile.bitPattern)
        sink.fixed64(2, value.bitPattern)
    }
}
