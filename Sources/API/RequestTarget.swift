import GantryBase

/// The path and query of a request, decoded strictly: what could mean something else to another reader is refused.
struct RequestTarget: Sendable {
    /// The decoded parts of the path between slashes: none is empty, `.` or `..`, has a slash or a control character.
    var segments: [String]
    /// As it came, without the question mark; git's program reads it itself.
    var rawQuery: String
    var query: [(name: String, value: String)]

    init(_ text: String, limit: Int) throws(GantryError) {
        guard text.utf8.count <= limit else {
            throw GantryError(.invalid, "the address has more than \(limit) bytes", hint: "ask for less")
        }
        guard text.hasPrefix("/") else { throw Self.refusal("does not start with a slash") }
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        rawQuery = parts.count > 1 ? String(parts[1].prefix { $0 != "#" }) : ""
        segments = []
        for part in parts[0] == "/"
            ? [] : parts[0].dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        {
            segments.append(try Self.segment(part))
        }
        query = []
        for item in rawQuery.split(separator: "&") {
            let sides = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            query.append((try Self.word(sides[0]), sides.count > 1 ? try Self.word(sides[1]) : ""))
        }
    }

    private static func segment(_ text: Substring) throws(GantryError) -> String {
        let decoded = try decode(text)
        guard !decoded.isEmpty, decoded != ".", decoded != ".." else {
            throw refusal("has an empty part, `.` or `..`")
        }
        guard !decoded.contains("/"), !decoded.contains("\\"), !hasControl(decoded) else {
            throw refusal("has an encoded slash, a backslash or a control character")
        }
        return decoded
    }

    private static func word(_ text: Substring) throws(GantryError) -> String {
        let decoded = try decode(Substring(text.replacing("+", with: " ")))
        guard !hasControl(decoded) else { throw refusal("has a control character") }
        return decoded
    }

    private static func hasControl(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
    }

    private static func decode(_ text: Substring) throws(GantryError) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                throw refusal("has a % without two hexadecimal digits")
            }
            bytes.append(high << 4 | low)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw refusal("is not UTF-8")
        }
        return decoded
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46, 0x61...0x66: (byte | 0x20) - 0x61 + 10
        default: nil
        }
    }

    private static func refusal(_ what: String) -> GantryError {
        GantryError(
            .invalid, "the address \(what)",
            hint: "names stand in the path as they are, with single slashes between their parts")
    }
}
