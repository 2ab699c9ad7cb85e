/// Names a field of a record, and for checks the way into a document: `http.status`, `[BODY].user.names[0]`.
package struct FieldPath: Sendable, Hashable {
    package enum Step: Sendable, Hashable {
        case key(String)
        case index(Int)
    }

    /// The name as records spell it; a placeholder of a check keeps its brackets: `[BODY]`.
    package var name: String
    /// Only below a placeholder: elsewhere dots belong to the name.
    package var path: [Step]

    package init(_ name: String, path: [Step] = []) {
        self.name = name
        self.path = path
    }

    /// Whether the name is written in brackets, such as `[STATUS]`.
    package var isPlaceholder: Bool {
        let bytes = Array(name.utf8)
        guard bytes.count > 2, bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]") else {
            return false
        }
        return bytes[1..<bytes.count - 1].allSatisfy(Self.isPlaceholderByte)
    }

    static func isPlaceholderByte(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "_")
    }
}
