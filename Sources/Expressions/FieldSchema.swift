/// What is known of the fields that an expression may name: for checking it, and for what `field:value` means.
package struct FieldSchema: Sendable, Equatable {
    package enum FieldType: String, Sendable, Hashable, CaseIterable {
        /// Nothing is known; every test may be asked.
        case any
        /// A name or an id: `field:value` compares it whole.
        case keyword
        /// Running text: `field:value` looks for a word or phrase in it.
        case prose
        case number
        /// A plain number beside it counts milliseconds.
        case duration
        case bytes
        /// From 0 to 1, written in percent or plain.
        case ratio
        case bool
        /// Ordered from trace to fatal; see ``Level``.
        case level
        case list
    }

    package var types: [String: FieldType]
    /// Whether other fields may be named: the attributes of a record are what its service makes them.
    package var allowsOthers: Bool

    package init(_ types: [String: FieldType], allowsOthers: Bool = false) {
        self.types = types
        self.allowsOthers = allowsOthers
    }

    package func type(of path: FieldPath) -> FieldType? {
        if !path.path.isEmpty { return types[path.name] == nil ? (allowsOthers ? .any : nil) : .any }
        return types[path.name] ?? (allowsOthers ? .any : nil)
    }

    /// What holds of every record of logs and spans, whatever attributes it has.
    package static let signals = FieldSchema(
        ["message": .prose, "level": .level, "duration": .duration], allowsOthers: true)

    /// The placeholders of a check's `expect`.
    package static let checks = FieldSchema([
        "[STATUS]": .number, "[RESPONSE_TIME]": .duration, "[BODY]": .any, "[CONNECTED]": .bool,
        "[CERTIFICATE_EXPIRATION]": .duration, "[DOMAIN_EXPIRATION]": .duration, "[DNS_RCODE]": .keyword,
        "[IP]": .keyword,
    ])
}
