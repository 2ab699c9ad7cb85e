import Expressions
import Model

/// What searches can name of a signal's sender, the same for logs and spans.
enum SourceFields {
    /// Calls `body` with the value of a word of the sender; nil when the name is none of them.
    static func read(_ name: String, of source: SignalSource, _ body: (FieldValue) -> Bool) -> Bool? {
        switch name {
        // Both spellings are what people type.
        case "service": text(source.service.path, or: source.service.name, body)
        case "business": text(source.service.business.text, body)
        case "environment": text(source.environment.text, body)
        case "region": text(source.region.text, body)
        case "instance": text(source.instance.id, body)
        case "release": source.release.map { text($0.path, or: String($0.number), body) } ?? body(.absent)
        default: nil
        }
    }

    static func text(_ value: String, _ body: (FieldValue) -> Bool) -> Bool {
        var value = value
        return value.withUTF8 { body(.text($0)) }
    }

    private static func text(_ value: String, or other: String, _ body: (FieldValue) -> Bool) -> Bool {
        text(value) { first in
            text(other) { second in
                withUnsafeTemporaryAllocation(of: FieldValue.self, capacity: 2) { buffer in
                    buffer.initializeElement(at: 0, to: first)
                    buffer.initializeElement(at: 1, to: second)
                    defer { buffer.deinitialize() }
                    return body(.list(UnsafeBufferPointer(buffer)))
                }
            }
        }
    }
}
