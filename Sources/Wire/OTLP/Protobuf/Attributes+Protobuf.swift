extension Attributes {
    @inline(__always)
    init(_ views: RepeatedView<AttributeView>, _ tally: inout OTLPTally) throws(ProtobufFault) {
        try self.init(views, &tally, depth: 0)
    }

    fileprivate init(
        _ views: RepeatedView<AttributeView>, _ tally: inout OTLPTally, depth: Int
    ) throws(ProtobufFault) {
        self.init()
        guard views.count > 0 else { return }
        var views = views
        try tally.countElements(views.count, at: views.place)
        list.reserveCapacity(views.count)
        while let view = try views.next() {
            let name = tally.text(view.name)
            list.append(Attribute(name, try AttributeValue(view.value, &tally, depth: depth)))
        }
    }

    func write(_ number: UInt32, to sink: inout some ProtobufSink) {
        for attribute in list {
            sink.message(number) { sink in
                sink.text(1, attribute.name)
                if attribute.value != .empty { sink.message(2, attribute.value) }
            }
        }
    }
}

extension AttributeValue {
    init(_ view: ValueView, _ tally: inout OTLPTally) throws(ProtobufFault) {
        try self.init(view, &tally, depth: 0)
    }

    fileprivate init(
        _ view: ValueView, _ tally: inout OTLPTally, depth: Int
    ) throws(ProtobufFault) {
        switch view {
        case .empty: self = .empty
        case .string(let text): self = .string(tally.text(text))
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .double(let value): self = .double(value)
        case .bytes(let bytes): self = .bytes([UInt8](bytes.bytes))
        case .array(let views): self = .array(try Self.array(views, &tally, depth: depth + 1))
        case .map(let views):
            try Self.check(depth + 1, at: views.place)
            self = .map(try Attributes(views, &tally, depth: depth + 1))
        }
    }

    private static func array(
        _ views: RepeatedView<ValueView>, _ tally: inout OTLPTally, depth: Int
    ) throws(ProtobufFault) -> [AttributeValue] {
        try check(depth, at: views.place)
        try tally.countElements(views.count, at: views.place)
        var views = views
        var values: [AttributeValue] = []
        values.reserveCapacity(views.count)
        while let view = try views.next() {
            values.append(try AttributeValue(view, &tally, depth: depth))
        }
        return values
    }

    private static func check(_ depth: Int, at place: UnsafeRawPointer?) throws(ProtobufFault) {
        guard depth > OTLP.deepestValue, let place else { return }
        throw ProtobufFault(.tooDeep, at: place)
    }
}

extension AttributeValue: ProtobufMessage {
    func write(to sink: inout some ProtobufSink) {
        switch self {
        case .empty: return
        case .string(let value): sink.text(1, value, always: true)
        case .bool(let value): sink.uint64(2, value ? 1 : 0, always: true)
        case .int(let value): sink.uint64(3, UInt64(bitPattern: value), always: true)
        case .double(let value): sink.double(4, value)
        case .array(let values):
            sink.message(5) { sink in
                for value in values { sink.message(1, value) }
            }
        case .map(let attributes): sink.message(6) { attributes.write(1, to: &$0) }
        case .bytes(let value): sink.bytes(7, value)
        }
    }
}

extension SignalResource: ProtobufMessage {
    init(_ view: ResourceView, _ tally: inout OTLPTally) throws(ProtobufFault) {
        self.init(try Attributes(view.attributes, &tally), droppedAttributes: view.droppedAttributes)
    }

    func write(to sink: inout some ProtobufSink) {
        attributes.write(1, to: &sink)
        sink.uint32(2, droppedAttributes)
    }
}

extension SignalScope: ProtobufMessage {
    init(_ view: ScopeView, _ tally: inout OTLPTally) throws(ProtobufFault) {
        self.init(
            tally.text(view.name), version: tally.text(view.version),
            attributes: try Attributes(view.attributes, &tally), droppedAttributes: view.droppedAttributes)
    }

    func write(to sink: inout some ProtobufSink) {
        sink.text(1, name)
        sink.text(2, version)
        attributes.write(3, to: &sink)
        sink.uint32(4, droppedAttributes)
    }
}
