/// Reads a JSON document (RFC 8259) from bytes that stay where they are.
///
/// Valid only inside the closure that lends it the buffer. Every access is below `bytes.count`, checked where `at` moves.
struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    var at = 0
    private var depth = 0
    /// Loggers write one name twice when a field is given twice; everywhere else that is a mistake.
    private let allowsDuplicates: Bool
    /// Values that may still come: each takes 24 bytes in the tree and as little as two in the document.
    private var valuesLeft: Int
    /// In members: below it comparing with each name is cheaper than hashing.
    private static let fewMembers = 16

    init(_ bytes: UnsafeBufferPointer<UInt8>, allowsDuplicates: Bool = false, mostValues: Int = .max) {
        (self.bytes, self.allowsDuplicates, valuesLeft) = (bytes, allowsDuplicates, mostValues)
    }

    mutating func document() throws(JSONError) -> JSONValue {
        let result = try value()
        skipSpace()
        guard at == bytes.count else { throw expected("the end of the document") }
        return result
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        skipSpace()
        guard at < bytes.count else { throw expected("a value") }
        guard valuesLeft > 0 else {
            throw fault(.tooLarge, "more values than may be in one document", at: at)
        }
        valuesLeft -= 1
        switch bytes[at] {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: throw expected("a value")
        }
    }

    private mutating func array() throws(JSONError) -> JSONValue {
        try enter()
        defer { depth -= 1 }
        var elements: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        repeat {
            elements.append(try value())
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw expected("',' or ']'") }
        return .array(elements)
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        try enter()
        defer { depth -= 1 }
        var members: [JSONValue.Member] = []
        var names: Set<String> = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipSpace()
            let nameStart = at
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else {
                throw expected(members.isEmpty ? "a name in quotes or '}'" : "a name in quotes")
            }
            let name = try string()
            guard allowsDuplicates || Self.isNew(name, members, &names) else {
                throw fault(.duplicateName, "the name \(quoted(name)) is there twice", at: nameStart)
            }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw expected("':'") }
            members.append(JSONValue.Member(name, try value()))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw expected("',' or '}'") }
        return .object(members)
    }

    private static func isNew(
        _ name: String, _ members: [JSONValue.Member], _ names: inout Set<String>
    ) -> Bool {
        if members.count < fewMembers { return !members.contains { $0.name == name } }
        if names.isEmpty { names = Set(members.map(\.name)) }
        return names.insert(name).inserted
    }

    /// Steps over the opening bracket.
    private mutating func enter() throws(JSONError) {
        guard depth < JSON.deepestNesting else {
            throw fault(.tooDeep, "more than \(JSON.deepestNesting) values within each other", at: at)
        }
        depth += 1
        at += 1
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let word = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        for byte in word {
            guard take(byte) else { throw expected("\(text)") }
        }
        return value
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    private mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x0A, 0x0D, 0x09: at += 1
            default: return
            }
        }
    }
}

extension JSONParser {
    func fault(_ kind: JSONError.Kind, _ message: String, at offset: Int) -> JSONError {
        JSONError(kind, message, at: offset, in: bytes)
    }

    /// Makes the error for a byte that should not be at this place, or for the end of the document.
    func expected(_ what: String) -> JSONError {
        guard at < bytes.count else {
            return fault(.truncated, "expected \(what), found the end of the document", at: at)
        }
        let byte = bytes[at]
        let found = (0x21...0x7E).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : hex(byte)
        return fault(.syntax, "expected \(what), found \(found)", at: at)
    }

    func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return "byte 0x" + (byte < 16 ? "0" : "") + digits
    }

    /// Shows the start of a name in a message; a name may be as long as the document.
    private func quoted(_ name: String) -> String {
        let longest = 64
        return "\"" + name.prefix(longest) + (name.utf8.count > longest ? "…" : "") + "\""
    }
}
