import GantryBase

/// Says where a document stops being JSON, and what was expected there.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: Sendable, Hashable {
        /// The document ends too early.
        case truncated
        case syntax
        case invalidUTF8
        case invalidEscape
        case numberOutOfRange
        case duplicateName
        case tooDeep
        case tooLarge
    }

    public var kind: Kind
    public var message: String
    /// In bytes from the start of the document.
    public var offset: Int
    /// From 1.
    public var line: Int
    /// From 1, in Unicode scalars, as editors count.
    public var column: Int

    init(_ kind: Kind, _ message: String, at offset: Int, in bytes: UnsafeBufferPointer<UInt8>?) {
        (self.kind, self.message, self.offset) = (kind, message, offset)
        (line, column) = (1, 1)
        guard let bytes else { return }
        for byte in bytes[..<offset] {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
    }

    public var description: String { "line \(line), column \(column): \(message)" }
}

extension JSON {
    /// Makes one line of any error that this codec throws: `spec.ports[3].name: must be a string, is an integer`.
    public static func describe(_ error: any Error) -> String {
        switch error {
        case let error as JSONError:
            return error.description
        case let error as GantryError:
            return error.message
        case DecodingError.keyNotFound(let key, let context):
            return "\(text(of: context.codingPath + [key])): is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context):
            return "\(text(of: context.codingPath)): \(context.debugDescription)"
        case EncodingError.invalidValue(_, let context):
            return "\(text(of: context.codingPath)): \(context.debugDescription)"
        default:
            return "\(error)"
        }
    }

    /// Writes a coding path as people do: `spec.ports[3].name`, `labels["a.b"]`.
    private static func text(of path: [any CodingKey]) -> String {
        var text = ""
        for key in path {
            if let index = key.intValue {
                text += "[\(index)]"
            } else if key.stringValue.utf8.allSatisfy(isPlain), !key.stringValue.isEmpty {
                text += (text.isEmpty ? "" : ".") + key.stringValue
            } else {
                text += "[\(encodedName(key.stringValue))]"
            }
        }
        return text.isEmpty ? "the document" : text
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x80 || (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    private static func encodedName(_ name: String) -> String {
        String(decoding: write(.string(name)), as: UTF8.self)
    }
}
