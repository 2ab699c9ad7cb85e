/// Masking of whole records: everything in them that a service wrote.
extension MaskingScanner {
    public func mask(_ log: inout LogRecord, _ counts: inout Counts) {
        mask(&log.body, &counts)
        mask(&log.attributes, &counts)
    }

    public func mask(_ span: inout SpanRecord, _ counts: inout Counts) {
        span.name = mask(span.name, &counts)
        span.status.message = mask(span.status.message, &counts)
        mask(&span.attributes, &counts)
        for at in span.events.indices {
            span.events[at].name = mask(span.events[at].name, &counts)
            mask(&span.events[at].attributes, &counts)
        }
        for at in span.links.indices { mask(&span.links[at].attributes, &counts) }
    }

    /// Masks names, too: a map may be keyed by phone numbers.
    public func mask(_ attributes: inout Attributes, _ counts: inout Counts) {
        for at in attributes.list.indices {
            attributes.list[at].name = mask(attributes.list[at].name, &counts)
            mask(&attributes.list[at].value, &counts)
        }
    }

    /// Masks a value. An integer that is such a number becomes the mark as text; bytes are not looked into.
    public func mask(_ value: inout AttributeValue, _ counts: inout Counts) {
        switch value {
        case .string(let text): value = .string(mask(text, &counts))
        case .int(let number) where number > 9_999_999_999:
            let text = String(number)
            let masked = mask(text, &counts)
            if masked != text { value = .string(masked) }
        case .array(var values):
            for at in values.indices { mask(&values[at], &counts) }
            value = .array(values)
        case .map(var map):
            mask(&map, &counts)
            value = .map(map)
        case .empty, .bool, .int, .double, .bytes: return
        }
    }
}
