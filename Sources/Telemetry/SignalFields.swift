package import Expressions
package import GantryBase
package import Model
package import Wire

/// What both kinds of records let a search look at.
package enum SignalFields {
    /// Elements of a list that a test may hold for; each is held on the stack.
    static let listElements = 64
    /// Levels of objects in objects that free words are looked for in.
    static let depth = 8

    /// What is known of a log record's fields, for checking a search and for completing it.
    package static let logs = FieldSchema(
        [
            "message": .prose, "level": .level, "time": .any, "trace_id": .keyword, "span_id": .keyword,
            "event": .keyword, "service": .list, "business": .keyword, "environment": .keyword,
            "region": .keyword,
            "instance": .keyword, "release": .list,
        ], allowsOthers: true)

    package static let spans = FieldSchema(
        [
            "name": .prose, "kind": .keyword, "status": .keyword, "duration": .duration,
            "trace_id": .keyword, "span_id": .keyword, "parent_id": .keyword, "service": .list,
            "business": .keyword, "environment": .keyword, "region": .keyword, "instance": .keyword,
            "release": .list,
        ], allowsOthers: true)

    /// Makes a filter ready for many records; what cannot be meant is `.invalid`.
    package static func matcher(_ filter: BooleanExpression, _ schema: FieldSchema) throws(GantryError)
        -> Matcher
    {
        do {
            return try Matcher(filter, schema: schema)
        } catch {
            throw error.gantryError
        }
    }
}

/// A log record as an expression reads it. What the store knows goes before attributes of the same name.
package struct LogFields: FieldReader {
    let source: SignalSource
    let record: LogRecord

    package init(_ source: SignalSource, _ record: LogRecord) {
        (self.source, self.record) = (source, record)
    }

    package func read(_ field: FieldReference, _ body: (FieldValue) -> Bool) -> Bool {
        let name = field.path.name
        switch name {
        case "message":
            if case .map(let members) = record.body {
                return (members["message"] ?? members["msg"] ?? .empty).lend(body)
            }
            return record.body.lend(body)
        case "level":
            guard record.severity != .unspecified else {
                return record.severityText.isEmpty
                    ? body(.absent) : SourceFields.text(record.severityText, body)
            }
            return SourceFields.text(record.severity.name, body)
        case "trace_id": return lend(record.traceID?.description, body)
        case "span_id": return lend(record.spanID?.description, body)
        case "event": return lend(record.eventName.isEmpty ? nil : record.eventName, body)
        default:
            if let known = SourceFields.read(name, of: source, body) { return known }
            if let value = record.attributes[name] { return value.lend(body) }
            if case .map(let members) = record.body, let value = members[name] { return value.lend(body) }
            return body(.absent)
        }
    }

    package func anyText(_ body: (BorrowedText) -> Bool) -> Bool {
        if record.body.anyText(body) { return true }
        if record.attributes.contains(where: { $0.value.anyText(body) }) { return true }
        guard var id = record.traceID?.description else { return false }
        return id.withUTF8(body)
    }
}

/// A span as an expression reads it.
package struct SpanFields: FieldReader {
    let source: SignalSource
    let record: SpanRecord

    package init(_ source: SignalSource, _ record: SpanRecord) {
        (self.source, self.record) = (source, record)
    }

    package func read(_ field: FieldReference, _ body: (FieldValue) -> Bool) -> Bool {
        let name = field.path.name
        switch name {
        case "name": return SourceFields.text(record.name, body)
        case "kind": return SourceFields.text("\(record.kind)", body)
        case "status": return SourceFields.text("\(record.status.code)", body)
        case "duration": return body(.duration(nanoseconds: record.durationNanoseconds))
        case "trace_id": return SourceFields.text(record.traceID.description, body)
        case "span_id": return SourceFields.text(record.spanID.description, body)
        case "parent_id": return lend(record.parentSpanID?.description, body)
        default:
            if let known = SourceFields.read(name, of: source, body) { return known }
            return record.attributes[name]?.lend(body) ?? body(.absent)
        }
    }

    package func anyText(_ body: (BorrowedText) -> Bool) -> Bool {
        var texts = [record.name, record.status.message, record.traceID.description]
        for at in texts.indices where texts[at].withUTF8(body) { return true }
        return record.attributes.contains { $0.value.anyText(body) }
            || record.events.contains { event in
                var name = event.name
                return name.withUTF8(body) || event.attributes.contains { $0.value.anyText(body) }
            }
    }
}

private func lend(_ text: String?, _ body: (FieldValue) -> Bool) -> Bool {
    text.map { SourceFields.text($0, body) } ?? body(.absent)
}
