import GantryBase

/// The head that a CGI program writes before its body (RFC 3875, section 6), read strictly.
struct CGIHead: Sendable {
    /// In bytes; git writes about 200.
    static let largest = 16 << 10
    static let mostFields = 64

    var status: Int
    var fields: [(name: String, value: String)]

    /// Finds the head at the start of what was read; nil when its end has not come.
    ///
    /// - Returns: The head, and how many bytes it takes with its empty line.
    static func parse(_ bytes: [UInt8]) throws -> (head: CGIHead, length: Int)? {
        var lines: [[UInt8]] = []
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            var line = Array(bytes[start..<end])
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            start = end + 1
            if line.isEmpty { return (try CGIHead(lines), start) }
            lines.append(line)
            guard lines.count <= mostFields else { throw broken("too many fields") }
        }
        guard bytes.count <= largest else { throw broken("no end within \(largest) bytes") }
        return nil
    }

    private init(_ lines: [[UInt8]]) throws {
        (status, fields) = (200, [])
        for line in lines {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
                line[..<colon].allSatisfy(Self.isToken),
                line[colon...].allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
            else { throw Self.broken("a line that is no field") }
            let name = String(decoding: line[..<colon], as: UTF8.self)
            let value = String(decoding: line[(colon + 1)...].drop { $0 == 0x20 }, as: UTF8.self)
            switch name.lowercased() {
            case "status":
                guard let number = Int(value.prefix(3)), (200...599).contains(number) else {
                    throw Self.broken("the status \(value)")
                }
                status = number
            // How the body is framed is the HTTP server's to say.
            case "content-length", "transfer-encoding", "connection": break
            default: fields.append((name, value))
            }
        }
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_")
    }

    private static func broken(_ what: String) -> GantryError {
        GantryError(.internal, "git's answer has a broken head: \(what)")
    }
}
